//! What a check is asked for.

use domain::{FindingKind, Severity};

/// What a check is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckRequest {
    /// What is looked at.
    pub subject: CheckSubject,
    /// What is looked for; all kinds where none is named.
    pub kinds: Vec<FindingKind>,
    /// Other scanners that look as well, by name, where the operator allows them.
    pub engines: Vec<String>,
    /// Whether to tell what each engine alone saw.
    pub compare: bool,
    /// The severity from which a finding fails the check, where it is another than the operator's.
    pub fail_on: Option<Severity>,
    /// The text of a baseline: findings in it are listed as suppressed.
    pub baseline: Option<String>,
    /// Whether nothing may be asked over the network.
    pub offline: bool,
}

/// What is looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CheckSubject {
    /// A folder, by its path: any on the command line, beneath a root over MCP.
    Folder {
        /// The path.
        path: String,
        /// Which of its files.
        scope: CheckScope,
    },
    /// A registered project, by its id. What is found is kept.
    Project {
        /// The id.
        id: String,
    },
    /// Files that came with the request.
    Files(Vec<InlineFile>),
}

/// Which files of a folder are looked at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum CheckScope {
    /// What git tracks or would track.
    #[default]
    Tracked,
    /// Everything.
    All,
    /// What the next commit would bring.
    Staged,
    /// What came since this commit, branch or tag.
    Since(String),
    /// What git tracks, and for secrets every version of every file that it knows.
    History,
}

/// A file that came with the request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InlineFile {
    /// Its path in the project.
    pub path: String,
    /// What is in it.
    pub text: String,
}

impl CheckRequest {
    /// A check of `subject` for everything.
    #[must_use]
    pub fn of(subject: CheckSubject) -> Self {
        Self {
            subject,
            kinds: Vec::new(),
            engines: Vec::new(),
            compare: false,
            fail_on: None,
            baseline: None,
            offline: false,
        }
    }

    /// Whether this kind is looked for.
    pub(crate) fn wants(&self, kind: FindingKind) -> bool {
        self.kinds.is_empty() || self.kinds.contains(&kind)
    }
}
