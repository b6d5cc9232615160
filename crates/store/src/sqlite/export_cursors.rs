//! The table of how far the audit log was taken to each second place. It moves forward only, so that a process that lost
//! its lease cannot make another repeat more than a batch.

use rusqlite::{Connection, OptionalExtension, params};

use crate::error::Error;
use crate::sqlite::columns::count;
use crate::sqlite::statement::prepare;

pub(super) fn next(connection: &Connection, name: &str) -> Result<u64, Error> {
    let sql = "SELECT next FROM export_cursors WHERE name = ?1";
    Ok(prepare(connection, sql)?.query_row([name], |row| count(row, 0)).optional()?.unwrap_or(0))
}

pub(super) fn advance(connection: &Connection, name: &str, next: u64) -> Result<(), Error> {
    let sql = "INSERT INTO export_cursors (name, next) VALUES (?1, ?2)
        ON CONFLICT (name) DO UPDATE SET next = max(next, ?2)";
    prepare(connection, sql)?.execute(params![name, i64::try_from(next).unwrap_or(i64::MAX)])?;
    Ok(())
}
