//! How checks are done here: what the operator decided.

use std::path::PathBuf;

use domain::Severity;

/// How checks are done here. What a client asks for can narrow it, never widen it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckSettings {
    /// The folder with the index of advisories; none where this process keeps no data.
    pub advisories: Option<PathBuf>,
    /// The severity from which a finding fails a check.
    pub fail_on: Severity,
}

impl Default for CheckSettings {
    fn default() -> Self {
        Self { advisories: None, fail_on: Severity::Medium }
    }
}
