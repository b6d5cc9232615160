//! Debian and its kin: the order of `dpkg`, as Debian Policy 5.6.12 has it.

use std::cmp::Ordering;

use super::number::{Number, is_number, split_digits};

/// A version.
#[derive(Clone, Debug)]
pub(super) struct Debian {
    epoch: Number,
    upstream: String,
    revision: String,
}

impl Debian {
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (epoch, rest) = match text.split_once(':') {
            Some((epoch, rest)) => (is_number(epoch).then(|| Number::of(epoch))?, rest),
            None => (Number::ZERO, text),
        };
        let (upstream, revision) = rest.rsplit_once('-').unwrap_or((rest, ""));
        let known = |byte: u8| byte.is_ascii_alphanumeric() || b".+-:~_".contains(&byte);
        (!upstream.is_empty() && rest.bytes().all(known)).then(|| Self {
            epoch,
            upstream: upstream.to_owned(),
            revision: revision.to_owned(),
        })
    }
}

impl Ord for Debian {
    fn cmp(&self, other: &Self) -> Ordering {
        let epoch = self.epoch.cmp(&other.epoch);
        epoch.then_with(|| parts(&self.upstream, &other.upstream)).then_with(|| parts(&self.revision, &other.revision))
    }
}

impl PartialOrd for Debian {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Debian {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Debian {}

/// Turn by turn what is no digit, by [`weight`], and the number behind it.
fn parts(mut one: &str, mut other: &str) -> Ordering {
    while !one.is_empty() || !other.is_empty() {
        let (words, numbers) = (split_word(one), split_word(other));
        let found = by_weight(words.0, numbers.0);
        let (first, second) = (split_digits(words.1), split_digits(numbers.1));
        let found = found.then_with(|| Number::of(first.0).cmp(&Number::of(second.0)));
        if found.is_ne() {
            return found;
        }
        (one, other) = (first.1, second.1);
    }
    Ordering::Equal
}

fn split_word(text: &str) -> (&str, &str) {
    text.split_at(text.bytes().take_while(|byte| !byte.is_ascii_digit()).count())
}

fn by_weight(one: &str, other: &str) -> Ordering {
    (0..one.len().max(other.len()))
        .map(|at| weight(one.as_bytes().get(at)).cmp(&weight(other.as_bytes().get(at))))
        .find(|found| found.is_ne())
        .unwrap_or(Ordering::Equal)
}

/// A tilde comes even before the end, letters before everything else.
fn weight(byte: Option<&u8>) -> i32 {
    match byte {
        None => 0,
        Some(b'~') => -1,
        Some(letter) if letter.is_ascii_alphabetic() => i32::from(*letter),
        Some(other) => i32::from(*other) + 256,
    }
}
