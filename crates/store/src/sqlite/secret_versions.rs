//! The table of versions of secrets: what was sealed, and what it is good for.

use rusqlite::types::Type;
use rusqlite::{Connection, OptionalExtension, Row, named_params, params};

use crate::error::Error;
use crate::secret_record::{
    KEPT_VERSIONS, NewVersion, Rewrapped, SealedVersion, SecretName, VersionInfo, VersionState,
};
use crate::sqlite::columns::count;
use crate::sqlite::secrets::{self, number};
use crate::sqlite::statement::prepare;

/// The versions of a secret, newest first.
pub(super) fn list(connection: &Connection, secret: i64) -> Result<Vec<VersionInfo>, Error> {
    let sql = "SELECT version, state, kek_id, created_at_ms, created_by, good_until_ms, stage FROM secret_versions
        WHERE secret = ?1 ORDER BY version DESC";
    Ok(prepare(connection, sql)?.query_map([secret], read)?.collect::<Result<_, _>>()?)
}

/// Adds a version: the current one, or one that `owner` is rotating to.
pub(super) fn insert(
    connection: &Connection,
    secret: i64,
    new: &NewVersion,
    owner: Option<&str>,
    now_ms: i64,
) -> Result<(), Error> {
    let state = if owner.is_some() { VersionState::Pending } else { VersionState::Current };
    let sql = "INSERT INTO secret_versions
            (secret, version, state, kek_id, created_at_ms, created_by, process_owner, sealed)
        VALUES (:secret, :version, :state, :kek, :now, :by, :owner, :sealed)";
    prepare(connection, sql)?.execute(named_params! {
        ":secret": secret,
        ":version": number(new.version)?,
        ":state": state.as_str(),
        ":kek": new.kek_id,
        ":now": now_ms,
        ":by": new.created_by,
        ":owner": owner,
        ":sealed": new.sealed,
    })?;
    Ok(())
}

/// The current version makes way: good until a moment that is not past, or not any more.
pub(super) fn step_down(connection: &Connection, secret: i64, until_ms: Option<i64>, now_ms: i64) -> Result<(), Error> {
    let until = until_ms.filter(|until| *until > now_ms);
    let sql =
        "UPDATE secret_versions SET state = CASE WHEN ?2 IS NULL THEN 'retired' ELSE 'previous' END, good_until_ms = ?2
        WHERE secret = ?1 AND state = 'current'";
    prepare(connection, sql)?.execute(params![secret, until])?;
    Ok(())
}

/// Versions beyond those that are kept go: retired ones, and previous ones whose time is over.
pub(super) fn prune(connection: &Connection, secret: i64, now_ms: i64) -> Result<(), Error> {
    let sql = "DELETE FROM secret_versions WHERE secret = ?1
        AND (state = 'retired' OR (state = 'previous' AND good_until_ms <= ?2))
        AND version NOT IN (SELECT version FROM secret_versions WHERE secret = ?1 ORDER BY version DESC LIMIT ?3)";
    prepare(connection, sql)?.execute(params![secret, now_ms, number(KEPT_VERSIONS)?])?;
    Ok(())
}

/// The number of the current version.
pub(super) fn current(connection: &Connection, secret: i64) -> Result<Option<u64>, Error> {
    let sql = "SELECT version FROM secret_versions WHERE secret = ?1 AND state = 'current'";
    Ok(prepare(connection, sql)?.query_row([secret], |row| count(row, 0)).optional()?)
}

pub(super) fn has_pending(connection: &Connection, secret: i64) -> Result<bool, Error> {
    let sql = "SELECT 1 FROM secret_versions WHERE secret = ?1 AND state = 'pending'";
    Ok(prepare(connection, sql)?.exists([secret])?)
}

/// Whether it is pending and `owner`'s.
pub(super) fn is_pending(connection: &Connection, secret: i64, version: u64, owner: &str) -> Result<bool, Error> {
    let sql =
        "SELECT 1 FROM secret_versions WHERE secret = ?1 AND version = ?2 AND state = 'pending' AND process_owner = ?3";
    Ok(prepare(connection, sql)?.exists(params![secret, number(version)?, owner])?)
}

pub(super) fn note_stage(connection: &Connection, secret: i64, stage: &str) -> Result<(), Error> {
    let sql = "UPDATE secret_versions SET stage = ?2 WHERE secret = ?1 AND state = 'pending'";
    prepare(connection, sql)?.execute(params![secret, stage])?;
    Ok(())
}

/// The pending version becomes the current one, or is kept as retired.
pub(super) fn end_pending(connection: &Connection, secret: i64, state: VersionState) -> Result<(), Error> {
    let sql = "UPDATE secret_versions SET state = ?2, process_owner = NULL, stage = NULL
        WHERE secret = ?1 AND state = 'pending'";
    prepare(connection, sql)?.execute(params![secret, state.as_str()])?;
    Ok(())
}

/// The owners of pending versions that are not `us`.
pub(super) fn other_owners(connection: &Connection, us: &str) -> Result<Vec<String>, Error> {
    let sql = "SELECT DISTINCT process_owner FROM secret_versions WHERE state = 'pending' AND process_owner <> ?1";
    Ok(prepare(connection, sql)?.query_map([us], |row| row.get(0))?.collect::<Result<_, _>>()?)
}

/// Gives what is pending of `owner` to `us`.
pub(super) fn take_over(connection: &Connection, owner: &str, us: &str) -> Result<Vec<(SecretName, u64)>, Error> {
    let sql = "SELECT project, environment, name, version FROM secret_versions JOIN secrets ON secrets.number = secret
        WHERE state = 'pending' AND process_owner = ?1 ORDER BY secret";
    let read = |row: &Row<'_>| Ok((secrets::name(row, 0)?, count(row, 3)?));
    let found = prepare(connection, sql)?.query_map([owner], read)?.collect::<Result<Vec<_>, _>>()?;
    let sql = "UPDATE secret_versions SET process_owner = ?2 WHERE state = 'pending' AND process_owner = ?1";
    prepare(connection, sql)?.execute([owner, us])?;
    Ok(found)
}

/// A version with its bytes.
pub(super) fn sealed(connection: &Connection, secret: i64, version: u64) -> Result<Option<SealedVersion>, Error> {
    let sql = "SELECT secret_versions.number, project, environment, name, version, sealed
        FROM secret_versions JOIN secrets ON secrets.number = secret WHERE secret = ?1 AND version = ?2";
    Ok(prepare(connection, sql)?.query_row(params![secret, number(version)?], read_sealed).optional()?)
}

/// Versions whose time is over and that are not recorded as retired.
pub(super) fn expired(connection: &Connection, now_ms: i64, limit: u32) -> Result<Vec<(SecretName, u64)>, Error> {
    let sql = "SELECT project, environment, name, version FROM secret_versions JOIN secrets ON secrets.number = secret
        WHERE state = 'previous' AND good_until_ms <= ?1 ORDER BY good_until_ms LIMIT ?2";
    let read = |row: &Row<'_>| Ok((secrets::name(row, 0)?, count(row, 3)?));
    Ok(prepare(connection, sql)?.query_map(params![now_ms, limit], read)?.collect::<Result<_, _>>()?)
}

/// Records that the time of a previous version is over. Whether it was one.
pub(super) fn retire(connection: &Connection, secret: i64, version: u64, now_ms: i64) -> Result<bool, Error> {
    let sql = "UPDATE secret_versions SET state = 'retired', good_until_ms = NULL
        WHERE secret = ?1 AND version = ?2 AND state = 'previous' AND good_until_ms <= ?3";
    Ok(prepare(connection, sql)?.execute(params![secret, number(version)?, now_ms])? > 0)
}

pub(super) fn by_kek(connection: &Connection) -> Result<Vec<(String, u64)>, Error> {
    let sql = "SELECT kek_id, count(*) FROM secret_versions GROUP BY kek_id ORDER BY kek_id";
    let read = |row: &Row<'_>| Ok((row.get(0)?, count(row, 1)?));
    Ok(prepare(connection, sql)?.query_map([], read)?.collect::<Result<_, _>>()?)
}

pub(super) fn not_under(
    connection: &Connection,
    kek_id: &str,
    after: i64,
    limit: u32,
) -> Result<Vec<SealedVersion>, Error> {
    let sql = "SELECT secret_versions.number, project, environment, name, version, sealed
        FROM secret_versions JOIN secrets ON secrets.number = secret
        WHERE kek_id <> ?1 AND secret_versions.number > ?2 ORDER BY secret_versions.number LIMIT ?3";
    Ok(prepare(connection, sql)?.query_map(params![kek_id, after, limit], read_sealed)?.collect::<Result<_, _>>()?)
}

/// Whether it was still as it was read.
pub(super) fn rewrap(connection: &Connection, to: &Rewrapped) -> Result<bool, Error> {
    let sql = "UPDATE secret_versions SET sealed = ?3, kek_id = ?4 WHERE number = ?1 AND sealed = ?2";
    Ok(prepare(connection, sql)?.execute(params![to.row, to.was, to.sealed, to.kek_id])? > 0)
}

fn read_sealed(row: &Row<'_>) -> rusqlite::Result<SealedVersion> {
    Ok(SealedVersion { row: row.get(0)?, of: secrets::name(row, 1)?, version: count(row, 4)?, sealed: row.get(5)? })
}

fn read(row: &Row<'_>) -> rusqlite::Result<VersionInfo> {
    Ok(VersionInfo {
        version: count(row, 0)?,
        state: state(row, 1)?,
        kek_id: row.get(2)?,
        created_at_ms: row.get(3)?,
        created_by: row.get(4)?,
        good_until_ms: row.get(5)?,
        stage: row.get(6)?,
    })
}

fn state(row: &Row<'_>, column: usize) -> rusqlite::Result<VersionState> {
    let text: String = row.get(column)?;
    let all = [VersionState::Pending, VersionState::Current, VersionState::Previous, VersionState::Retired];
    all.into_iter().find(|state| state.as_str() == text).ok_or_else(|| {
        rusqlite::Error::FromSqlConversionFailure(column, Type::Text, format!("no state is called {text:?}").into())
    })
}
