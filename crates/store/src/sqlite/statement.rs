//! Statements, prepared once a connection.

use rusqlite::ffi::ErrorCode;
use rusqlite::{CachedStatement, Connection};

use crate::error::{Error, ErrorKind};

/// Our statements are fixed, and fit every layout that the migrations leave: where one does not, the layout is not
/// what they left.
pub(super) fn prepare<'a>(connection: &'a Connection, sql: &str) -> Result<CachedStatement<'a>, Error> {
    connection.prepare_cached(sql).map_err(|cause| {
        if !is_misfit(&cause) {
            return Error::from(cause);
        }
        Error::new(ErrorKind::Damaged, "The store is damaged: its tables are not as they were made.").because(cause)
    })
}

fn is_misfit(cause: &rusqlite::Error) -> bool {
    match cause {
        rusqlite::Error::SqliteFailure(error, _) | rusqlite::Error::SqlInputError { error, .. } => {
            error.code == ErrorCode::Unknown
        }
        _ => false,
    }
}
