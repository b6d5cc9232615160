//! The faces of the program.

use serde::{Deserialize, Serialize};

/// The face of the program a call came through.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Face {
    /// The command line.
    Cli,
    /// MCP over the standard streams of a process that the caller started.
    Stdio,
    /// MCP over HTTP, and the pages beside it.
    Http,
}

impl Face {
    /// Its name in logs.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Cli => "cli",
            Self::Stdio => "stdio",
            Self::Http => "http",
        }
    }
}
