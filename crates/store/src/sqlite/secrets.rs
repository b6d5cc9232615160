//! The table of secrets: their names, how they are rotated and how that went.

use domain::ProjectId;
use rusqlite::types::Type;
use rusqlite::{Connection, OptionalExtension, Params, Row, named_params, params};

use crate::error::{Bound, Error, ErrorKind};
use crate::secret_record::{
    MOST_SECRET_BYTES, MOST_SECRETS, NewVersion, RotationPolicy, RotationState, Secret, SecretName,
};
use crate::sqlite::columns::count;
use crate::sqlite::statement::prepare;

/// All of a `Secret` but its versions, in the order in which `read` takes it.
macro_rules! columns {
    () => {
        "number, project, environment, name, created_at_ms, created_by, last_version, rotate_every_days, grace_minutes, \
         generator, hook, next_due_ms, last_rotated_ms, last_failure_ms, last_failure, failures"
    };
}

/// A row: its number, and the secret without versions.
pub(super) type Found = (i64, Secret);

pub(super) fn get(connection: &Connection, of: &SecretName) -> Result<Option<Found>, Error> {
    let sql = concat!(
        "SELECT ",
        columns!(),
        " FROM secrets WHERE coalesce(project, '') = ?1 AND environment = ?2 AND name = ?3"
    );
    Ok(prepare(connection, sql)?.query_row(params![project(of), of.environment, of.name], read).optional()?)
}

pub(super) fn list(
    connection: &Connection,
    project: Option<&ProjectId>,
    environment: Option<&str>,
) -> Result<Vec<Found>, Error> {
    let project = project.map_or("", ProjectId::as_str);
    let sql = concat!(
        "SELECT ",
        columns!(),
        " FROM secrets WHERE coalesce(project, '') = ?1 AND (?2 IS NULL OR environment = ?2) ORDER BY environment, name"
    );
    collect(connection, sql, params![project, environment])
}

/// Those with a time at which they are due, or with a pending version.
pub(super) fn scheduled(connection: &Connection, limit: u32) -> Result<Vec<Found>, Error> {
    let sql = concat!(
        "SELECT ",
        columns!(),
        " FROM secrets WHERE next_due_ms IS NOT NULL
            OR number IN (SELECT secret FROM secret_versions WHERE state = 'pending')
            ORDER BY next_due_ms IS NULL, next_due_ms, number LIMIT ?1"
    );
    collect(connection, sql, params![limit])
}

fn collect(connection: &Connection, sql: &str, params: impl Params) -> Result<Vec<Found>, Error> {
    Ok(prepare(connection, sql)?.query_map(params, read)?.collect::<Result<_, _>>()?)
}

/// Makes the secret of `new`, where the bounds leave room for it: its number.
pub(super) fn insert(connection: &Connection, new: &NewVersion, now_ms: i64) -> Result<i64, Error> {
    let sql = "SELECT count(*) FROM secrets WHERE coalesce(project, '') = ?1";
    let held = prepare(connection, sql)?.query_row([project(&new.of)], |row| count(row, 0))?;
    if held >= MOST_SECRETS {
        return Err(full(Bound::Secrets, "There are as many secrets as there may be."));
    }
    let sql = "INSERT INTO secrets (project, environment, name, created_at_ms, created_by, last_version)
        VALUES (:project, :environment, :name, :now, :by, :version)";
    prepare(connection, sql)?.execute(named_params! {
        ":project": new.of.project.as_ref().map(ProjectId::as_str),
        ":environment": new.of.environment,
        ":name": new.of.name,
        ":now": now_ms,
        ":by": new.created_by,
        ":version": number(new.version)?,
    })?;
    Ok(connection.last_insert_rowid())
}

/// Refuses `more` bytes where the project's secrets would be too large together.
pub(super) fn refuse_beyond(connection: &Connection, of: &SecretName, more: usize) -> Result<(), Error> {
    // The length of a blob is in its header: no value is read for it.
    let sql = "SELECT coalesce(sum(length(sealed)), 0) FROM secret_versions JOIN secrets ON secrets.number = secret
        WHERE coalesce(project, '') = ?1";
    let held = prepare(connection, sql)?.query_row([project(of)], |row| count(row, 0))?;
    if held + more as u64 > MOST_SECRET_BYTES {
        return Err(full(Bound::SecretBytes, "The secrets are as large together as they may be."));
    }
    Ok(())
}

fn full(bound: Bound, message: &str) -> Error {
    Error::new(ErrorKind::Full(bound), message)
}

pub(super) fn set_last_version(connection: &Connection, secret: i64, version: u64) -> Result<(), Error> {
    let sql = "UPDATE secrets SET last_version = ?2 WHERE number = ?1";
    prepare(connection, sql)?.execute(params![secret, number(version)?])?;
    Ok(())
}

pub(super) fn set_policy(
    connection: &Connection,
    secret: i64,
    policy: &RotationPolicy,
    next_due_ms: Option<i64>,
) -> Result<(), Error> {
    let sql = "UPDATE secrets SET rotate_every_days = :every, grace_minutes = :grace, generator = :generator,
            hook = :hook, next_due_ms = :due WHERE number = :secret";
    prepare(connection, sql)?.execute(named_params! {
        ":secret": secret,
        ":every": policy.every_days,
        ":grace": policy.grace_minutes,
        ":generator": policy.generator,
        ":hook": policy.hook,
        ":due": next_due_ms,
    })?;
    Ok(())
}

pub(super) fn note_success(
    connection: &Connection,
    secret: i64,
    next_due_ms: Option<i64>,
    now_ms: i64,
) -> Result<(), Error> {
    let sql = "UPDATE secrets SET last_rotated_ms = ?2, next_due_ms = ?3, last_failure_ms = NULL, last_failure = NULL,
            failures = 0 WHERE number = ?1";
    prepare(connection, sql)?.execute(params![secret, now_ms, next_due_ms])?;
    Ok(())
}

/// A value that somebody set counts as a rotation: what is due by days is due that much later, and failures are over.
pub(super) fn note_set(connection: &Connection, secret: i64, now_ms: i64) -> Result<(), Error> {
    let sql = "UPDATE secrets SET last_rotated_ms = ?2, next_due_ms = ?2 + rotate_every_days * 86400000,
            last_failure_ms = NULL, last_failure = NULL, failures = 0 WHERE number = ?1";
    prepare(connection, sql)?.execute(params![secret, now_ms])?;
    Ok(())
}

pub(super) fn note_failure(
    connection: &Connection,
    secret: i64,
    failure: &str,
    next_due_ms: Option<i64>,
    now_ms: i64,
) -> Result<(), Error> {
    let failure: String = failure.chars().take(1000).collect();
    let sql = "UPDATE secrets SET last_failure_ms = ?2, last_failure = ?3, failures = failures + 1, next_due_ms = ?4
        WHERE number = ?1";
    prepare(connection, sql)?.execute(params![secret, now_ms, failure, next_due_ms])?;
    Ok(())
}

/// Forgets a secret; its versions go with it.
pub(super) fn delete(connection: &Connection, secret: i64) -> Result<(), Error> {
    prepare(connection, "DELETE FROM secrets WHERE number = ?1")?.execute([secret])?;
    Ok(())
}

/// How many secrets a project has.
pub(super) fn held(connection: &Connection, project: &ProjectId) -> Result<u64, Error> {
    let sql = "SELECT count(*) FROM secrets WHERE project = ?1";
    Ok(prepare(connection, sql)?.query_row([project.as_str()], |row| count(row, 0))?)
}

/// Forgets that `principal` made secrets.
pub(super) fn erase(connection: &Connection, principal: &str, nobody: &str) -> Result<(), Error> {
    for sql in [
        "UPDATE secrets SET created_by = ?2 WHERE created_by = ?1",
        "UPDATE secret_versions SET created_by = ?2 WHERE created_by = ?1",
    ] {
        prepare(connection, sql)?.execute([principal, nobody])?;
    }
    Ok(())
}

fn project(of: &SecretName) -> &str {
    of.project.as_ref().map_or("", ProjectId::as_str)
}

pub(super) fn number(version: u64) -> Result<i64, Error> {
    i64::try_from(version).map_err(|_| Error::new(ErrorKind::Internal, "A version has no such number."))
}

/// The name in three columns from `first` on.
pub(super) fn name(row: &Row<'_>, first: usize) -> rusqlite::Result<SecretName> {
    let project = row.get::<_, Option<String>>(first)?.map(|id| {
        id.parse::<ProjectId>()
            .map_err(|cause| rusqlite::Error::FromSqlConversionFailure(first, Type::Text, Box::new(cause)))
    });
    Ok(SecretName { project: project.transpose()?, environment: row.get(first + 1)?, name: row.get(first + 2)? })
}

fn read(row: &Row<'_>) -> rusqlite::Result<Found> {
    let secret = Secret {
        of: name(row, 1)?,
        created_at_ms: row.get(4)?,
        created_by: row.get(5)?,
        last_version: count(row, 6)?,
        policy: RotationPolicy {
            every_days: row.get(7)?,
            grace_minutes: row.get(8)?,
            generator: row.get(9)?,
            hook: row.get(10)?,
        },
        rotation: RotationState {
            next_due_ms: row.get(11)?,
            last_rotated_ms: row.get(12)?,
            last_failure_ms: row.get(13)?,
            last_failure: row.get(14)?,
            failures: row.get(15)?,
        },
        versions: Vec::new(),
    };
    Ok((row.get(0)?, secret))
}
