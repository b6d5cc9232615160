//! The one error that every use case returns: what happened and what to do next in plain words, the cause apart.

use std::error::Error as StdError;
use std::fmt;

/// What kind of failure it is. Each face maps it to its own code in one exhaustive match.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// The request is wrong: an argument is missing, malformed or unknown.
    Invalid,
    /// The request is understood and not allowed: a target that is not empty, a stale hash, a path outside the roots.
    Refused,
    /// What was asked for does not exist, or the caller may not know that it does.
    NotFound,
    /// The caller gave up before anything was written.
    Cancelled,
    /// Something needed is out of reach: the disk is full or read-only, the store is busy.
    Unavailable,
    /// A fault of this program.
    Internal,
}

impl ErrorKind {
    /// The kind's name in logs and machine-readable answers.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Invalid => "invalid",
            Self::Refused => "refused",
            Self::NotFound => "not-found",
            Self::Cancelled => "cancelled",
            Self::Unavailable => "unavailable",
            Self::Internal => "internal",
        }
    }
}

/// A failure, told to the one who asked. `source` is for the log alone.
#[derive(Debug)]
pub struct Error {
    /// What kind of failure it is.
    pub kind: ErrorKind,
    /// The argument at fault, by its name in `smart_begin`, where there is one.
    pub field: Option<&'static str>,
    /// What happened and why, in plain words.
    pub message: String,
    /// What to do next.
    pub hint: String,
    /// The cause, for the log; it never reaches a client.
    pub source: Option<Box<dyn StdError + Send + Sync>>,
}

impl Error {
    /// A failure of `kind` with its `message` and the `hint` what to do next.
    #[must_use]
    pub fn new(kind: ErrorKind, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { kind, field: None, message: message.into(), hint: hint.into(), source: None }
    }

    /// The argument `field` is wrong.
    #[must_use]
    pub fn invalid(field: &'static str, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { field: Some(field), ..Self::new(ErrorKind::Invalid, message, hint) }
    }

    /// What was asked for is not allowed.
    #[must_use]
    pub fn refused(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::new(ErrorKind::Refused, message, hint)
    }

    /// A fault of this program, with its cause for the log.
    #[must_use]
    pub fn internal(source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self::new(
            ErrorKind::Internal,
            "Something went wrong inside smart-begin. Nothing was changed.",
            "Try again; when it happens again, report it with the request id and the log (see SECURITY.md and CONTRIBUTING.md).",
        )
        .because(source)
    }

    /// Names the argument at fault.
    #[must_use]
    pub fn on(mut self, field: &'static str) -> Self {
        self.field = Some(field);
        self
    }

    /// Keeps the cause for the log.
    #[must_use]
    pub fn because(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(field) = self.field {
            write!(out, "{field}: ")?;
        }
        write!(out, "{} {}", self.message, self.hint)
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.as_deref().map(|source| source as &(dyn StdError + 'static))
    }
}
