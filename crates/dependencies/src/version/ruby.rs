//! RubyGems: the order of `Gem::Version`.

use std::cmp::Ordering;

use super::number::{Number, split_digits};

/// A version: numbers and words, without zeros at the end of the numbers and at the end of the whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Gem(Vec<Segment>);

/// Words come before numbers: they name what precedes a release.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Segment {
    Word(String),
    Number(Number),
}

const ZERO: Segment = Segment::Number(Number::ZERO);

impl Gem {
    pub(super) fn parse(text: &str) -> Option<Self> {
        let known = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'.' || byte == b'-';
        if !text.starts_with(|first: char| first.is_ascii_digit()) || !text.bytes().all(known) {
            return None;
        }
        let segments = segments(&text.replace('-', ".pre."));
        let words = segments.iter().position(|segment| matches!(segment, Segment::Word(_))).unwrap_or(segments.len());
        let (numbers, rest) = segments.split_at(words);
        Some(Self([without_zeros(numbers), without_zeros(rest)].concat()))
    }

    pub(super) fn is_prerelease(&self) -> bool {
        self.0.iter().any(|segment| matches!(segment, Segment::Word(_)))
    }
}

impl Ord for Gem {
    fn cmp(&self, other: &Self) -> Ordering {
        let pairs = (0..self.0.len().max(other.0.len()))
            .map(|at| self.0.get(at).unwrap_or(&ZERO).cmp(other.0.get(at).unwrap_or(&ZERO)));
        pairs.into_iter().find(|found| found.is_ne()).unwrap_or(Ordering::Equal)
    }
}

impl PartialOrd for Gem {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

fn segments(text: &str) -> Vec<Segment> {
    let (mut found, mut rest) = (Vec::new(), text);
    while let Some(first) = rest.chars().next() {
        if first.is_ascii_digit() {
            let (digits, behind) = split_digits(rest);
            found.push(Segment::Number(Number::of(digits)));
            rest = behind;
        } else if first.is_ascii_alphabetic() {
            let (word, behind) = rest.split_at(rest.bytes().take_while(u8::is_ascii_alphabetic).count());
            found.push(Segment::Word(word.to_owned()));
            rest = behind;
        } else {
            rest = &rest[first.len_utf8()..];
        }
    }
    found
}

fn without_zeros(segments: &[Segment]) -> &[Segment] {
    let end = segments.iter().rposition(|segment| *segment != ZERO).map_or(0, |last| last + 1);
    &segments[..end]
}
