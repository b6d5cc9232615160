//! Whether an advisory is about a version: by its list, and by all of its ranges, whatever order their events stand in.

use std::cmp::Ordering;

use domain::Ecosystem;

use super::entry::{Entry, Range, What};
use crate::version::{Scheme, Version};

/// What can be said of a version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Affected,
    NotAffected,
    /// A range might cover it, but there is no order in which to tell.
    Unknown,
}

/// A version in use.
pub(super) struct Subject<'a> {
    text: &'a str,
    scheme: Option<Scheme>,
    version: Option<Version>,
}

impl<'a> Subject<'a> {
    pub(super) fn new(ecosystem: &Ecosystem, text: &'a str) -> Self {
        let scheme = Scheme::of(ecosystem);
        Self { text, scheme, version: scheme.and_then(|scheme| scheme.parse(text)) }
    }

    /// Another version of the same package.
    fn at(&self, text: &'a str) -> Self {
        Self { text, scheme: self.scheme, version: self.scheme.and_then(|scheme| scheme.parse(text)) }
    }

    pub(super) fn verdict(&self, entry: &Entry<'_>) -> Verdict {
        if entry.versions.contains(&self.text) {
            return Verdict::Affected;
        }
        let mut verdict = Verdict::NotAffected;
        for range in &entry.ranges {
            match self.is_within(range) {
                Some(true) => return Verdict::Affected,
                Some(false) => {}
                None => verdict = Verdict::Unknown,
            }
        }
        // Last, because a list is long and each version in it has to be read.
        if self.is_listed(&entry.versions) { Verdict::Affected } else { verdict }
    }

    /// The smallest version above this one that closes a range, and that none of `entries` is about.
    pub(super) fn fixed<'e>(&self, entries: &[&Entry<'e>]) -> Option<&'e str>
    where
        'e: 'a,
    {
        let (scheme, version) = (self.scheme?, self.version.as_ref()?);
        let events = entries.iter().flat_map(|entry| &entry.ranges).flat_map(|range| &range.events);
        let read = events.filter(|(what, _)| *what == What::Fixed);
        let mut above: Vec<(Version, &'e str)> = read
            .filter_map(|(_, text)| Some((scheme.parse(text)?, *text)))
            .filter(|(fixed, _)| fixed.compare(version) == Some(Ordering::Greater))
            .collect();
        above.sort_by(|one, other| one.0.compare(&other.0).unwrap_or(Ordering::Equal));
        let free = |text: &'e str| {
            let subject = self.at(text);
            entries.iter().all(|entry| subject.verdict(entry) == Verdict::NotAffected)
        };
        above.into_iter().map(|(_, text)| text).find(|text| free(text))
    }

    /// Whether one of `versions` is this one, written in another way.
    fn is_listed(&self, versions: &[&str]) -> bool {
        let (Some(scheme), Some(version)) = (self.scheme, &self.version) else { return false };
        let same =
            |text: &&str| scheme.parse(text).is_some_and(|listed| listed.compare(version) == Some(Ordering::Equal));
        let first = first_number(self.text);
        let may_be = |text: &&&str| first.is_none() || first_number(text).is_none_or(|other| first == Some(other));
        versions.iter().filter(may_be).any(same)
    }

    /// None where it cannot be told.
    fn is_within(&self, range: &Range<'_>) -> Option<bool> {
        if range.events.is_empty() {
            return Some(false);
        }
        let scheme = self.scheme.or(range.semver.then_some(Scheme::Semver))?;
        let read_here = if self.scheme.is_none() { scheme.parse(self.text) } else { None };
        let version = self.version.as_ref().or(read_here.as_ref())?;
        let events = range.events.iter().map(|(what, text)| Some((Point::read(scheme, *what, text)?, *what)));
        within(events.collect::<Option<Vec<_>>>()?, version)
    }
}

/// The number that a version begins with, without zeros before it; it is the same in all ways of writing one version. None
/// where an epoch may come first.
fn first_number(text: &str) -> Option<&str> {
    let digits = text.trim_start_matches(['v', 'V', '=', ' ']);
    let end = digits.bytes().take_while(u8::is_ascii_digit).count();
    let plain = end > 0 && !text.contains(['!', ':']);
    plain.then(|| digits[..end].trim_start_matches('0'))
}

/// Where something happens.
enum Point {
    /// Before all versions.
    Start,
    At(Version),
    /// Behind all versions.
    End,
}

impl Point {
    fn read(scheme: Scheme, what: What, text: &str) -> Option<Self> {
        match (what, text) {
            (What::Introduced, "0") => Some(Self::Start),
            (What::Limit, "*") => Some(Self::End),
            _ => scheme.parse(text).map(Self::At),
        }
    }

    fn compare(&self, version: &Version) -> Option<Ordering> {
        match self {
            Self::Start => Some(Ordering::Less),
            Self::At(at) => at.compare(version),
            Self::End => Some(Ordering::Greater),
        }
    }
}

/// Goes through what happens up to `version`, in order. What happens at one point is judged together: one range that ends
/// where the next begins goes on, and one that ends where it begins is empty.
fn within(events: Vec<(Point, What)>, version: &Version) -> Option<bool> {
    let (limits, events): (Vec<_>, Vec<_>) = events.into_iter().partition(|(_, what)| *what == What::Limit);
    let mut before_limit = limits.is_empty();
    for (limit, _) in &limits {
        before_limit |= limit.compare(version)? == Ordering::Greater;
    }
    if !before_limit {
        return Some(false);
    }
    let mut past = Vec::with_capacity(events.len());
    for (point, what) in events {
        match point.compare(version)? {
            Ordering::Greater => {}
            place => past.push((point, what, place)),
        }
    }
    past.sort_by(|one, other| order(&one.0, &other.0));
    let same = |one: &(Point, What, Ordering), other: &(Point, What, Ordering)| order(&one.0, &other.0).is_eq();
    let mut affected = false;
    for together in past.chunk_by(same) {
        let here = together.iter().any(|(_, _, place)| place.is_eq());
        let has = |wanted: What| together.iter().any(|(_, what, _)| *what == wanted);
        match (has(What::Introduced), has(What::Fixed)) {
            (true, false) => affected = true,
            (false, true) => affected = false,
            _ => {}
        }
        if has(What::LastAffected) && !here {
            affected = false;
        }
    }
    Some(affected)
}

fn order(one: &Point, other: &Point) -> Ordering {
    match (one, other) {
        (Point::Start, Point::Start) | (Point::End, Point::End) => Ordering::Equal,
        (Point::Start, _) | (_, Point::End) => Ordering::Less,
        (_, Point::Start) | (Point::End, _) => Ordering::Greater,
        (Point::At(one), Point::At(other)) => one.compare(other).unwrap_or(Ordering::Equal),
    }
}
