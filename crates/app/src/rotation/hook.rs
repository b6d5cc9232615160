//! Who else is told of a new value, so that it holds there as well before it is given out.

use std::fmt;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// Who is asked to take the new value. It is kept as JSON.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", rename_all_fields = "camelCase", deny_unknown_fields)]
pub enum Hook {
    /// A program. It gets the phase as its last argument, and all else as JSON on stdin.
    Command {
        /// Its absolute path.
        program: PathBuf,
        /// What stands before the phase.
        arguments: Vec<String>,
        /// How long it may take.
        seconds: u32,
    },
    /// An address that is posted to, signed as Standard Webhooks.
    Webhook {
        /// The address.
        url: String,
        /// The name of the secret that it is signed with, in the same environment and project.
        key: String,
        /// How long it may take.
        seconds: u32,
    },
}

/// The longest that a hook may take.
pub(super) const LONGEST_SECONDS: u32 = 15 * 60;

/// What a hook is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Take the new value. Asked again after a crash, so that it must do no harm to do it twice.
    Apply,
    /// Tell whether the new value works.
    Verify,
    /// Go back to the value before. Asked as well when the new one was never taken.
    Rollback,
}

impl Phase {
    /// Its name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Apply => "apply",
            Self::Verify => "verify",
            Self::Rollback => "rollback",
        }
    }
}

/// For people: an address without what may be secret in it, and no arguments.
impl fmt::Display for Hook {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Command { program, .. } => write!(out, "the program {}", program.display()),
            Self::Webhook { url, .. } => match url::Url::parse(url) {
                Ok(url) => write!(out, "the webhook at {}", url.host_str().unwrap_or_default()),
                Err(_) => out.write_str("the webhook"),
            },
        }
    }
}

impl fmt::Debug for Hook {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Hook({self})")
    }
}
