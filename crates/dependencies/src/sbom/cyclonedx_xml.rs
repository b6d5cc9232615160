//! CycloneDX in XML.

use crate::document::xml::{self, Element};
use crate::fault::Fault;
use crate::found::Found;
use crate::sbom::bill::{Bill, Part};
use crate::sbom::cyclonedx::{DIRECT_PROPERTY, is_dev, known};
use crate::sources::Input;

pub(crate) fn read(input: &Input<'_>, found: &mut Found) -> Result<(), Fault> {
    let root = xml::read(input.text)?;
    if root.name != "bom" {
        return Ok(());
    }
    let mut bill = Bill::default();
    let of = root.child("metadata").and_then(|metadata| metadata.child("component"));
    bill.roots.extend(of.and_then(|component| component.attribute("bom-ref")).map(str::to_owned));
    components(root.children_of("components"), &mut bill);
    components(of.map_or(&[][..], |of| of.children_of("components")), &mut bill);
    for dependency in root.children_of("dependencies") {
        let Some(from) = dependency.attribute("ref") else { continue };
        let needs = dependency.children.iter().filter_map(|child| child.attribute("ref"));
        bill.needs.extend(needs.map(|to| (from.to_owned(), to.to_owned())));
    }
    bill.into_found(found);
    Ok(())
}

fn components(elements: &[Element], bill: &mut Bill) {
    for element in elements.iter().filter(|element| element.name == "component") {
        let property = |name: &str| {
            let found =
                element.children_of("properties").iter().find(|property| property.attribute("name") == Some(name));
            found.map(|property| property.text.trim())
        };
        let kind = element.attribute("type").unwrap_or_default();
        bill.parts.push(Part {
            key: element.attribute("bom-ref").unwrap_or_default().to_owned(),
            purl: element.text_of("purl").map(str::to_owned),
            line: element.line,
            license: license(element.children_of("licenses")),
            dev: is_dev(element.text_of("scope"), property),
            direct: property(DIRECT_PROPERTY).map(known),
            is_package: matches!(kind, "library" | "framework" | "application" | "container" | ""),
        });
        components(element.children_of("components"), bill);
    }
}

fn license(elements: &[Element]) -> Option<String> {
    let one = |element: &Element| {
        let text = if element.name == "expression" {
            Some(element.text.trim())
        } else {
            element.text_of("id").or_else(|| element.text_of("name"))
        };
        text.map(str::to_owned)
    };
    let all: Vec<String> = elements.iter().filter_map(one).collect();
    (!all.is_empty()).then(|| all.join(" AND "))
}
