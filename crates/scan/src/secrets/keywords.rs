//! The keywords of all rules, looked for at once.
//!
//! A full table of states is the fastest to look with and takes as long to make as a small project takes to look through. So
//! it is made when there is much to look at; before that a table that is quick to make serves.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};

use super::rules_file::RulesError;

/// From so many bytes on the full table earns what it costs.
const MUCH: usize = 2 << 20;
/// Of more words than these a full table would be too large.
const MOST_WORDS: usize = 4000;

/// What all rules wait for.
#[derive(Debug)]
pub(crate) struct Keywords {
    words: Vec<String>,
    small: Option<AhoCorasick>,
    full: OnceLock<Option<AhoCorasick>>,
    /// Bytes that were looked through, roughly: threads that count at once may lose some.
    seen: AtomicUsize,
}

impl Keywords {
    pub(crate) fn new(words: Vec<String>) -> Result<Self, RulesError> {
        let small = (!words.is_empty()).then(|| automaton(&words, AhoCorasickKind::ContiguousNFA)).transpose();
        let small = small.map_err(|error| {
            RulesError::of("the keywords of all rules", format!("are too many: {error}"), "Leave some rules out")
        })?;
        Ok(Self { words, small, full: OnceLock::new(), seen: AtomicUsize::new(0) })
    }

    /// What looks through `text`; none where no rule has a keyword.
    pub(crate) fn for_text(&self, text: &[u8]) -> Option<&AhoCorasick> {
        let small = self.small.as_ref()?;
        if self.words.len() > MOST_WORDS {
            return Some(small);
        }
        if self.full.get().is_none() {
            let seen = self.seen.load(Ordering::Relaxed).saturating_add(text.len());
            self.seen.store(seen, Ordering::Relaxed);
            if seen < MUCH {
                return Some(small);
            }
        }
        let full = self.full.get_or_init(|| automaton(&self.words, AhoCorasickKind::DFA).ok());
        Some(full.as_ref().unwrap_or(small))
    }
}

fn automaton(words: &[String], kind: AhoCorasickKind) -> Result<AhoCorasick, aho_corasick::BuildError> {
    AhoCorasick::builder().ascii_case_insensitive(true).match_kind(MatchKind::Standard).kind(Some(kind)).build(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_tables_find_the_same() {
        let keywords = Keywords::new(["token", "tok", "key"].map(str::to_owned).to_vec()).unwrap();
        let text = b"a TOKEN, a key".as_slice();
        let hits = |text: &[u8]| -> Vec<_> {
            let found = keywords.for_text(text).unwrap().find_overlapping_iter(text);
            found.map(|hit| (hit.pattern().as_usize(), hit.start())).collect()
        };
        let small = hits(text);
        assert!(keywords.full.get().is_none());
        let _ = hits(&vec![b' '; MUCH]);
        assert!(keywords.full.get().is_some());
        let mut full = hits(text);
        assert_eq!(small.len(), 3);
        full.sort_unstable();
        let mut small = small;
        small.sort_unstable();
        assert_eq!(full, small);
    }

    #[test]
    fn no_words_look_for_nothing() {
        assert!(Keywords::new(Vec::new()).unwrap().for_text(b"x").is_none());
    }
}
