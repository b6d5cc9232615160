//! `pdm.lock`, with the `pyproject.toml` beside it.

use std::collections::HashMap;

use domain::Ecosystem;

use crate::document::node::Node;
use crate::document::toml;
use crate::fault::Fault;
use crate::found::Found;
use crate::manifest::pyproject;
use crate::python::{self, Requirement};
use crate::sources::Input;

pub(crate) fn read(input: &Input<'_>, found: &mut Found) -> Result<(), Fault> {
    let document = toml::read(input.text)?;
    if document.get("metadata").is_none() {
        return Err(Fault::new("it has no metadata"));
    }
    let wants = input.beside("pyproject.toml").and_then(|text| pyproject::read(&text).ok());
    let (used, dev) = (wants.as_ref().map(|wants| wants.names(false)), wants.as_ref().map(|wants| wants.names(true)));
    let mut nodes = Vec::new();
    let mut by_name: HashMap<String, usize> = HashMap::new();
    for node in document.items_of("package") {
        let Some(name) = node.text_of("name") else { return Err(Fault::at(node.line, "a package has no name")) };
        let Some(version) = node.text_of("version") else { continue };
        if node.get("path").is_some() {
            continue;
        }
        let name = python::normalised(name);
        let Some(index) = found.add(Ecosystem::PYPI, &name, version, node.line) else { continue };
        let asked =
            |names: &Option<std::collections::HashSet<&str>>| names.as_ref().map(|names| names.contains(name.as_str()));
        let package = &mut found.dependencies[index];
        package.direct = asked(&used).zip(asked(&dev)).map(|(used, dev)| used || dev);
        package.dev = only_dev(node);
        nodes.push((index, node));
        by_name.insert(name, index);
    }
    for (from, node) in nodes {
        let needs = node.items_of("dependencies").iter().filter_map(|need| Requirement::parse(need.text()?));
        needs.filter_map(|need| by_name.get(&need.name)).for_each(|to| found.relate(from, *to));
    }
    Ok(())
}

/// Whether no group but those for development has it. Older versions of pdm do not name groups.
fn only_dev(node: &Node<'_>) -> bool {
    let groups = node.items_of("groups");
    !groups.is_empty() && groups.iter().filter_map(Node::text).all(pyproject::is_dev_group)
}
