//! `Cargo.lock`, and the `Cargo.toml` of the workspace's members, which tell what is for development.

use std::collections::{HashMap, HashSet};

use domain::Ecosystem;

use crate::document::node::Node;
use crate::document::toml;
use crate::fault::Fault;
use crate::found::Found;
use crate::manifest;
use crate::sources::{Input, folder};

/// A package of the lockfile: one of a registry or repository, or one of the workspace itself.
struct Locked<'n> {
    name: &'n str,
    version: &'n str,
    node: &'n Node<'n>,
    index: Option<usize>,
}

pub(crate) fn read(input: &Input<'_>, found: &mut Found) -> Result<(), Fault> {
    let document = toml::read(input.text)?;
    let packages: Vec<&Node<'_>> = document.items_of("package").iter().chain(document.get("root")).collect();
    if packages.is_empty() && document.get("version").is_none() {
        return Err(Fault::new("it has no packages and no version"));
    }
    let mut locked = Vec::new();
    for node in packages {
        let (Some(name), Some(version)) = (node.text_of("name"), node.text_of("version")) else {
            return Err(Fault::at(node.line, "a package has no name or no version"));
        };
        let own = node.get("source").is_none();
        let index = if own { None } else { found.add(Ecosystem::CARGO, name, version, node.line) };
        locked.push(Locked { name, version, node, index });
    }
    let mut by_name: HashMap<&str, Vec<usize>> = HashMap::new();
    locked.iter().enumerate().for_each(|(at, package)| by_name.entry(package.name).or_default().push(at));
    let members = members(input, &locked);
    let (mut used, mut dev) = (Vec::new(), Vec::new());
    for package in &locked {
        let member = members.get(package.name);
        for wanted in package.node.items_of("dependencies").iter().filter_map(Node::text) {
            let Some(target) = resolve(wanted, &by_name, &locked) else { continue };
            let Some(to) = target.index else { continue };
            match package.index {
                Some(from) => found.relate(from, to),
                None if member.is_some_and(|member| member.only_dev(target.name)) => dev.push(to),
                None => used.push(to),
            }
        }
    }
    if locked.iter().any(|package| package.index.is_none()) {
        found.starts(&used, &dev);
    }
    found.covers = members.into_values().map(|member| member.folder).collect();
    Ok(())
}

/// What a member of the workspace says of itself.
struct Member {
    folder: String,
    used: HashSet<String>,
    dev: HashSet<String>,
}

impl Member {
    fn only_dev(&self, name: &str) -> bool {
        self.dev.contains(name) && !self.used.contains(name)
    }
}

/// The manifests of the packages that the lockfile has without a source.
fn members(input: &Input<'_>, locked: &[Locked<'_>]) -> HashMap<String, Member> {
    let own: HashSet<&str> =
        locked.iter().filter(|package| package.index.is_none()).map(|package| package.name).collect();
    let prefix = if input.folder().is_empty() { String::new() } else { format!("{}/", input.folder()) };
    let mut members = HashMap::new();
    let files = input.sources.0.files().iter();
    for file in files.filter(|file| file.base_name() == "Cargo.toml" && file.name.starts_with(&prefix)) {
        let Some(wants) = input.sources.text(&file.name).and_then(|text| manifest::cargo::read(&text).ok()) else {
            continue;
        };
        let names = |dev| wants.names(dev).into_iter().map(str::to_owned).collect();
        let (used, dev) = (names(false), names(true));
        let Some(name) = wants.name else { continue };
        if own.contains(name.as_str()) {
            members.insert(name, Member { folder: folder(&file.name).to_owned(), used, dev });
        }
    }
    members
}

/// What `name`, `name version` or `name version (source)` means.
fn resolve<'l, 'n>(
    wanted: &str,
    by_name: &HashMap<&str, Vec<usize>>,
    locked: &'l [Locked<'n>],
) -> Option<&'l Locked<'n>> {
    let mut words = wanted.split(' ');
    let candidates = by_name.get(words.next()?)?;
    match words.next() {
        None => candidates.first(),
        Some(version) => candidates.iter().find(|at| locked[**at].version == version),
    }
    .map(|at| &locked[*at])
}
