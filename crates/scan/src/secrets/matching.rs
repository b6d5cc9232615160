//! Holds all rules against one text: keywords first, then each rule on the windows around its own.

use std::ops::Range;

use domain::Confidence;

use super::allow::Asked;
use super::assignment::{self, Assignment};
use super::check::{Verdict, is_made_up, is_placeholder};
use super::compiled::{Compiled, Ready};
use super::entropy::shannon;
use super::generic;
use super::kubernetes;
use super::place::{Language, Place};
use super::rule::{GenericKind, Shape};
use super::words::{reads_as_words, words_of};

/// A text that a rule holds for a secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Candidate {
    pub(crate) rule: usize,
    pub(crate) matched: Range<usize>,
    pub(crate) secret: Range<usize>,
    pub(crate) confidence: Confidence,
}

/// One text under the rules.
pub(crate) struct Matching<'a> {
    compiled: &'a Compiled,
    text: &'a [u8],
    place: &'a Place<'a>,
    /// Bytes that are no text: only rules whose match speaks for itself.
    binary: bool,
    found: Vec<Candidate>,
    /// Windows that still may grow, by rule.
    windows: Vec<(usize, Range<usize>)>,
    last: Option<(usize, Option<Assignment>)>,
}

/// Words of a name that say its value is public.
const PUBLIC_NAMES: [&str; 15] = [
    "hash",
    "sha",
    "sha1",
    "checksum",
    "digest",
    "md",
    "commit",
    "revision",
    "integrity",
    "etag",
    "fingerprint",
    "public",
    "version",
    "url",
    "uri",
];

/// How far a keyword may lie from a token that it is no part of.
const BESIDE: usize = 64;
/// Values under a provider's name carry at least this many bits a byte.
const LEAST_BITS: f64 = 2.6;

impl<'a> Matching<'a> {
    pub(crate) fn run(compiled: &'a Compiled, text: &'a [u8], place: &'a Place<'a>, binary: bool) -> Vec<Candidate> {
        let mut matching = Self { compiled, text, place, binary, found: Vec::new(), windows: Vec::new(), last: None };
        matching.hits();
        for (rule, window) in std::mem::take(&mut matching.windows) {
            matching.search(rule, window);
        }
        for rule in &compiled.always {
            matching.search(*rule, 0..text.len());
        }
        matching.found.sort_by_key(|candidate| (candidate.secret.start, candidate.rule));
        matching.found.dedup_by(|second, first| second.rule == first.rule && second.secret == first.secret);
        matching.found
    }

    fn hits(&mut self) {
        let compiled = self.compiled;
        let Some(keywords) = compiled.keywords.for_text(self.text) else { return };
        for hit in keywords.find_overlapping_iter(self.text) {
            for rule in &compiled.users[hit.pattern().as_usize()] {
                let ready = &compiled.rules[*rule];
                match &ready.rule.shape {
                    Shape::Token { .. } => self.token(*rule, ready, hit.start()..hit.end()),
                    Shape::Pattern { .. } => self.widen(*rule, ready, hit.start()..hit.end()),
                    Shape::Assigned { unquoted, .. } => self.assigned(*rule, ready, hit.start()..hit.end(), *unquoted),
                    Shape::Generic { kind: GenericKind::Kubernetes } => {
                        self.kubernetes(*rule, ready, hit.start()..hit.end())
                    }
                    Shape::Generic { kind } => self.generic(*rule, *kind, hit.start()..hit.end()),
                    Shape::PathOnly => {}
                }
            }
        }
    }

    /// The keyword of most tokens is their beginning: no expression runs unless the letters before it let it.
    fn token(&mut self, rule: usize, ready: &Ready, hit: Range<usize>) {
        let rest = &self.text[hit.start..];
        let at_start = ready.prefix.len() >= hit.len() && rest.starts_with(&ready.prefix);
        if at_start {
            if is_inside_word(self.text, hit.start) || !self.fits(ready) {
                return;
            }
            let end = self.text.len().min(hit.start + ready.reach() + 1);
            if !ready.may_match(&self.text[hit.start..end]) {
                return;
            }
            let Some(expression) = ready.expression() else { return };
            if let Some(found) = expression.find_at(&self.text[..end], hit.start)
                && found.start() == hit.start
            {
                self.take_token(rule, ready, found.range());
            }
            return;
        }
        let begins_with_keyword =
            ready.prefix.len() >= hit.len() && ready.prefix[..hit.len()].eq_ignore_ascii_case(&rest[..hit.len()]);
        if !begins_with_keyword {
            self.widen(rule, ready, hit);
        }
    }

    fn take_token(&mut self, rule: usize, ready: &Ready, found: Range<usize>) {
        if is_word(self.text.get(found.end)) || is_inside_word(self.text, found.start) {
            return;
        }
        let body = &self.text[found.start + ready.prefix.len().min(found.len())..found.end];
        if ready.rule.entropy.is_none() && body.len() >= 12 && shannon(body) < 2.0 {
            return;
        }
        let made_up = ready.rule.shipped && body.len() >= 12 && is_made_up(body);
        let before = self.found.len();
        self.consider(rule, ready, found.clone(), found);
        // A checksum that is right outweighs how it reads.
        if made_up && let Some(taken) = self.found.get_mut(before) {
            if ready.rule.check.is_some() && taken.confidence == Confidence::High {
                return;
            }
            taken.confidence = Confidence::Low;
        }
    }

    fn widen(&mut self, rule: usize, ready: &Ready, hit: Range<usize>) {
        if !self.fits(ready) {
            return;
        }
        let window = if ready.everywhere {
            0..self.text.len()
        } else {
            let reach = ready.reach() + BESIDE;
            hit.start.saturating_sub(reach)..self.text.len().min(hit.end + reach)
        };
        match self.windows.iter_mut().find(|(other, _)| *other == rule) {
            Some((_, open)) if open.end >= window.start => open.end = open.end.max(window.end),
            Some((_, open)) => {
                let full = std::mem::replace(open, window);
                self.search(rule, full);
            }
            None => self.windows.push((rule, window)),
        }
    }

    fn fits(&self, ready: &Ready) -> bool {
        ready.path.as_ref().is_none_or(|path| path.is_match(self.place.path.as_bytes()))
    }

    fn search(&mut self, rule: usize, window: Range<usize>) {
        let ready = &self.compiled.rules[rule];
        if !self.fits(ready) || !ready.may_match(&self.text[window.clone()]) {
            return;
        }
        let Some(expression) = ready.expression() else { return };
        let text = &self.text[..window.end];
        let mut at = window.start;
        match &ready.rule.shape {
            Shape::Pattern { group, .. } => {
                while at <= text.len() {
                    let Some(groups) = expression.captures_at(text, at) else { break };
                    let Some(whole) = groups.get(0) else { break };
                    let secret = match group.filter(|group| *group > 0) {
                        Some(group) => groups.get(group),
                        None => groups.iter().skip(1).flatten().find(|part| !part.is_empty()),
                    };
                    let secret = secret.unwrap_or(whole).range();
                    self.consider(rule, ready, whole.range(), secret);
                    at = whole.end().max(at + 1).max(whole.start() + 1);
                }
            }
            _ => {
                while let Some(found) = (at <= text.len()).then(|| expression.find_at(text, at)).flatten() {
                    self.take_token(rule, ready, found.range());
                    at = found.end().max(found.start() + 1);
                }
            }
        }
    }

    fn assigned(&mut self, rule: usize, ready: &Ready, hit: Range<usize>, unquoted: bool) {
        if self.binary || !is_a_word(self.text, &hit) {
            return;
        }
        let Some(found) = self.assignment(hit.clone()) else { return };
        let literal = found.quoted || unquoted;
        let value = &self.text[found.value.clone()];
        if !literal || value.len() < 8 || self.place.language == Language::Made || !self.fits(ready) {
            return;
        }
        let Some(expression) = ready.expression() else { return };
        if !expression.is_match(value) || is_placeholder(value) {
            return;
        }
        if value.len() >= 16 && !value.iter().any(u8::is_ascii_digit) && reads_as_words(value) {
            return;
        }
        if ready.rule.entropy.is_none() && shannon(value) < LEAST_BITS {
            return;
        }
        if words_of(&self.text[found.name.clone()]).iter().any(|word| PUBLIC_NAMES.contains(&word.as_str())) {
            return;
        }
        self.consider(rule, ready, hit.start..found.value.end, found.value);
    }

    fn generic(&mut self, rule: usize, kind: GenericKind, hit: Range<usize>) {
        if self.binary || self.place.language == Language::Made {
            return;
        }
        let Some(found) = self.assignment(hit) else { return };
        if self.found.last().is_some_and(|last| last.rule == rule && last.secret == found.value) {
            return;
        }
        let Some(confidence) = generic::judge(kind, self.text, &found, self.place) else { return };
        let ready = &self.compiled.rules[rule];
        let before = self.found.len();
        self.consider(rule, ready, found.name.start..found.value.end, found.value);
        if let Some(taken) = self.found.get_mut(before) {
            taken.confidence = confidence.min(ready.rule.confidence);
        }
    }

    fn kubernetes(&mut self, rule: usize, ready: &Ready, hit: Range<usize>) {
        if self.binary {
            return;
        }
        for found in kubernetes::values(self.text, hit) {
            let before = self.found.len();
            self.consider(rule, ready, found.name.start..found.value.end, found.value);
            if let Some(taken) = self.found.get_mut(before) {
                taken.confidence = found.confidence.min(taken.confidence);
            }
        }
    }

    /// What is assigned to the name that holds `hit`; neighbours in the same name share the answer.
    fn assignment(&mut self, hit: Range<usize>) -> Option<Assignment> {
        let end = assignment::name_end(self.text, hit.end);
        if let Some((known, answer)) = &self.last
            && *known == end
        {
            return answer.clone();
        }
        let answer = assignment::around(self.text, hit);
        self.last = Some((end, answer.clone()));
        answer
    }

    fn consider(&mut self, rule: usize, ready: &Ready, matched: Range<usize>, mut secret: Range<usize>) {
        if self.binary && ready.rank < 3 {
            return;
        }
        let mut confidence = ready.rule.confidence;
        if ready.rank < 3 && self.place.for_tests {
            confidence = confidence.lowered();
        }
        if ready.rule.entropy.is_some_and(|least| shannon(&self.text[secret.clone()]) <= least) {
            return;
        }
        match ready.rule.check.map(|check| check.judge(self.text, secret.clone())) {
            Some(Verdict::No) => return,
            Some(Verdict::Sure) => confidence = Confidence::High,
            Some(Verdict::Doubtful) => confidence = Confidence::Low,
            Some(Verdict::Whole(whole)) => secret = whole,
            Some(Verdict::Plausible) | None => {}
        }
        let candidate = Candidate { rule, matched: matched.start..matched.end.max(secret.end), secret, confidence };
        if !self.is_ruled_out(ready, &candidate) {
            self.found.push(candidate);
        }
    }

    /// The allowlists of the shipped rules are part of what they look for.
    fn is_ruled_out(&self, ready: &Ready, candidate: &Candidate) -> bool {
        let ours = || ready.allowlists.iter().chain(&self.compiled.allowlists).filter(|allow| allow.shipped);
        if ours().next().is_none() {
            return false;
        }
        let asked = asked(ready, self.text, candidate);
        ours().any(|allow| allow.covers(self.place, &asked))
    }
}

/// What allowlists are asked about a candidate.
pub(crate) fn asked<'a>(ready: &'a Ready, text: &'a [u8], candidate: &Candidate) -> Asked<'a> {
    Asked {
        rule: &ready.rule.id,
        secret: &text[candidate.secret.clone()],
        matched: &text[candidate.matched.clone()],
        line: lines_of(text, &candidate.matched),
    }
}

/// The whole lines that a range lies on.
pub(crate) fn lines_of<'a>(text: &'a [u8], range: &Range<usize>) -> &'a [u8] {
    let start = memchr::memrchr(b'\n', &text[..range.start]).map_or(0, |newline| newline + 1);
    let end = memchr::memchr(b'\n', &text[range.end..]).map_or(text.len(), |newline| range.end + newline);
    &text[start..end]
}

fn is_word(byte: Option<&u8>) -> bool {
    byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
}

/// Whether a letter, digit or `_` stands before `at`, but for those of an escape: `\n`, `\t`, `%3D`, `\x3d`, `\u003d`.
fn is_inside_word(text: &[u8], at: usize) -> bool {
    let before = |count: usize| at.checked_sub(count).map(|place| text[place]);
    let Some(last) = before(1) else { return false };
    if !last.is_ascii_alphanumeric() && last != b'_' {
        return false;
    }
    let hex = |count: usize| (1..=count).all(|place| before(place).is_some_and(|byte| byte.is_ascii_hexdigit()));
    let escape = matches!(last, b'n' | b't' | b'r') && before(2) == Some(b'\\')
        || hex(2) && (before(3) == Some(b'%') || before(3) == Some(b'x') && before(4) == Some(b'\\'))
        || hex(4) && before(5) == Some(b'u') && before(6) == Some(b'\\');
    !escape
}

/// Whether a provider's name is a word by itself and not part of another, as `lob` is in `blob`.
fn is_a_word(text: &[u8], hit: &Range<usize>) -> bool {
    let starts = match hit.start.checked_sub(1).map(|place| text[place]) {
        Some(before) if before.is_ascii_alphabetic() => {
            before.is_ascii_lowercase() && text[hit.start].is_ascii_uppercase()
        }
        _ => true,
    };
    let short = hit.len() <= 5;
    let rest = &text[hit.end..text.len().min(hit.end + 8)];
    let humps = |after: &u8| after.is_ascii_uppercase() && text[hit.end - 1].is_ascii_lowercase();
    let ends = match rest.first() {
        Some(after) if after.is_ascii_alphabetic() => !short || humps(after) || begins_with_secret_word(rest),
        _ => true,
    };
    starts && ends
}

/// `oktatoken`, `LOBKEY`: the next word, run into the name.
fn begins_with_secret_word(rest: &[u8]) -> bool {
    let words: [&[u8]; 9] = [b"key", b"token", b"secret", b"api", b"access", b"auth", b"client", b"pass", b"cred"];
    words.iter().any(|word| rest.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_before_a_token_do_not_hide_it() {
        for text in [r"a\nX", "a%3DX", r"\x3dX", r"\u003dX", "=X", "-X", "X"] {
            assert!(!is_inside_word(text.as_bytes(), text.len() - 1), "{text}");
        }
        for text in ["aX", "n0X", "disX", "a_X"] {
            assert!(is_inside_word(text.as_bytes(), text.len() - 1), "{text}");
        }
    }

    #[test]
    fn short_names_are_words_by_themselves() {
        let word = |text: &str| {
            let at = text.to_ascii_lowercase().find("lob").unwrap();
            is_a_word(text.as_bytes(), &(at..at + 3))
        };
        assert!(word("lob_key") && word("LOB_KEY") && word("myLobKey") && word("x.lob") && word("LOBKEY"));
        assert!(!word("blob") && !word("global") && !word("lobby") && !word("LOBBY"));
    }
}
