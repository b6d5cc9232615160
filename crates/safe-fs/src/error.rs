//! What can go wrong with files, told so that the one who asked can do something about it.

use std::io;

/// What kind of failure it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// No root was opened, so no path can be used.
    NoRoots,
    /// The path leads out of every root, or is malformed.
    Outside,
    /// The path ends in no name (`.`, `..`, `/`), or in one that the system cannot have.
    BadName,
    /// The folder that should hold the new one does not exist, or is no folder.
    NoParent,
    /// There is no such folder.
    NoFolder,
    /// Something is already there.
    Occupied,
    /// The disk is full, or a quota is used up.
    DiskFull,
    /// The disk is mounted read-only.
    ReadOnly,
    /// The operating system denies access.
    Denied,
    /// Anything else that the operating system reports.
    Other,
}

/// A failure with files: its kind, the place, and the cause for the log.
#[derive(Debug, thiserror::Error)]
#[error("{kind:?} at {place}")]
pub struct Error {
    /// What kind of failure it is.
    pub kind: ErrorKind,
    /// The path or name as the one who asked knows it.
    pub place: String,
    /// The cause.
    #[source]
    pub source: Option<io::Error>,
}

impl Error {
    pub(crate) fn new(kind: ErrorKind, place: impl Into<String>) -> Self {
        Self { kind, place: place.into(), source: None }
    }

    /// A failure that the operating system reported.
    pub(crate) fn io(place: impl Into<String>, source: io::Error) -> Self {
        let kind = match source.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge => {
                ErrorKind::DiskFull
            }
            io::ErrorKind::ReadOnlyFilesystem => ErrorKind::ReadOnly,
            io::ErrorKind::PermissionDenied => ErrorKind::Denied,
            io::ErrorKind::InvalidFilename => ErrorKind::BadName,
            io::ErrorKind::AlreadyExists | io::ErrorKind::DirectoryNotEmpty | io::ErrorKind::NotADirectory => {
                ErrorKind::Occupied
            }
            _ => ErrorKind::Other,
        };
        Self { kind, place: place.into(), source: Some(source) }
    }
}
