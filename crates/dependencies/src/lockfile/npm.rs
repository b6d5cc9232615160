//! `package-lock.json` and `npm-shrinkwrap.json`, versions 1 to 3.

use std::collections::HashMap;

use domain::Ecosystem;

use crate::document::json;
use crate::document::node::Node;
use crate::fault::Fault;
use crate::found::Found;
use crate::manifest::npm::aliased;
use crate::sources::{Input, join};

/// A longer path of folders within folders is none.
const LONGEST_PATH: usize = 4096;

pub(crate) fn read(input: &Input<'_>, found: &mut Found) -> Result<(), Fault> {
    let document = json::read(input.text)?;
    if document.get("packages").is_some() {
        packages(&document, input, found);
        Ok(())
    } else if document.get("dependencies").is_some() || document.get("lockfileVersion").is_some() {
        nested(&document, input, found);
        Ok(())
    } else {
        Err(Fault::new("it has neither packages nor dependencies"))
    }
}

/// Versions 2 and 3: packages by the folder that they are installed in.
fn packages(document: &Node<'_>, input: &Input<'_>, found: &mut Found) {
    let entries = document.entries_of("packages");
    let mut at: HashMap<&str, usize> = HashMap::new();
    let mut members = Vec::new();
    for (path, node) in entries {
        let Some((_, installed)) = path.rsplit_once("node_modules/") else {
            members.push((path.as_ref(), node));
            continue;
        };
        let Some(version) = node.text_of("version") else { continue };
        if node.is_true("link") || path.len() > LONGEST_PATH {
            continue;
        }
        let name = node.text_of("name").unwrap_or(installed);
        let Some(index) = found.add(Ecosystem::NPM, name, version, node.line) else { continue };
        found.dependencies[index].dev = node.is_true("dev");
        found.dependencies[index].license = node.text_of("license").map(str::to_owned);
        at.insert(path, index);
    }
    for (path, node) in entries {
        let Some(from) = at.get(path.as_ref()).copied() else { continue };
        for key in ["dependencies", "optionalDependencies", "peerDependencies"] {
            for (name, _) in node.entries_of(key) {
                installed(path, name, &at).into_iter().for_each(|to| found.relate(from, to));
            }
        }
    }
    direct(&members, &at, found);
    found.covers = members.iter().filter_map(|(path, _)| join(input.folder(), path)).collect();
}

/// What the project and its workspaces ask for. The marks of npm itself say what is for development.
fn direct(members: &[(&str, &Node<'_>)], at: &HashMap<&str, usize>, found: &mut Found) {
    if members.is_empty() {
        return;
    }
    found.dependencies.iter_mut().for_each(|package| package.direct = Some(false));
    for (path, node) in members {
        for key in ["dependencies", "optionalDependencies", "devDependencies", "peerDependencies"] {
            for (name, _) in node.entries_of(key) {
                let asked = installed(path, name, at).into_iter();
                asked.for_each(|index| found.dependencies[index].direct = Some(true));
            }
        }
    }
}

/// The package that `name` means in a folder: in its `node_modules`, or in those of a folder above it.
fn installed(from: &str, name: &str, at: &HashMap<&str, usize>) -> Option<usize> {
    let mut folder = from;
    loop {
        let path =
            if folder.is_empty() { format!("node_modules/{name}") } else { format!("{folder}/node_modules/{name}") };
        if let Some(index) = at.get(path.as_str()) {
            return Some(*index);
        }
        folder = match folder.rfind("/node_modules/") {
            Some(end) => &folder[..end],
            None if folder.is_empty() => return None,
            None => "",
        };
    }
}

/// The packages of one `node_modules` folder of version 1, and the folder around it.
struct Scope<'n> {
    parent: Option<usize>,
    names: HashMap<&'n str, usize>,
}

/// Version 1: packages within packages.
fn nested(document: &Node<'_>, input: &Input<'_>, found: &mut Found) {
    let mut scopes = vec![Scope { parent: None, names: HashMap::new() }];
    let mut requiring = Vec::new();
    let mut open = vec![(document, 0)];
    while let Some((holder, scope)) = open.pop() {
        for (name, node) in holder.entries_of("dependencies") {
            let inner = scopes.len();
            scopes.push(Scope { parent: Some(scope), names: HashMap::new() });
            open.push((node, inner));
            let Some(index) = pinned(name, node, found) else { continue };
            scopes[scope].names.insert(name, index);
            requiring.push((index, inner, node));
        }
    }
    for (from, scope, node) in requiring {
        for (name, _) in node.entries_of("requires") {
            visible(name, scope, &scopes).into_iter().for_each(|to| found.relate(from, to));
        }
    }
    let Some(text) = input.beside("package.json") else { return };
    let Ok(manifest) = json::read(&text) else { return };
    found.dependencies.iter_mut().for_each(|package| package.direct = Some(false));
    for key in ["dependencies", "optionalDependencies", "devDependencies"] {
        for (name, _) in manifest.entries_of(key) {
            let asked = scopes[0].names.get(name.as_ref());
            asked.into_iter().for_each(|index| found.dependencies[*index].direct = Some(true));
        }
    }
}

/// An entry of version 1, unless it comes from a folder or an address.
fn pinned(name: &str, node: &Node<'_>, found: &mut Found) -> Option<usize> {
    let version = node.text_of("version")?;
    let (name, version) = aliased(version).unwrap_or((name, version));
    if version.contains([':', '/']) {
        return None;
    }
    let index = found.add(Ecosystem::NPM, name, version, node.line)?;
    found.dependencies[index].dev = node.is_true("dev");
    Some(index)
}

fn visible(name: &str, scope: usize, scopes: &[Scope<'_>]) -> Option<usize> {
    let mut scope = Some(scope);
    while let Some(at) = scope {
        if let Some(index) = scopes[at].names.get(name) {
            return Some(*index);
        }
        scope = scopes[at].parent;
    }
    None
}
