//! Why a file cannot be understood.

/// Why a file cannot be understood, in plain words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fault(pub(crate) String);

/// How much of a word from a file is shown.
const SHOWN: usize = 80;

impl Fault {
    pub(crate) fn new(why: impl Into<String>) -> Self {
        Self(why.into())
    }

    pub(crate) fn at(line: u32, why: impl std::fmt::Display) -> Self {
        Self(format!("{why}, line {line}"))
    }

    /// A word from the file, so that it can stand in a sentence: short, and without what would move a cursor.
    pub(crate) fn quote(word: &str) -> String {
        let mut shown: String = word.chars().take(SHOWN).collect();
        if shown.len() < word.len() {
            shown.push('…');
        }
        format!("{shown:?}")
    }
}
