//! `pylock.toml` and `pylock.NAME.toml`, the lockfile of PEP 751.

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
    if document.get("lock-version").is_none() {
        return Err(Fault::new("it has no lock-version"));
    }
    let mut nodes = Vec::new();
    let mut by_name: HashMap<String, Vec<(usize, &str)>> = HashMap::new();
    for node in document.items_of("packages") {
        let Some(name) = node.text_of("name") else { return Err(Fault::at(node.line, "a package has no name")) };
        // A folder, or an archive of unknown content: there is nothing to look up.
        let Some(version) = node.text_of("version") else { continue };
        if node.get("directory").is_some() {
            continue;
        }
        let name = python::normalised(name);
        let Some(index) = found.add(Ecosystem::PYPI, &name, version, node.line) else { continue };
        nodes.push((index, node));
        by_name.entry(name).or_default().push((index, version));
    }
    for (from, node) in nodes {
        for need in node.items_of("dependencies") {
            let Some(versions) = need.text_of("name").and_then(|name| by_name.get(&python::normalised(name))) else {
                continue;
            };
            let version = need.text_of("version");
            let targets = versions.iter().filter(|(_, has)| version.is_none_or(|version| version == *has));
            targets.for_each(|(to, _)| found.relate(from, *to));
        }
    }
    let wants = input.beside("pyproject.toml").and_then(|text| pyproject::read(&text).ok());
    let related = document.items_of("packages").iter().any(|node: &Node<'_>| node.get("dependencies").is_some());
    if let Some(wants) = wants {
        let named = |dev| -> Vec<usize> {
            let versions = wants.names(dev).into_iter().filter_map(|name| by_name.get(name)).flatten();
            versions.map(|(index, _)| *index).collect()
        };
        found.starts(&named(false), &named(true));
        if !related {
            // Without relations nothing says what only development brings in, besides what is asked for.
            let dev: Vec<usize> = named(true);
            found.dependencies.iter_mut().enumerate().for_each(|(index, package)| package.dev &= dev.contains(&index));
        }
    }
    Ok(())
}
