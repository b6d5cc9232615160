//! `composer.lock`, with the `composer.json` beside it.

use std::collections::HashMap;

use domain::Ecosystem;

use crate::document::json;
use crate::document::node::Node;
use crate::fault::Fault;
use crate::found::Found;
use crate::sources::Input;

pub(crate) fn read(input: &Input<'_>, found: &mut Found) -> Result<(), Fault> {
    let document = json::read(input.text)?;
    if document.get("packages").is_none() {
        return Err(Fault::new("it has no packages"));
    }
    let manifest = input.beside("composer.json");
    let manifest = manifest.as_deref().and_then(|text| json::read(text).ok());
    let asked = |name: &str| {
        let sections = |manifest: &Node<'_>| {
            ["require", "require-dev"]
                .iter()
                .any(|section| manifest.entries_of(section).iter().any(|(wanted, _)| wanted.eq_ignore_ascii_case(name)))
        };
        manifest.as_ref().map(sections)
    };
    let mut at: HashMap<String, usize> = HashMap::new();
    let mut nodes = Vec::new();
    for (section, dev) in [("packages", false), ("packages-dev", true)] {
        for node in document.items_of(section) {
            let (Some(name), Some(version)) = (node.text_of("name"), node.text_of("version")) else {
                return Err(Fault::at(node.line, "a package has no name or no version"));
            };
            // Its names are compared without case, and advisories write them in lower case.
            let name = name.to_ascii_lowercase();
            let Some(index) = found.add(Ecosystem::PACKAGIST, &name, version, node.line) else { continue };
            let licences: Vec<&str> = node.items_of("license").iter().filter_map(Node::text).collect();
            let package = &mut found.dependencies[index];
            package.dev = dev;
            package.direct = asked(&name);
            package.license = (!licences.is_empty()).then(|| licences.join(" OR "));
            at.insert(name, index);
            nodes.push((index, node));
        }
    }
    for (from, node) in nodes {
        let needs = node.entries_of("require").iter();
        needs.filter_map(|(name, _)| at.get(&name.to_ascii_lowercase())).for_each(|to| found.relate(from, *to));
    }
    Ok(())
}
