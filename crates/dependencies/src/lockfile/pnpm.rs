//! `pnpm-lock.yaml`, versions 5 to 9.

use std::collections::HashMap;

use domain::Ecosystem;

use crate::document::node::Node;
use crate::document::yaml;
use crate::fault::Fault;
use crate::found::Found;
use crate::sources::{Input, join};

/// The oldest version that writes `name@version` and not `name/version`.
const NAMES_WITH_AT: u32 = 6;

pub(crate) fn read(input: &Input<'_>, found: &mut Found) -> Result<(), Fault> {
    let documents = yaml::read(input.text)?;
    let mut covers = Vec::new();
    let mut known = false;
    for document in &documents {
        let Some(version) = document.text_of("lockfileVersion") else { continue };
        known = true;
        let major = version.split('.').next().and_then(|major| major.parse().ok()).unwrap_or(0);
        covers.extend(
            one(document, major < NAMES_WITH_AT, found).into_iter().filter_map(|folder| join(input.folder(), &folder)),
        );
    }
    if !known {
        return Err(Fault::new("it has no lockfileVersion"));
    }
    found.covers = covers;
    Ok(())
}

/// One document; answers with the folders of its projects.
fn one(document: &Node<'_>, slashes: bool, found: &mut Found) -> Vec<String> {
    let mut at: HashMap<(String, String), usize> = HashMap::new();
    for (key, node) in document.entries_of("packages") {
        let named = node
            .text_of("name")
            .zip(node.text_of("version"))
            .map(|(name, version)| (name.to_owned(), version.to_owned()));
        let Some((name, version)) = named.or_else(|| split(key, slashes)) else { continue };
        if let Some(index) = found.add(Ecosystem::NPM, &name, &version, node.line) {
            found.dependencies[index].dev = node.is_true("dev");
            at.insert((name, version), index);
        }
    }
    let snapshots = if document.get("snapshots").is_some() { "snapshots" } else { "packages" };
    for (key, node) in document.entries_of(snapshots) {
        let Some(from) = split(key, slashes).and_then(|package| at.get(&package)).copied() else { continue };
        for section in ["dependencies", "optionalDependencies"] {
            for (name, reference) in node.entries_of(section) {
                let target = reference.text().and_then(|reference| at.get(&refer(name, reference, slashes)?));
                target.into_iter().for_each(|to| found.relate(from, *to));
            }
        }
    }
    let importers: Vec<(&str, &Node<'_>)> = match document.get("importers") {
        Some(importers) => importers.entries().iter().map(|(folder, node)| (folder.as_ref(), node)).collect(),
        None => vec![(".", document)],
    };
    let asked = |sections: &[&str]| -> Vec<usize> {
        let all = importers.iter().flat_map(|(_, node)| sections.iter().flat_map(|section| node.entries_of(section)));
        let references = all.filter_map(|(name, node)| {
            let reference = node.text().or_else(|| node.text_of("version"))?;
            at.get(&refer(name, reference, slashes)?).copied()
        });
        references.collect()
    };
    let (used, dev) = (asked(&["dependencies", "optionalDependencies"]), asked(&["devDependencies"]));
    found.starts(&used, &dev);
    importers.into_iter().map(|(folder, _)| folder.to_owned()).collect()
}

/// The package that a project or another package means by a name and what stands behind it.
fn refer(name: &str, reference: &str, slashes: bool) -> Option<(String, String)> {
    let bare = reference.split('(').next().unwrap_or(reference);
    let is_key = bare.starts_with('/') || (!slashes && bare.get(1..).is_some_and(|rest| rest.contains('@')));
    if is_key {
        return split(reference, slashes);
    }
    let version = if slashes { bare.split('_').next().unwrap_or(bare) } else { bare };
    is_version(version).then(|| (name.to_owned(), version.to_owned()))
}

/// Name and version of `/name/1.0.0_peer@2`, `/name@1.0.0(peer@2)` or `name@1.0.0(peer@2)`.
fn split(key: &str, slashes: bool) -> Option<(String, String)> {
    let bare = key.split('(').next().unwrap_or(key);
    let own = bare.strip_prefix('/');
    let (name, version) = if slashes {
        // What is not of the default registry bears its host in front.
        let path = own.or_else(|| bare.split_once('/').map(|(_, path)| path))?;
        let (name, version) =
            path.split_at(path.match_indices('/').map(|(at, _)| at).find(|at| is_version(&path[at + 1..]))?);
        (name, version[1..].split('_').next().unwrap_or_default())
    } else {
        let path = own.unwrap_or(bare);
        let at = path.get(1..)?.find('@')? + 1;
        (&path[..at], &path[at + 1..])
    };
    is_version(version).then(|| (name.to_owned(), version.to_owned()))
}

/// Not a folder, an archive or a repository.
fn is_version(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_digit()) && !text.contains(['/', ':'])
}

#[cfg(test)]
mod tests {
    use super::{refer, split};

    #[test]
    fn keys_of_all_versions_are_split() {
        let pair = |name: &str, version: &str| Some((name.to_owned(), version.to_owned()));
        assert_eq!(split("/a/1.0.0", true), pair("a", "1.0.0"));
        assert_eq!(split("/@x/a/1.0.0_b@2.0.0+@y+c@3", true), pair("@x/a", "1.0.0"));
        assert_eq!(split("registry.example/@x/a/1.0.0", true), pair("@x/a", "1.0.0"));
        assert_eq!(split("/@x/a@1.0.0(b@2.0.0)(@y/c@3)", false), pair("@x/a", "1.0.0"));
        assert_eq!(split("a@1.0.0-rc.1", false), pair("a", "1.0.0-rc.1"));
        for other in ["file:x", "a@file:x", "a@https://registry.example/a.tgz", "@", "/", ""] {
            assert_eq!((split(other, true), split(other, false)), (None, None), "{other}");
        }
        assert_eq!(refer("alias", "/real@1.0.0(p@1)", false), pair("real", "1.0.0"));
        assert_eq!(refer("alias", "@x/real@1.0.0", false), pair("@x/real", "1.0.0"));
        assert_eq!(refer("a", "1.0.0(p@1)", false), pair("a", "1.0.0"));
        assert_eq!(refer("a", "1.0.0_p@1", true), pair("a", "1.0.0"));
        assert_eq!(refer("a", "link:../a", false), None);
    }
}
