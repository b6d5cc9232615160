//! What a rule says of a repository.

use domain::{Finding, NotRun, visible, without_credentials};
use schemars::JsonSchema;
use serde::Serialize;

/// Whether a gate stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum GateStatus {
    /// The files show that it stands.
    Pass,
    /// The files show that it does not.
    Fail,
    /// Files cannot show it.
    Unknown,
}

impl GateStatus {
    /// The word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pass => "PASS",
            Self::Fail => "FAIL",
            Self::Unknown => "UNKNOWN",
        }
    }
}

/// Where something is seen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Evidence {
    /// The file; none for what is of the whole project.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// The line, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    /// What is seen there.
    pub note: String,
}

impl Evidence {
    /// Something at a line of a file.
    #[must_use]
    pub fn at(file: &str, line: u32, note: impl Into<String>) -> Self {
        Self { file: Some(shown(file)), line: Some(line), note: shown(&note.into()) }
    }

    /// A file as a whole.
    #[must_use]
    pub fn file(file: &str, note: impl Into<String>) -> Self {
        Self { file: Some(shown(file)), line: None, note: shown(&note.into()) }
    }

    /// Something about the whole project.
    #[must_use]
    pub fn note(note: impl Into<String>) -> Self {
        Self { file: None, line: None, note: shown(&note.into()) }
    }
}

/// Names and words that others wrote, with nothing hidden in them.
fn shown(text: &str) -> String {
    visible(&without_credentials(text)).into_owned()
}

/// What one rule says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Gate {
    /// The rule's name, the same as in findings.
    pub id: String,
    /// What a good repository has, in a few words.
    pub title: String,
    /// What it protects from, in plain words.
    pub why: String,
    /// Whether it stands.
    pub status: GateStatus,
    /// What shows it: the first places of many.
    pub evidence: Vec<Evidence>,
    /// What to do; of an unknown one, who must look and where.
    pub hint: String,
    /// The practices of the field that ask for it.
    pub practices: Vec<String>,
}

/// What the rules say of a repository.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RepositorySeen {
    /// What is wrong, each with its place.
    pub findings: Vec<Finding>,
    /// Every rule's word, in the order of the rules.
    pub gates: Vec<Gate>,
    /// Files that could not be judged.
    pub not_run: Vec<NotRun>,
}
