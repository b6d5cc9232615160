//! What can go wrong here, in words for whoever operates the program.

use std::io;

/// A failure: what happened, what to do next, and the cause, which is for the log alone.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct Error {
    /// What happened, in plain words.
    pub message: String,
    /// What to do next.
    pub hint: String,
    /// The argument that was wrong, where it was one.
    pub field: Option<&'static str>,
    /// What the operating system or a library said.
    #[source]
    pub source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl Error {
    /// An argument that cannot be.
    pub(crate) fn of_field(field: &'static str, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { message: message.into(), hint: hint.into(), field: Some(field), source: None }
    }

    /// Something that the operating system refused.
    pub(crate) fn of_system(message: impl Into<String>, hint: impl Into<String>, cause: io::Error) -> Self {
        Self { message: message.into(), hint: hint.into(), field: None, source: Some(Box::new(cause)) }
    }
}
