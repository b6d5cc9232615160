//! CycloneDX in JSON.

use crate::document::json;
use crate::document::node::Node;
use crate::fault::Fault;
use crate::found::Found;
use crate::sbom::bill::{Bill, Part};
use crate::sources::Input;

/// The properties in which tools say that a component is for development.
const DEV_PROPERTIES: [&str; 3] = ["smart-begin:dev", "cdx:npm:package:development", "cdx:pnpm:package:development"];
/// Our own property for what is asked for directly.
pub(crate) const DIRECT_PROPERTY: &str = "smart-begin:direct";

pub(crate) fn read(input: &Input<'_>, found: &mut Found) -> Result<(), Fault> {
    let document = json::read(input.text)?;
    if document.text_of("bomFormat") != Some("CycloneDX") {
        return Ok(());
    }
    let mut bill = Bill::default();
    let root = document.get("metadata").and_then(|metadata| metadata.get("component"));
    bill.roots.extend(root.and_then(|root| root.text_of("bom-ref")).map(str::to_owned));
    components(document.items_of("components"), &mut bill);
    components(root.map_or(&[][..], |root| root.items_of("components")), &mut bill);
    for node in document.items_of("dependencies") {
        let Some(from) = node.text_of("ref") else { continue };
        let needs = node.items_of("dependsOn").iter().filter_map(Node::text);
        bill.needs.extend(needs.map(|to| (from.to_owned(), to.to_owned())));
    }
    bill.into_found(found);
    Ok(())
}

/// Whether a component says that it is for development alone: by a property, or as one that is not there at run time.
pub(crate) fn is_dev<'p>(scope: Option<&str>, property: impl Fn(&str) -> Option<&'p str>) -> Option<bool> {
    let told = DEV_PROPERTIES.into_iter().find_map(property).map(|value| value == "true");
    told.or_else(|| scope.filter(|scope| *scope == "excluded").map(|_| true))
}

/// `true`, `false`, or that nobody knows.
pub(crate) fn known(value: &str) -> Option<bool> {
    match value {
        "true" => Some(true),
        "false" => Some(false),
        _ => None,
    }
}

fn components(nodes: &[Node<'_>], bill: &mut Bill) {
    for node in nodes {
        let kind = node.text_of("type").unwrap_or_default();
        let property = |name: &str| {
            let all = node.items_of("properties").iter();
            all.filter(|property| property.text_of("name") == Some(name)).find_map(|property| property.text_of("value"))
        };
        bill.parts.push(Part {
            key: node.text_of("bom-ref").unwrap_or_default().to_owned(),
            purl: node.text_of("purl").map(str::to_owned),
            line: node.line,
            license: license(node.items_of("licenses")),
            dev: is_dev(node.text_of("scope"), property),
            direct: property(DIRECT_PROPERTY).map(known),
            is_package: matches!(kind, "library" | "framework" | "application" | "container" | ""),
        });
        components(node.items_of("components"), bill);
    }
}

fn license(nodes: &[Node<'_>]) -> Option<String> {
    let one = |node: &Node<'_>| {
        let license = node.get("license");
        let named = license.and_then(|license| license.text_of("id").or_else(|| license.text_of("name")));
        node.text_of("expression").or(named).map(str::to_owned)
    };
    let all: Vec<String> = nodes.iter().filter_map(one).collect();
    (!all.is_empty()).then(|| all.join(" AND "))
}
