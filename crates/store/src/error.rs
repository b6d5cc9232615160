//! The one error of the store: its kind for the caller, a plain sentence and the cause for the log.

use std::error::Error as StdError;
use std::io;
use std::sync::Arc;

/// What kind of failure it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// Other processes kept the store to themselves for longer than we wait. Trying again may help.
    Busy,
    /// The disk took no more data: it is full, over its quota, or failing.
    DiskFull,
    /// The store lies where nothing can be written.
    ReadOnly,
    /// A newer version of this program has changed the store's layout.
    Newer {
        /// The layout found.
        found: u32,
        /// The newest layout this program knows.
        supported: u32,
    },
    /// The file is not a store, or no longer a sound one.
    Damaged,
    /// The folder cannot be used: it cannot be made or entered, or others may write to it.
    Folder(io::ErrorKind),
    /// The folder belongs to another user.
    OtherOwner,
    /// What was to be written goes beyond a bound.
    Full(Bound),
    /// The project is being written, so that it cannot be changed now.
    BeingWritten,
    /// The project has secrets, which would be lost with it.
    HasSecrets,
    /// The audit log took no entry, so that what it would have told of did not happen.
    AuditLog,
    /// A fault of this program.
    Internal,
}

/// A bound on what is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bound {
    /// Projects of one owner.
    Projects,
    /// Bytes of the projects of one owner.
    ProjectBytes,
    /// API tokens of one principal.
    Tokens,
    /// Secrets of one project, or of none.
    Secrets,
    /// Bytes of the secrets of one project, or of none.
    SecretBytes,
    /// Bytes of the report of a check.
    CheckReport,
}

/// A failure of the store. Shown as a plain sentence; the cause is its source.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{message}")]
pub struct Error {
    /// What kind of failure it is.
    pub kind: ErrorKind,
    message: String,
    source: Option<Arc<dyn StdError + Send + Sync>>,
}

impl Error {
    pub(crate) fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), source: None }
    }

    pub(crate) fn because(mut self, source: impl StdError + Send + Sync + 'static) -> Self {
        self.source = Some(Arc::new(source));
        self
    }

    /// The operating system refused something in the store's folder; `what` completes "Could not …".
    pub(crate) fn folder(what: &str, cause: io::Error) -> Self {
        let kind = match cause.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => ErrorKind::DiskFull,
            io::ErrorKind::ReadOnlyFilesystem => ErrorKind::ReadOnly,
            other => ErrorKind::Folder(other),
        };
        Self::new(kind, format!("Could not {what}: {cause}.")).because(cause)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_system_refuses_is_told_apart() {
        let kind = |cause: io::ErrorKind| Error::folder("do it", cause.into()).kind;
        assert_eq!(kind(io::ErrorKind::StorageFull), ErrorKind::DiskFull);
        assert_eq!(kind(io::ErrorKind::QuotaExceeded), ErrorKind::DiskFull);
        assert_eq!(kind(io::ErrorKind::ReadOnlyFilesystem), ErrorKind::ReadOnly);
        assert_eq!(kind(io::ErrorKind::NotFound), ErrorKind::Folder(io::ErrorKind::NotFound));
    }
}
