//! What a fix is asked for.

/// What a fix is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FixRequest {
    /// What is to be fixed.
    pub subject: FixSubject,
    /// How far it goes.
    pub mode: FixMode,
}

/// What is to be fixed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FixSubject {
    /// A folder, by its path: any on the command line, beneath a root over MCP.
    Folder {
        /// The path.
        path: String,
    },
    /// A registered project, by its id.
    Project {
        /// The id.
        id: String,
    },
}

/// How far a fix goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FixMode {
    /// It says what it would do. Nothing is run or written.
    #[default]
    Plan,
    /// It does it in a copy, looks again, and throws the copy away.
    Try,
    /// It does it in a copy, looks again, and leaves it on a branch of the repository.
    Apply,
}

impl FixMode {
    /// The word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Plan => "plan",
            Self::Try => "try",
            Self::Apply => "apply",
        }
    }
}
