//! The table of download links that were handed out and not used yet. It holds hashes, never a link's secret.

use domain::ProjectId;
use rusqlite::{Connection, OptionalExtension, params};

use crate::error::Error;
use crate::record::{NewDownload, UsedDownload};
use crate::sqlite::columns::project_id;
use crate::sqlite::statement::prepare;

pub(super) fn insert(connection: &Connection, download: &NewDownload) -> Result<(), Error> {
    let sql = "INSERT INTO downloads (token_sha256, project, format, expires_at_ms) VALUES (?1, ?2, ?3, ?4)";
    let values = params![download.token_sha256, download.project.as_str(), download.format, download.expires_at_ms];
    prepare(connection, sql)?.execute(values)?;
    Ok(())
}

/// The project of a link, and when the link expires.
pub(super) fn look_up(connection: &Connection, token_sha256: &[u8; 32]) -> Result<Option<(ProjectId, i64)>, Error> {
    let sql = "SELECT project, expires_at_ms FROM downloads WHERE token_sha256 = ?1";
    let mut statement = prepare(connection, sql)?;
    Ok(statement.query_row([token_sha256], |row| Ok((project_id(row, 0)?, row.get(1)?))).optional()?)
}

/// Takes a link out; none when it is not there any more.
pub(super) fn take(connection: &Connection, token_sha256: &[u8; 32]) -> Result<Option<UsedDownload>, Error> {
    let sql = "DELETE FROM downloads WHERE token_sha256 = ?1 RETURNING project, format";
    let mut statement = prepare(connection, sql)?;
    let read = |row: &rusqlite::Row<'_>| Ok(UsedDownload { project: project_id(row, 0)?, format: row.get(1)? });
    Ok(statement.query_row([token_sha256], read).optional()?)
}

pub(super) fn delete_expired(connection: &Connection, now_ms: i64) -> Result<(), Error> {
    prepare(connection, "DELETE FROM downloads WHERE expires_at_ms <= ?1")?.execute([now_ms])?;
    Ok(())
}
