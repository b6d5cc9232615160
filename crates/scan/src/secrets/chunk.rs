//! Looks at one piece of a file: the text itself, then what is wrapped in it, then which findings yield to which.

use std::ops::Range;

use domain::Confidence;

use super::check::Check;
use super::compiled::Compiled;
use super::decode::{self, Wrapped};
use super::finding::Encoding;
use super::matching::{Candidate, Matching, asked};
use super::place::Place;

/// A secret, with where it stands in its piece.
#[derive(Debug, Clone)]
pub(crate) struct Located {
    pub(crate) rule: usize,
    pub(crate) at: Range<usize>,
    pub(crate) value: Vec<u8>,
    /// Where the match begins: at the name that a value is assigned to.
    pub(crate) named_at: usize,
    pub(crate) confidence: Confidence,
    pub(crate) decoded: Vec<Encoding>,
    /// The allowlist of an organisation's file that covers it.
    pub(crate) allowed_by: Option<Option<String>>,
}

/// How a piece is looked at.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Manner {
    /// How often what was unwrapped is unwrapped again.
    pub(crate) depth: usize,
    /// Bytes that are no text.
    pub(crate) binary: bool,
}

/// All secrets of a piece, in order.
pub(crate) fn look(compiled: &Compiled, text: &[u8], place: &Place<'_>, manner: Manner) -> Vec<Located> {
    let mut all: Vec<Located> = Matching::run(compiled, text, place, manner.binary)
        .into_iter()
        .map(|candidate| located(compiled, text, place, candidate, None, &[]))
        .collect();
    if manner.depth > 0 && !manner.binary {
        decode::each(text, &mut |wrapped| {
            let at = wrapped.at.clone();
            unwrapped(compiled, &wrapped, &at, place, manner.depth, &[], &mut all);
        });
    }
    all.sort_by_key(|located| (located.at.start, located.rule));
    yield_to_better(compiled, &mut all);
    all
}

fn unwrapped(
    compiled: &Compiled,
    wrapped: &Wrapped,
    outermost: &Range<usize>,
    place: &Place<'_>,
    depth: usize,
    outer: &[Encoding],
    all: &mut Vec<Located>,
) {
    let chain: Vec<Encoding> = outer.iter().copied().chain([wrapped.encoding]).collect();
    for candidate in Matching::run(compiled, &wrapped.text, place, false) {
        if overlap(&candidate.secret, &wrapped.inside) {
            all.push(located(compiled, &wrapped.text, place, candidate, Some(outermost), &chain));
        }
    }
    if depth > 1 {
        decode::each(&wrapped.text[wrapped.inside.clone()], &mut |inner| {
            unwrapped(compiled, &inner, outermost, place, depth - 1, &chain, all);
        });
    }
}

fn located(
    compiled: &Compiled,
    text: &[u8],
    place: &Place<'_>,
    candidate: Candidate,
    outermost: Option<&Range<usize>>,
    decoded: &[Encoding],
) -> Located {
    let ready = &compiled.rules[candidate.rule];
    let mut theirs = ready.allowlists.iter().chain(&compiled.allowlists).filter(|allow| !allow.shipped).peekable();
    let allowed_by = theirs.peek().is_some().then(|| {
        let asked = asked(ready, text, &candidate);
        theirs.find(|allow| allow.covers(place, &asked)).map(|allow| allow.description.clone())
    });
    let secret = &text[candidate.secret.clone()];
    let value = if ready.rule.check == Some(Check::Pem) { key_material(secret) } else { secret.to_vec() };
    Located {
        rule: candidate.rule,
        at: outermost.cloned().unwrap_or(candidate.secret),
        value,
        named_at: candidate.matched.start,
        confidence: candidate.confidence,
        decoded: decoded.to_vec(),
        allowed_by: allowed_by.flatten(),
    }
}

/// A key is the same key however it is indented or quoted.
fn key_material(pem: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(pem.len());
    let mut at = 0;
    while at < pem.len() {
        let byte = pem[at];
        if byte == b'\\' && matches!(pem.get(at + 1), Some(b'n' | b'r' | b't')) {
            at += 2;
            continue;
        }
        if byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=') {
            out.push(byte);
        }
        at += 1;
    }
    out
}

fn overlap(a: &Range<usize>, b: &Range<usize>) -> bool {
    a.start < b.end && b.start < a.end
}

/// Two rules on the same text: the one that knows more stays. Rules that speak for themselves all stay.
fn yield_to_better(compiled: &Compiled, all: &mut Vec<Located>) {
    let rank = |located: &Located| compiled.rules[located.rule].rank;
    let keep: Vec<bool> = (0..all.len())
        .map(|this| {
            let mine = &all[this];
            // Sorted by start: what overlaps lies near.
            let before = all[..this].iter().enumerate().rev().take(16);
            let after = all[this + 1..].iter().enumerate().map(|(place, other)| (this + 1 + place, other)).take(16);
            !before.chain(after).any(|(place, other)| {
                overlap(&mine.at, &other.at) && beats((rank(other), other, place), (rank(mine), mine, this))
            })
        })
        .collect();
    let mut keep = keep.into_iter();
    all.retain(|_| keep.next().unwrap_or(true));
}

fn beats((rank, other, place): (u8, &Located, usize), (my_rank, mine, this): (u8, &Located, usize)) -> bool {
    if rank != my_rank {
        return rank > my_rank;
    }
    // The same found twice, bare and unwrapped.
    if other.rule == mine.rule && other.value == mine.value {
        return (other.decoded.len(), place) < (mine.decoded.len(), this);
    }
    // A name says more the earlier it stands: the provider's comes first.
    let (theirs, ours) = ((other.named_at, place), (mine.named_at, this));
    my_rank < 3 && other.decoded == mine.decoded && theirs < ours
}
