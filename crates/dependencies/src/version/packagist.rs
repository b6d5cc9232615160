//! Packagist: Composer makes a version whole (four numbers, the long names of stabilities) and compares it as PHP's
//! `version_compare` does. Branches (`dev-main`) have no order.

use std::cmp::Ordering;

use super::number::{Number, is_number, split_digits};

/// A version, made whole.
#[derive(Clone, Debug)]
pub(super) enum Composer {
    Branch(String),
    Numbered { numbers: Vec<Number>, stability: Stability, counts: Vec<Number>, dev: bool },
}

/// In PHP's order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Stability {
    Alpha,
    Beta,
    Candidate,
    Stable,
    Patch,
}

/// What `x` in the name of a branch stands for.
const ANY: u64 = 9_999_999;

impl Composer {
    pub(super) fn parse(text: &str) -> Option<Self> {
        let text = text.split_once(" as ").map_or(text, |(before, _)| before).trim();
        let text = text.split_once('#').map_or(text, |(before, _)| before);
        let text = text.split_once('@').map_or(text, |(before, _)| before).to_ascii_lowercase();
        if let Some(branch) = text.strip_prefix("dev-") {
            return Some(Self::Branch(branch.to_owned()));
        }
        if ["master", "trunk", "default"].contains(&text.as_str()) {
            return Some(Self::Branch(text));
        }
        let text = text.split_once('+').map_or(text.as_str(), |(before, _)| before);
        let text = text.strip_prefix('v').unwrap_or(text);
        branch(text).or_else(|| numbered(text))
    }

    pub(super) fn compare(&self, other: &Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Branch(one), Self::Branch(other)) => (one == other).then_some(Ordering::Equal),
            (
                Self::Numbered { numbers, stability, counts, dev },
                Self::Numbered { numbers: others, stability: second, counts: further, dev: other },
            ) => Some(
                padded(numbers, others)
                    .then(rank(*stability, counts, *dev).cmp(&rank(*second, further, *other)))
                    .then_with(|| counted(counts, further))
                    // `alpha1-dev` comes before `alpha1`.
                    .then_with(|| other.cmp(dev)),
            ),
            _ => None,
        }
    }

    pub(super) fn is_prerelease(&self) -> bool {
        match self {
            Self::Branch(_) => true,
            Self::Numbered { stability, dev, .. } => *dev || *stability < Stability::Stable,
        }
    }
}

/// `1.0-dev` comes before all that has a stability; a patch without a count is above the release.
fn rank(stability: Stability, counts: &[Number], dev: bool) -> (bool, Stability) {
    let plain = stability == Stability::Stable && counts.is_empty() && dev;
    (!plain, stability)
}

/// Of `1.x-dev`, what `x` stands for is above every number.
fn branch(text: &str) -> Option<Composer> {
    let name = text.strip_suffix("-dev")?;
    let name = name.strip_suffix(".x").or_else(|| name.strip_suffix(".*")).filter(|_| name != "x")?;
    let name = name.trim_end_matches(".x").trim_end_matches(".*");
    let mut numbers: Vec<Number> =
        name.split('.').map(|part| is_number(part).then(|| Number::of(part))).collect::<Option<_>>()?;
    if numbers.len() > 3 {
        return None;
    }
    numbers.resize(4, Number::Small(ANY));
    Some(Composer::Numbered { numbers, stability: Stability::Stable, counts: Vec::new(), dev: true })
}

fn numbered(text: &str) -> Option<Composer> {
    let first = split_digits(text).0;
    // A date is taken as it is: 2010-01-02, 20100102.
    let (separators, mut date): (&[char], bool) = match first.len() {
        4 => (&['.', '-', ':'], false),
        digits => (&['.'], digits > 5),
    };
    let (mut numbers, mut rest) = (vec![Number::of(first)], &text[first.len()..]);
    while let Some(next) = rest.strip_prefix(separators).filter(|_| !first.is_empty()) {
        let (digits, behind) = split_digits(next);
        if digits.is_empty() {
            break;
        }
        date |= !rest.starts_with('.');
        numbers.push(Number::of(digits));
        rest = behind;
    }
    if !date {
        numbers.resize(numbers.len().max(4), Number::ZERO);
    }
    let (stability, counts, dev) = modifiers(rest).filter(|_| !first.is_empty())?;
    Some(Composer::Numbered { numbers, stability, counts, dev })
}

fn modifiers(rest: &str) -> Option<(Stability, Vec<Number>, bool)> {
    let separated = |text: &str| text.strip_prefix(['.', '-', '_']).unwrap_or(text).to_owned();
    let rest = separated(rest);
    let (rest, dev) = match rest.strip_suffix("dev") {
        Some(rest) => (rest.strip_suffix(['.', '-']).unwrap_or(rest).to_owned(), true),
        None => (rest, false),
    };
    if rest.is_empty() {
        return Some((Stability::Stable, Vec::new(), dev));
    }
    let (word, counts) = rest.split_at(rest.bytes().take_while(u8::is_ascii_alphabetic).count());
    let stability = match word {
        "stable" => Stability::Stable,
        "alpha" | "a" => Stability::Alpha,
        "beta" | "b" => Stability::Beta,
        "rc" => Stability::Candidate,
        "patch" | "pl" | "p" => Stability::Patch,
        _ => return None,
    };
    let counts = counts.strip_prefix(['.', '-']).unwrap_or(counts);
    let read = counts.split(['.', '-']).filter(|_| !counts.is_empty());
    let counts: Vec<Number> = read.map(|part| is_number(part).then(|| Number::of(part))).collect::<Option<_>>()?;
    // Composer drops `stable` with whatever counts it.
    let counts = if stability == Stability::Stable { Vec::new() } else { counts };
    Some((stability, counts, dev))
}

fn padded(one: &[Number], other: &[Number]) -> Ordering {
    (0..one.len().max(other.len()))
        .map(|at| match (one.get(at), other.get(at)) {
            (Some(one), Some(other)) => one.cmp(other),
            // To PHP a further number is newer, be it zero.
            (one, other) => one.is_some().cmp(&other.is_some()),
        })
        .find(|found| found.is_ne())
        .unwrap_or(Ordering::Equal)
}

fn counted(one: &[Number], other: &[Number]) -> Ordering {
    padded(one, other)
}
