//! Semantic Versioning 2.0 as people write it: fewer or more than three numbers, `v` before it, and the loose forms of npm
//! (`1.2.3beta`). Build metadata has no part in the order.

use super::number::{Number, is_number, split_digits};

/// A version. The derived order is the right one: the numbers first, without zeros at their end; then what has no
/// pre-release above what has one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Semver {
    numbers: Vec<Number>,
    release: Release,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Release {
    Before(Vec<Identifier>),
    Itself,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Identifier {
    Number(Number),
    Text(Box<str>),
}

impl Semver {
    pub(super) fn loose(text: &str) -> Option<Self> {
        let text = text.trim_start_matches(['v', 'V', '=', ' ']);
        let (numbers, rest) = numbers(text)?;
        let release = match without_build(rest) {
            "" => Release::Itself,
            rest => Release::Before(identifiers(rest.strip_prefix('-').unwrap_or(rest))?),
        };
        Some(Self { numbers, release })
    }

    /// Go's own releases glue what precedes a release to the numbers: `go1.21rc2` is `1.21.0-rc.2` in advisories.
    pub(super) fn go(text: &str) -> Option<Self> {
        let text = text.strip_prefix("go").unwrap_or(text);
        let (numbers, rest) = numbers(text.trim_start_matches('v'))?;
        let release = match without_build(rest) {
            "" => Release::Itself,
            rest => Release::Before(match rest.strip_prefix('-') {
                Some(rest) => identifiers(rest)?,
                None => glued(rest)?,
            }),
        };
        Some(Self { numbers, release })
    }

    pub(super) fn is_prerelease(&self) -> bool {
        self.release != Release::Itself
    }
}

/// The numbers between dots, without zeros at the end, and what follows.
fn numbers(text: &str) -> Option<(Vec<Number>, &str)> {
    let (mut numbers, mut rest) = (Vec::with_capacity(3), text);
    loop {
        let (digits, behind) = split_digits(rest);
        if digits.is_empty() {
            return None;
        }
        numbers.push(Number::of(digits));
        rest = behind;
        match rest.strip_prefix('.') {
            Some(next) => rest = next,
            None => break,
        }
    }
    while numbers.last().is_some_and(Number::is_zero) {
        numbers.pop();
    }
    Some((numbers, rest))
}

fn without_build(rest: &str) -> &str {
    rest.split_once('+').map_or(rest, |(before, _)| before)
}

fn identifiers(text: &str) -> Option<Vec<Identifier>> {
    text.split('.').map(identifier).collect()
}

fn identifier(text: &str) -> Option<Identifier> {
    let known = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    match text {
        _ if is_number(text) => Some(Identifier::Number(Number::of(text))),
        _ if !text.is_empty() && text.bytes().all(known) => Some(Identifier::Text(text.into())),
        _ => None,
    }
}

fn glued(text: &str) -> Option<Vec<Identifier>> {
    let (word, digits) = text.split_at(text.bytes().take_while(u8::is_ascii_alphabetic).count());
    match (word, digits) {
        ("", _) => None,
        (word, "") => Some(vec![identifier(word)?]),
        (word, digits) => Some(vec![identifier(word)?, identifier(digits)?]),
    }
}
