//! `yarn.lock`: the form of version 1, which is its own, and that of the later ones, which is YAML.

use std::collections::HashMap;

use domain::Ecosystem;

use crate::document::yaml;
use crate::fault::Fault;
use crate::found::Found;
use crate::manifest::npm::{aliased, asked};
use crate::sources::{Input, folder, join};

/// An entry: the ranges that it stands for, and what it needs.
#[derive(Debug, Default)]
struct Entry {
    /// `name@range`, each.
    asked: Vec<String>,
    name: String,
    version: String,
    line: u32,
    needs: Vec<String>,
    /// The folder, where it is the project itself or a part of it.
    own: Option<String>,
}

pub(crate) fn read(input: &Input<'_>, found: &mut Found) -> Result<(), Fault> {
    let entries = if input.text.contains("\n__metadata:") || input.text.starts_with("__metadata:") {
        later(input.text)?
    } else {
        first(input.text)?
    };
    let mut at: HashMap<&str, usize> = HashMap::new();
    let mut nodes = Vec::new();
    for entry in entries.iter().filter(|entry| entry.own.is_none()) {
        let Some(index) = found.add(Ecosystem::NPM, &entry.name, &entry.version, entry.line) else { continue };
        at.extend(entry.asked.iter().map(|asked| (asked.as_str(), index)));
        nodes.push((index, entry));
    }
    for (from, entry) in nodes {
        entry.needs.iter().filter_map(|needed| at.get(needed.as_str())).for_each(|to| found.relate(from, *to));
    }
    from_manifests(input, &entries, &at, found);
    Ok(())
}

/// What the manifests beneath the lockfile ask for. Those whose every wish it grants are parts of its project.
fn from_manifests(input: &Input<'_>, entries: &[Entry], at: &HashMap<&str, usize>, found: &mut Found) {
    let prefix = if input.folder().is_empty() { String::new() } else { format!("{}/", input.folder()) };
    let own: Vec<String> = entries.iter().filter_map(|entry| join(input.folder(), entry.own.as_deref()?)).collect();
    let mut covers = Vec::new();
    let (mut used, mut dev) = (Vec::new(), Vec::new());
    let files = input.sources.0.files().iter();
    for file in files.filter(|file| file.base_name() == "package.json" && file.name.starts_with(&prefix)) {
        let Some(wishes) = input.sources.text(&file.name).and_then(|text| asked(&text)) else { continue };
        let place = folder(&file.name);
        let granted: Vec<(Option<usize>, bool)> = wishes
            .iter()
            .map(|wish| {
                let plain = format!("{}@{}", wish.key, wish.range);
                let tagged = format!("{}@npm:{}", wish.key, wish.range);
                (at.get(plain.as_str()).or_else(|| at.get(tagged.as_str())).copied(), wish.dev)
            })
            .collect();
        let is_part = place == input.folder() || own.iter().any(|own| own == place);
        if is_part || granted.iter().all(|(index, _)| index.is_some()) {
            covers.push(place.to_owned());
            for (index, is_dev) in granted {
                if is_dev { dev.extend(index) } else { used.extend(index) }
            }
        }
    }
    if !covers.is_empty() {
        found.starts(&used, &dev);
    }
    found.covers = covers;
}

/// Versions from 2 on.
fn later(text: &str) -> Result<Vec<Entry>, Fault> {
    let documents = yaml::read(text)?;
    let mut entries = Vec::new();
    for (key, node) in documents.first().map_or(&[][..], |document| document.entries()) {
        let (Some(resolution), Some(version)) = (node.text_of("resolution"), node.text_of("version")) else { continue };
        let Some((name, from)) = split(resolution) else { continue };
        let own = from.strip_prefix("workspace:").map(str::to_owned);
        if own.is_none() && !(from.starts_with("npm:") || from.starts_with("patch:") || from.contains("://")) {
            continue;
        }
        let needs = node.entries_of("dependencies").iter().filter_map(|(name, range)| {
            let range = range.text()?;
            Some(if range.contains(':') { format!("{name}@{range}") } else { format!("{name}@npm:{range}") })
        });
        entries.push(Entry {
            asked: key.split(", ").map(str::to_owned).collect(),
            name: name.to_owned(),
            version: version.to_owned(),
            line: node.line,
            needs: needs.collect(),
            own,
        });
    }
    Ok(entries)
}

/// Version 1.
fn first(text: &str) -> Result<Vec<Entry>, Fault> {
    let mut entries: Vec<Entry> = Vec::new();
    let mut in_needs = false;
    for (at, line) in text.lines().enumerate() {
        let number = u32::try_from(at + 1).unwrap_or(u32::MAX);
        let depth = line.len() - line.trim_start_matches(' ').len();
        let rest = line.trim();
        if rest.is_empty() || rest.starts_with('#') {
            continue;
        }
        match (depth, entries.last_mut()) {
            (0, _) => {
                let Some(keys) = rest.strip_suffix(':') else {
                    return Err(Fault::at(number, "it is no entry of yarn"));
                };
                let asked: Vec<String> = keys.split(", ").map(|key| key.trim_matches('"').to_owned()).collect();
                let (name, _) = asked
                    .first()
                    .and_then(|key| split(key))
                    .ok_or_else(|| Fault::at(number, "an entry has no name"))?;
                let real = asked.iter().find_map(|key| Some(aliased(split(key)?.1)?.0.to_owned()));
                entries.push(Entry {
                    name: real.unwrap_or_else(|| name.to_owned()),
                    asked,
                    line: number,
                    ..Entry::default()
                });
                in_needs = false;
            }
            (2, Some(entry)) => {
                in_needs = rest == "dependencies:" || rest == "optionalDependencies:";
                if let Some(version) = rest.strip_prefix("version ") {
                    entry.version = version.trim_matches('"').to_owned();
                }
            }
            (_, Some(entry)) if in_needs => entry.needs.extend(need(rest)),
            (_, Some(_)) => {}
            (_, None) => return Err(Fault::at(number, "it is no entry of yarn")),
        }
    }
    if let Some(entry) = entries.iter().find(|entry| entry.version.is_empty()) {
        return Err(Fault::at(entry.line, "an entry has no version: it is cut off"));
    }
    entries.retain(|entry| !entry.asked.iter().any(|key| split(key).is_some_and(|(_, range)| is_folder(range))));
    Ok(entries)
}

/// `name@range` of `"name" "range"`.
fn need(line: &str) -> Option<String> {
    let (name, range) = match line.strip_prefix('"') {
        Some(quoted) => quoted.split_once("\" ")?,
        None => line.split_once(' ')?,
    };
    Some(format!("{name}@{}", range.trim_matches('"')))
}

fn split(key: &str) -> Option<(&str, &str)> {
    let at = key.get(1..)?.find('@')? + 1;
    Some((&key[..at], &key[at + 1..]))
}

fn is_folder(range: &str) -> bool {
    range.starts_with("file:") || range.starts_with("link:") || range.starts_with("./") || range.starts_with("../")
}
