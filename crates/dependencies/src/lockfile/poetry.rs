//! `poetry.lock`, with the `pyproject.toml` beside it.

use std::collections::HashMap;

use domain::Ecosystem;

use crate::document::node::Node;
use crate::document::toml;
use crate::fault::Fault;
use crate::found::Found;
use crate::manifest::pyproject;
use crate::python;
use crate::sources::Input;

pub(crate) fn read(input: &Input<'_>, found: &mut Found) -> Result<(), Fault> {
    let document = toml::read(input.text)?;
    if document.get("package").is_none() && document.get("metadata").is_none() {
        return Err(Fault::new("it has neither packages nor metadata"));
    }
    let mut nodes = Vec::new();
    let mut by_name: HashMap<String, Vec<usize>> = HashMap::new();
    let mut marked = false;
    for node in document.items_of("package") {
        let (Some(name), Some(version)) = (node.text_of("name"), node.text_of("version")) else {
            return Err(Fault::at(node.line, "a package has no name or no version"));
        };
        if node.get("source").is_some_and(|source| source.text_of("type") == Some("directory")) {
            continue;
        }
        let name = python::normalised(name);
        let Some(index) = found.add(Ecosystem::PYPI, &name, version, node.line) else { continue };
        let dev = only_dev(node);
        marked |= dev.is_some();
        found.dependencies[index].dev = dev.unwrap_or(false);
        nodes.push((index, node));
        by_name.entry(name).or_default().push(index);
    }
    for (from, node) in nodes {
        for (name, _) in node.entries_of("dependencies") {
            let targets = by_name.get(&python::normalised(name)).into_iter().flatten();
            targets.for_each(|to| found.relate(from, *to));
        }
    }
    let Some(wants) = input.beside("pyproject.toml").and_then(|text| pyproject::read(&text).ok()) else {
        return Ok(());
    };
    let marks: Vec<bool> = found.dependencies.iter().map(|package| package.dev).collect();
    let named = |dev| -> Vec<usize> {
        wants.names(dev).into_iter().filter_map(|name| by_name.get(name)).flatten().copied().collect()
    };
    found.starts(&named(false), &named(true));
    if marked {
        // What poetry itself wrote is surer than what was followed.
        found.dependencies.iter_mut().zip(marks).for_each(|(package, dev)| package.dev = dev);
    }
    Ok(())
}

/// Whether poetry says that a package is for development alone; none where this version of it does not say.
fn only_dev(node: &Node<'_>) -> Option<bool> {
    if let Some(category) = node.text_of("category") {
        return Some(category == "dev");
    }
    let groups = node.get("groups")?.items();
    Some(!groups.iter().any(|group| group.text() == Some("main")))
}
