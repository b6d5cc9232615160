//! The findings that are known and put off, by fingerprint: whatever moves in a file, the same value or advisory stays the
//! same finding, and a new one on an old line is seen.

use std::collections::BTreeSet;

use domain::{Finding, FindingKind};
use serde::{Deserialize, Serialize};

use crate::error::Error;

const FORMAT: &str = "smart-begin baseline 1";

/// The most that a baseline may hold, in bytes.
pub(crate) const MOST_BYTES: usize = 16 * 1024 * 1024;

/// Findings that are known.
#[derive(Clone, Debug, Default)]
pub(super) struct Baseline(BTreeSet<String>);

#[derive(Serialize, Deserialize)]
struct Document {
    format: String,
    findings: BTreeSet<Entry>,
}

/// A finding in a baseline. Its fingerprint decides; the rest is for whoever reads the file.
#[derive(PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
struct Entry {
    kind: FindingKind,
    rule: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    file: Option<String>,
    fingerprint: String,
}

impl Baseline {
    /// Reads a baseline.
    pub(super) fn parse(text: &str) -> Result<Self, Error> {
        let unreadable = |why: String| {
            let hint = "Make it anew: smart-begin check --baseline FILE --update-baseline";
            Error::invalid("baseline", format!("The baseline cannot be read: {why}."), hint)
        };
        if text.len() > MOST_BYTES {
            return Err(unreadable(format!("it has more than {} MiB", MOST_BYTES / 1024 / 1024)));
        }
        let document: Document = serde_json::from_str(text)
            .map_err(|error| unreadable(format!("it is not in the form of a baseline (line {})", error.line())))?;
        if document.format != FORMAT {
            return Err(unreadable(format!("it is not in the form \"{FORMAT}\"")));
        }
        Ok(Self(document.findings.into_iter().map(|entry| entry.fingerprint).collect()))
    }

    /// Whether the finding is known.
    pub(super) fn covers(&self, finding: &Finding) -> bool {
        self.0.contains(&finding.fingerprint)
    }
}

/// The baseline that knows these findings: the same text for the same findings, whatever their order.
#[must_use]
pub fn baseline_of<'a>(findings: impl IntoIterator<Item = &'a Finding>) -> String {
    let entry = |finding: &Finding| Entry {
        kind: finding.kind,
        rule: finding.rule.clone(),
        file: finding.file.clone(),
        fingerprint: finding.fingerprint.clone(),
    };
    let mut entries: BTreeSet<Entry> = findings.into_iter().map(entry).collect();
    let mut known = BTreeSet::new();
    entries.retain(|entry| known.insert(entry.fingerprint.clone()));
    let document = Document { format: FORMAT.to_owned(), findings: entries };
    serde_json::to_string_pretty(&document).map(|text| text + "\n").unwrap_or_default()
}
