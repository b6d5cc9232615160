//! `uv.lock`.

use std::collections::HashMap;

use domain::Ecosystem;

use crate::document::node::Node;
use crate::document::toml;
use crate::fault::Fault;
use crate::found::Found;
use crate::python;
use crate::sources::{Input, join};

pub(crate) fn read(input: &Input<'_>, found: &mut Found) -> Result<(), Fault> {
    let document = toml::read(input.text)?;
    if document.get("version").is_none() {
        return Err(Fault::new("it has no version"));
    }
    let mut nodes = Vec::new();
    let mut own = Vec::new();
    let mut by_name: HashMap<String, Vec<(usize, &str)>> = HashMap::new();
    for node in document.items_of("package") {
        let Some(name) = node.text_of("name") else {
            return Err(Fault::at(node.line, "a package has no name"));
        };
        if let Some(folder) = own_folder(node) {
            own.push((folder, node));
            continue;
        }
        // What a member of the workspace takes from another folder may have no version; there is nothing to look up.
        let Some(version) = node.text_of("version") else { continue };
        let name = python::normalised(name);
        let Some(index) = found.add(Ecosystem::PYPI, &name, version, node.line) else { continue };
        nodes.push((index, node));
        by_name.entry(name).or_default().push((index, version));
    }
    for (from, node) in nodes {
        used(node).for_each(|wanted| targets(wanted, &by_name).for_each(|to| found.relate(from, to)));
    }
    let of_all = |nodes: &mut dyn Iterator<Item = &Node<'_>>| -> Vec<usize> {
        nodes.flat_map(|wanted| targets(wanted, &by_name).collect::<Vec<_>>()).collect()
    };
    let normal = of_all(&mut own.iter().flat_map(|(_, node)| used(node)));
    let dev = of_all(
        &mut own
            .iter()
            .flat_map(|(_, node)| node.entries_of("dev-dependencies").iter().flat_map(|(_, group)| group.items())),
    );
    if !own.is_empty() {
        found.starts(&normal, &dev);
    }
    found.covers = own.iter().filter_map(|(folder, _)| join(input.folder(), folder)).collect();
    Ok(())
}

/// The folder of a package that is the project itself, or a part of it.
fn own_folder<'n>(node: &'n Node<'_>) -> Option<&'n str> {
    let source = node.get("source")?;
    ["virtual", "editable", "directory"].iter().find_map(|kind| source.text_of(kind))
}

/// What a package needs, its extras included.
fn used<'n>(node: &'n Node<'n>) -> impl Iterator<Item = &'n Node<'n>> {
    let extras = node.entries_of("optional-dependencies").iter().flat_map(|(_, extra)| extra.items());
    node.items_of("dependencies").iter().chain(extras)
}

/// The packages that an entry means: of the version it names, or all of its name.
fn targets<'m>(
    wanted: &Node<'_>,
    by_name: &'m HashMap<String, Vec<(usize, &str)>>,
) -> impl Iterator<Item = usize> + use<'m> {
    let version = wanted.text_of("version").map(str::to_owned);
    let name = wanted.text_of("name").map(python::normalised).unwrap_or_default();
    let found = by_name.get(&name).map_or(&[][..], Vec::as_slice).iter();
    found.filter(move |(_, has)| version.as_deref().is_none_or(|version| version == *has)).map(|(index, _)| *index)
}
