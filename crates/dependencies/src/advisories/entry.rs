//! What the index keeps of an advisory for one of its packages, and its form as bytes.

use domain::Severity;

use super::record::{self, Record};
use super::score;

/// Longest summary that is kept, in characters.
pub(super) const SUMMARY: usize = 200;

/// An advisory for one package.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Entry<'a> {
    pub(super) key: &'a str,
    pub(super) id: &'a str,
    /// With the release, where it has one.
    pub(super) ecosystem: &'a str,
    pub(super) aliases: Vec<&'a str>,
    pub(super) summary: &'a str,
    pub(super) severity: u8,
    pub(super) score: &'a str,
    /// What a notice is of that tells of no vulnerability: `unmaintained`.
    pub(super) informational: &'a str,
    pub(super) ranges: Vec<Range<'a>>,
    pub(super) versions: Vec<&'a str>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Range<'a> {
    /// Its versions are of Semantic Versioning whatever the ecosystem.
    pub(super) semver: bool,
    pub(super) events: Vec<(What, &'a str)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum What {
    Introduced,
    Fixed,
    LastAffected,
    Limit,
}

const KINDS: [What; 4] = [What::Introduced, What::Fixed, What::LastAffected, What::Limit];

/// Writes what `record` says of one of its packages.
pub(super) fn write(record: &Record, affected: &record::Affected, key: &str, out: &mut Vec<u8>) {
    let (severity, score) = score::of(record, affected);
    let entry = Entry {
        key,
        id: &record.id,
        ecosystem: &affected.package.ecosystem,
        aliases: aliases(record),
        summary: summary(record),
        severity: Severity::ALL.iter().position(|known| *known == severity).unwrap_or_default() as u8,
        score: score.as_deref().unwrap_or_default(),
        informational: affected.database_specific.informational.as_deref().unwrap_or_default(),
        ranges: affected.ranges.iter().filter(|range| range.kind != "GIT").map(range).collect(),
        versions: affected.versions.iter().map(String::as_str).collect(),
    };
    encode(&entry, out);
}

/// Its aliases, and of what stands upstream only what is the same vulnerability under another database's name: of
/// `DEBIAN-CVE-2024-1` `CVE-2024-1`. An update that closes several vulnerabilities is none of them.
fn aliases(record: &Record) -> Vec<&str> {
    let same = |upstream: &&String| record.id.strip_suffix(upstream.as_str()).is_some_and(|name| name.ends_with('-'));
    let all = record.aliases.iter().chain(record.upstream.iter().filter(same));
    all.map(String::as_str).filter(|alias| !alias.is_empty() && *alias != record.id).collect()
}

fn summary(record: &Record) -> &str {
    let text = if record.summary.trim().is_empty() { &record.details } else { &record.summary };
    let line = text.trim_start().lines().next().unwrap_or_default().trim_end();
    line.char_indices().nth(SUMMARY).map_or(line, |(end, _)| &line[..end])
}

fn range(range: &record::Range) -> Range<'_> {
    let events = range.events.iter().flat_map(|event| {
        let each = [&event.introduced, &event.fixed, &event.last_affected, &event.limit];
        KINDS.into_iter().zip(each).filter_map(|(what, version)| Some((what, version.as_deref()?)))
    });
    Range { semver: range.kind == "SEMVER", events: events.collect() }
}

fn encode(entry: &Entry<'_>, out: &mut Vec<u8>) {
    for text in [entry.key, entry.id, entry.ecosystem, entry.summary, entry.score, entry.informational] {
        put_text(out, text);
    }
    out.push(entry.severity);
    put_list(out, &entry.aliases);
    put_list(out, &entry.versions);
    put_number(out, entry.ranges.len());
    for range in &entry.ranges {
        out.push(u8::from(range.semver));
        put_number(out, range.events.len());
        for (what, version) in &range.events {
            out.push(*what as u8);
            put_text(out, version);
        }
    }
}

/// Reads an entry back; none where the bytes are not those of one.
pub(super) fn read(bytes: &[u8]) -> Option<Entry<'_>> {
    let mut rest = bytes;
    let input = &mut rest;
    let mut entry = Entry { key: text(input)?, id: text(input)?, ecosystem: text(input)?, ..Entry::default() };
    (entry.summary, entry.score, entry.informational) = (text(input)?, text(input)?, text(input)?);
    entry.severity = byte(input)?;
    entry.aliases = list(input)?;
    entry.versions = list(input)?;
    for _ in 0..number(input)? {
        let mut range = Range { semver: byte(input)? == 1, events: Vec::new() };
        for _ in 0..number(input)? {
            let what = *KINDS.get(usize::from(byte(input)?))?;
            range.events.push((what, text(input)?));
        }
        entry.ranges.push(range);
    }
    rest.is_empty().then_some(entry)
}

fn put_number(out: &mut Vec<u8>, mut number: usize) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

fn put_text(out: &mut Vec<u8>, text: &str) {
    put_number(out, text.len());
    out.extend_from_slice(text.as_bytes());
}

fn put_list(out: &mut Vec<u8>, list: &[&str]) {
    put_number(out, list.len());
    list.iter().for_each(|text| put_text(out, text));
}

fn byte(input: &mut &[u8]) -> Option<u8> {
    let (first, rest) = input.split_first()?;
    *input = rest;
    Some(*first)
}

fn number(input: &mut &[u8]) -> Option<usize> {
    let mut number = 0_usize;
    for shift in (0..28).step_by(7) {
        let next = byte(input)?;
        number |= usize::from(next & 0x7f) << shift;
        if next < 0x80 {
            return Some(number);
        }
    }
    None
}

fn text<'a>(input: &mut &'a [u8]) -> Option<&'a str> {
    let length = number(input)?;
    let (text, rest) = input.split_at_checked(length)?;
    *input = rest;
    std::str::from_utf8(text).ok()
}

fn list<'a>(input: &mut &'a [u8]) -> Option<Vec<&'a str>> {
    (0..number(input)?).map(|_| text(input)).collect()
}
