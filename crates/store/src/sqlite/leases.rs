//! The table of leases: of several processes, one runs a background job. A lease ends with its time or its process.

use std::path::Path;

use rusqlite::{Connection, OptionalExtension, params};

use crate::error::Error;
use crate::sqlite::presence;
use crate::sqlite::statement::prepare;

/// Takes or renews the lease `name` until `until_ms`; false where another process holds it.
pub(super) fn take(
    connection: &Connection,
    owners: &Path,
    name: &str,
    us: &str,
    now_ms: i64,
    until_ms: i64,
) -> Result<bool, Error> {
    let sql = "SELECT owner, until_ms FROM leases WHERE name = ?1";
    let held: Option<(String, i64)> =
        prepare(connection, sql)?.query_row([name], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
    if let Some((owner, until)) = held
        && owner != us
        && until > now_ms
        && !presence::is_gone(owners, &owner)?
    {
        return Ok(false);
    }
    let sql = "INSERT INTO leases (name, owner, until_ms) VALUES (?1, ?2, ?3)
        ON CONFLICT (name) DO UPDATE SET owner = ?2, until_ms = ?3";
    prepare(connection, sql)?.execute(params![name, us, until_ms])?;
    Ok(true)
}

/// Gives the lease up, where it is ours.
pub(super) fn release(connection: &Connection, name: &str, us: &str) -> Result<(), Error> {
    prepare(connection, "DELETE FROM leases WHERE name = ?1 AND owner = ?2")?.execute([name, us])?;
    Ok(())
}
