//! What a verification tells.

use serde::Serialize;

/// The most findings that are told one by one; the rest is counted.
pub const MOST_FINDINGS: usize = 100;

/// Something that is not as it was written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Finding {
    /// The first entry that it is about, where it is about one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entry: Option<u64>,
    /// What was found, in plain words.
    pub problem: String,
}

/// What a verification found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// The number of the first entry that was looked at.
    pub from: u64,
    /// The number after the last one.
    pub to: u64,
    /// Entries that were there.
    pub entries: u64,
    /// Of those, how many no longer have their text, as retention decided.
    pub dropped: u64,
    /// Entries that a signed checkpoint vouches for: all before this number. What comes after could be cut off unseen.
    pub vouched_to: u64,
    /// Signed checkpoints that fit the entries.
    pub checkpoints: u64,
    /// Of those, how many came from files beside the database.
    pub beside: u64,
    /// Of those, how many came from elsewhere.
    pub anchors: u64,
    /// What is not as it was written.
    pub findings: Vec<Finding>,
    /// How many findings there are beyond those.
    pub more_findings: u64,
}

impl Report {
    /// Whether nothing was found.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.findings.is_empty()
    }

    /// Adds a finding.
    pub fn find(&mut self, entry: Option<u64>, problem: impl Into<String>) {
        if self.findings.len() < MOST_FINDINGS {
            self.findings.push(Finding { entry, problem: problem.into() });
        } else {
            self.more_findings += 1;
        }
    }
}
