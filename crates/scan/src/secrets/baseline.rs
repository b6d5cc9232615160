//! The findings that are known and accepted, by fingerprint.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use super::finding::Finding;
use super::fingerprint::FingerprintKey;

const FORMAT: &str = "smart-begin secrets baseline 1";

/// Fingerprints whose findings are suppressed.
#[derive(Debug, Clone, Default)]
pub struct Baseline {
    known: HashSet<String>,
}

/// A baseline that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum BaselineError {
    /// It is no baseline.
    #[error("the baseline cannot be read: {0}. Make it anew with --update-baseline")]
    Unreadable(String),
    /// Its fingerprints mean nothing under this key.
    #[error(
        "the baseline was made with another fingerprint key ({made}) than this scan uses ({used}), so it would match nothing. Use the same key, or make it anew with --update-baseline"
    )]
    OtherKey {
        /// The name of the key it was made with.
        made: String,
        /// The name of the key of this scan.
        used: String,
    },
}

#[derive(Serialize, Deserialize)]
struct Document {
    format: String,
    key: String,
    findings: Vec<Entry>,
}

#[derive(Serialize, Deserialize, PartialEq, Eq, PartialOrd, Ord)]
struct Entry {
    rule: String,
    fingerprint: String,
    /// Where it was first seen, for people; it decides nothing.
    file: String,
}

impl Baseline {
    /// Reads a baseline that was made with `key`.
    ///
    /// # Errors
    /// It is no baseline, or one made with another key.
    pub fn parse(text: &str, key: &FingerprintKey) -> Result<Self, BaselineError> {
        let document: Document =
            serde_json::from_str(text).map_err(|error| BaselineError::Unreadable(error.to_string()))?;
        if document.format != FORMAT {
            return Err(BaselineError::Unreadable(format!("its format is {:?}, not {FORMAT:?}", document.format)));
        }
        if document.key != key.name() {
            return Err(BaselineError::OtherKey { made: document.key, used: key.name() });
        }
        Ok(Self { known: document.findings.into_iter().map(|entry| entry.fingerprint).collect() })
    }

    /// The text of a baseline with these findings: one entry a value, in order, so that it compares well.
    #[must_use]
    pub fn write<'a>(findings: impl IntoIterator<Item = &'a Finding>, key: &FingerprintKey) -> String {
        let mut entries: Vec<Entry> = findings
            .into_iter()
            .map(|finding| Entry {
                rule: finding.rule.clone(),
                fingerprint: finding.fingerprint.clone(),
                file: finding.file.clone(),
            })
            .collect();
        entries.sort();
        entries.dedup_by(|second, first| second.fingerprint == first.fingerprint);
        let document = Document { format: FORMAT.to_owned(), key: key.name(), findings: entries };
        serde_json::to_string_pretty(&document).map(|text| text + "\n").unwrap_or_default()
    }

    /// How many values it knows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.known.len()
    }

    /// Whether it knows none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.known.is_empty()
    }

    pub(crate) fn covers(&self, fingerprint: &str) -> bool {
        self.known.contains(fingerprint)
    }
}
