//! What a scanner printed of one secret.

use std::fmt;

use domain::Confidence;
use zeroize::Zeroizing;

/// More hits of one run are not kept.
pub(crate) const MOST_HITS: usize = 100_000;

/// A secret as another scanner tells of it.
#[derive(Clone, PartialEq, Eq)]
pub struct Hit {
    /// The scanner's rule.
    pub rule: String,
    /// What the scanner says of it.
    pub description: String,
    /// The file, as the scanner names it.
    pub file: String,
    /// The line, from 1; 0 where the scanner tells none.
    pub line: u32,
    /// How sure the scanner is, where it says so.
    pub confidence: Option<Confidence>,
    /// The secret itself.
    pub(crate) value: Zeroizing<String>,
}

/// The secret is not shown.
impl fmt::Debug for Hit {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} at {}:{}", self.rule, self.file, self.line)
    }
}

/// Output that is not what the scanner prints.
#[derive(Debug, thiserror::Error)]
#[error("what it printed is not what is known of it: {0}")]
pub struct Unreadable(pub(crate) String);

impl From<serde_json::Error> for Unreadable {
    fn from(error: serde_json::Error) -> Self {
        // The message may repeat a value.
        Self(format!("it is no JSON of the known form (line {}, column {})", error.line(), error.column()))
    }
}

/// A text of bounded length.
pub(crate) fn short(text: &str) -> String {
    text.chars().take(300).collect()
}

/// `low`, `medium` or `high`.
pub(crate) fn confidence(word: &str) -> Option<Confidence> {
    match word {
        "low" => Some(Confidence::Low),
        "medium" => Some(Confidence::Medium),
        "high" => Some(Confidence::High),
        _ => None,
    }
}
