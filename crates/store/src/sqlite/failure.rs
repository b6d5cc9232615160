//! What SQLite's errors mean to the one who called.

use std::io;

use rusqlite::ffi::{self, ErrorCode};

use crate::error::{Error, ErrorKind};

impl From<rusqlite::Error> for Error {
    fn from(cause: rusqlite::Error) -> Self {
        let kind = kind_of(&cause);
        Self::new(kind, sentence(kind)).because(cause)
    }
}

fn kind_of(cause: &rusqlite::Error) -> ErrorKind {
    match cause {
        rusqlite::Error::SqliteFailure(failure, _) => kind_of_code(failure),
        rusqlite::Error::SqlInputError { error, .. } => kind_of_code(error),
        // We wrote every value ourselves, in tables that check their types.
        rusqlite::Error::FromSqlConversionFailure(..)
        | rusqlite::Error::InvalidColumnType(..)
        | rusqlite::Error::IntegralValueOutOfRange(..)
        | rusqlite::Error::Utf8Error(..) => ErrorKind::Damaged,
        _ => ErrorKind::Internal,
    }
}

fn kind_of_code(failure: &ffi::Error) -> ErrorKind {
    match failure.code {
        ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked | ErrorCode::FileLockingProtocolFailed => ErrorKind::Busy,
        ErrorCode::DiskFull => ErrorKind::DiskFull,
        ErrorCode::ReadOnly => ErrorKind::ReadOnly,
        ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => ErrorKind::Damaged,
        ErrorCode::CannotOpen => ErrorKind::Folder(io::ErrorKind::NotFound),
        ErrorCode::PermissionDenied => ErrorKind::Folder(io::ErrorKind::PermissionDenied),
        ErrorCode::SystemIoFailure => kind_of_io(failure.extended_code),
        _ => ErrorKind::Internal,
    }
}

/// SQLite tells "full" only for ENOSPC on the database itself: a quota, and a full disk while it makes its shared
/// memory, arrive as failed writes.
fn kind_of_io(extended_code: i32) -> ErrorKind {
    match extended_code {
        ffi::SQLITE_IOERR_WRITE
        | ffi::SQLITE_IOERR_FSYNC
        | ffi::SQLITE_IOERR_DIR_FSYNC
        | ffi::SQLITE_IOERR_TRUNCATE
        | ffi::SQLITE_IOERR_SHMOPEN
        | ffi::SQLITE_IOERR_SHMSIZE
        | ffi::SQLITE_IOERR_SHMMAP => ErrorKind::DiskFull,
        ffi::SQLITE_IOERR_CORRUPTFS => ErrorKind::Damaged,
        _ => ErrorKind::Internal,
    }
}

fn sentence(kind: ErrorKind) -> &'static str {
    match kind {
        ErrorKind::Busy => "Other processes kept the store busy for too long.",
        ErrorKind::DiskFull => "The disk took no more data: it is full, over its quota, or failing.",
        ErrorKind::ReadOnly => "The store cannot be written to.",
        ErrorKind::Newer { .. } => "A newer version of this program has changed the store.",
        ErrorKind::Damaged => "The store is damaged.",
        ErrorKind::Folder(_) | ErrorKind::OtherOwner => "The store's files could not be opened.",
        ErrorKind::Full(_) => "A bound on what is kept is reached.",
        ErrorKind::AuditLog => "The audit log took no entry.",
        ErrorKind::BeingWritten => "The project is being written.",
        ErrorKind::HasSecrets => "The project has secrets.",
        ErrorKind::Internal => "The store failed in a way that this program does not know.",
    }
}
