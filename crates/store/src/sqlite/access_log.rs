//! The table of what was looked at and planned. It is no part of the audit log: it is written in batches, and bounded.

use rusqlite::{Connection, params};

use crate::audit_record::AccessLine;
use crate::error::Error;
use crate::sqlite::statement::prepare;

/// Lines that are kept; the oldest make way. A line has about 150 bytes.
const MOST: i64 = 1_000_000;

pub(super) fn add(connection: &Connection, lines: &[AccessLine]) -> Result<(), Error> {
    let sql = "INSERT INTO access_log (at_ms, action, outcome, caller, face, address, project, request)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    let mut statement = prepare(connection, sql)?;
    for line in lines {
        let AccessLine { at_ms, action, outcome, caller, face, address, project, request } = line;
        statement.execute(params![at_ms, action, outcome, caller, face, address, project, request])?;
    }
    let sql = "DELETE FROM access_log WHERE number <= (SELECT max(number) FROM access_log) - ?1";
    prepare(connection, sql)?.execute([MOST])?;
    Ok(())
}

/// Takes the name `caller`, and the addresses they came from, out of all lines.
pub(super) fn erase(connection: &Connection, caller: &str, nobody: &str) -> Result<(), Error> {
    prepare(connection, "UPDATE access_log SET caller = ?2, address = NULL WHERE caller = ?1")?
        .execute([caller, nobody])?;
    Ok(())
}
