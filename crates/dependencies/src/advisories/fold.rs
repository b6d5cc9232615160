//! One vulnerability has many names: what several databases say of it becomes one finding.

use super::entry::Entry;

/// Records about the same vulnerability.
pub(super) struct Group<'e, 'a> {
    /// The record that names it.
    pub(super) id: &'a str,
    /// All its other names.
    pub(super) aliases: Vec<&'a str>,
    pub(super) entries: Vec<&'e Entry<'a>>,
}

/// Puts together what shares a name, directly or over others. The order is that of the names.
pub(super) fn fold<'e, 'a>(entries: &[&'e Entry<'a>]) -> Vec<Group<'e, 'a>> {
    let mut groups: Vec<(Vec<&'a str>, Vec<&'e Entry<'a>>)> = Vec::new();
    for entry in entries {
        let mut names: Vec<&str> = entry.aliases.iter().copied().chain([entry.id]).collect();
        let mut members = vec![*entry];
        let shares = |(known, _): &mut (Vec<&str>, Vec<_>)| known.iter().any(|name| names.contains(name));
        let joined: Vec<_> = groups.extract_if(.., shares).collect();
        for (known, further) in joined {
            names.extend(known);
            members.extend(further);
        }
        groups.push((names, members));
    }
    let mut groups: Vec<_> = groups.into_iter().map(|(names, entries)| group(names, entries)).collect();
    groups.sort_by_key(|group| group.id);
    groups
}

fn group<'e, 'a>(mut names: Vec<&'a str>, entries: Vec<&'e Entry<'a>>) -> Group<'e, 'a> {
    let id = entries.iter().map(|entry| entry.id).min_by_key(|id| (standing(id), *id)).unwrap_or_default();
    names.sort_unstable();
    names.dedup();
    names.retain(|name| *name != id);
    Group { id, aliases: names, entries }
}

/// The database of the ecosystem itself comes first: it has looked longest, and its ids stay.
fn standing(id: &str) -> u8 {
    match id.split_once('-').map(|(database, _)| database) {
        Some("GHSA") => 1,
        Some("CVE") | None => 2,
        Some(_) => 0,
    }
}
