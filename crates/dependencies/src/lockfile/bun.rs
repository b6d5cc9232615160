//! `bun.lock`.

use std::collections::HashMap;

use domain::Ecosystem;

use crate::document::json;
use crate::fault::Fault;
use crate::found::Found;
use crate::sources::{Input, join};

pub(crate) fn read(input: &Input<'_>, found: &mut Found) -> Result<(), Fault> {
    let document = json::read_relaxed(input.text)?;
    if document.get("lockfileVersion").is_none() {
        return Err(Fault::new("it has no lockfileVersion"));
    }
    let mut at: HashMap<&str, usize> = HashMap::new();
    for (key, node) in document.entries_of("packages") {
        let Some((name, version)) = node.items().first().and_then(|first| split(first.text()?)) else { continue };
        if let Some(index) = found.add(Ecosystem::NPM, name, version, node.line) {
            at.insert(key, index);
        }
    }
    for (key, node) in document.entries_of("packages") {
        let Some(from) = at.get(key.as_ref()).copied() else { continue };
        for details in node.items().iter().filter(|part| part.is_map()) {
            for section in ["dependencies", "optionalDependencies", "peerDependencies"] {
                let names = details.entries_of(section).iter();
                names.filter_map(|(name, _)| visible(key, name, &at)).for_each(|to| found.relate(from, to));
            }
        }
    }
    let workspaces = document.entries_of("workspaces");
    let asked = |sections: &[&str]| -> Vec<usize> {
        let of_one = |name: &str, node: &crate::document::node::Node<'_>| -> Vec<usize> {
            let names = sections.iter().flat_map(|section| node.entries_of(section));
            names.filter_map(|(wanted, _)| visible(name, wanted, &at)).collect()
        };
        workspaces.iter().flat_map(|(_, node)| of_one(node.text_of("name").unwrap_or_default(), node)).collect()
    };
    let (used, dev) =
        (asked(&["dependencies", "optionalDependencies", "peerDependencies"]), asked(&["devDependencies"]));
    found.starts(&used, &dev);
    found.covers = workspaces.iter().filter_map(|(folder, _)| join(input.folder(), folder)).collect();
    Ok(())
}

/// Name and version of `name@1.0.0`; none for folders and addresses.
fn split(text: &str) -> Option<(&str, &str)> {
    let at = text.get(1..)?.find('@')? + 1;
    let (name, version) = (&text[..at], &text[at + 1..]);
    (version.starts_with(|c: char| c.is_ascii_digit()) && !version.contains(['/', ':'])).then_some((name, version))
}

/// The package that `name` means within the package at `key`: `key/name`, or the same of a package around it.
fn visible(key: &str, name: &str, at: &HashMap<&str, usize>) -> Option<usize> {
    let mut around = key;
    while !around.is_empty() {
        if let Some(index) = at.get(format!("{around}/{name}").as_str()) {
            return Some(*index);
        }
        around = around.rfind('/').map_or("", |end| &around[..end]);
    }
    at.get(name).copied()
}
