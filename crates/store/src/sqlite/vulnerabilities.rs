//! The table of vulnerabilities: one row for each that a project has or had.

use domain::{Ecosystem, ProjectId, Severity, VulnerabilityState};
use rusqlite::types::Type;
use rusqlite::{Connection, Row, named_params, params};

use crate::check_record::{Accepted, MOST_VULNERABILITIES, Vulnerability};
use crate::error::Error;
use crate::sqlite::columns::{count, from_json, project_id, to_json};
use crate::sqlite::statement::prepare;

/// All of a `Vulnerability`, in the order in which `read` takes it.
macro_rules! columns {
    () => {
        "number, project, fingerprint, ecosystem, package, advisory, aliases, versions, files, severity, score, epss, \
         fixed_version, direct, dev, message, hint, state, first_seen_ms, last_seen_ms, opened_ms, due_ms, fixed_ms, \
         accepted_by, accepted_why, accepted_until_ms, patch"
    };
}

/// A row: its number, and what it holds.
pub(super) type Found = (i64, Vulnerability);

pub(super) fn of_project(connection: &Connection, project: &ProjectId) -> Result<Vec<Found>, Error> {
    let sql = concat!("SELECT ", columns!(), " FROM vulnerabilities WHERE project = ?1 ORDER BY number");
    let found = prepare(connection, sql)?.query_map([project.as_str()], read)?.collect::<Result<_, _>>()?;
    Ok(found)
}

/// What is accepted until a moment that is over.
pub(super) fn accepted_until(connection: &Connection, now_ms: i64, limit: u32) -> Result<Vec<Found>, Error> {
    let sql = concat!(
        "SELECT ",
        columns!(),
        " FROM vulnerabilities WHERE state = 'accepted' AND accepted_until_ms <= ?1 ORDER BY number LIMIT ?2"
    );
    let found = prepare(connection, sql)?.query_map(params![now_ms, limit], read)?.collect::<Result<_, _>>()?;
    Ok(found)
}

/// Writes `row` anew, or as a new one where it has no number: its number.
pub(super) fn put(connection: &Connection, number: Option<i64>, row: &Vulnerability) -> Result<i64, Error> {
    let sql = concat!(
        "INSERT INTO vulnerabilities (",
        columns!(),
        ") VALUES (:number, :project, :fingerprint, :ecosystem, :package, :advisory, :aliases, :versions, :files, :severity,
            :score, :epss, :fixed_version, :direct, :dev, :message, :hint, :state, :first_seen, :last_seen, :opened, :due,
            :fixed, :by, :why, :until, :patch)
        ON CONFLICT (number) DO UPDATE SET fingerprint = :fingerprint, advisory = :advisory, aliases = :aliases,
            versions = :versions, files = :files, severity = :severity, score = :score, epss = :epss,
            fixed_version = :fixed_version, direct = :direct, dev = :dev, message = :message, hint = :hint, state = :state,
            last_seen_ms = :last_seen, opened_ms = :opened, due_ms = :due, fixed_ms = :fixed, accepted_by = :by,
            accepted_why = :why, accepted_until_ms = :until, patch = :patch"
    );
    let accepted = row.accepted.as_ref();
    prepare(connection, sql)?.execute(named_params! {
        ":number": number,
        ":project": row.project.as_str(),
        ":fingerprint": row.fingerprint,
        ":ecosystem": row.ecosystem.as_str(),
        ":package": row.package,
        ":advisory": row.advisory,
        ":aliases": to_json(&row.aliases)?,
        ":versions": to_json(&row.versions)?,
        ":files": to_json(&row.files)?,
        ":severity": row.severity.name(),
        ":score": row.score,
        ":epss": row.epss,
        ":fixed_version": row.fixed_version,
        ":direct": row.direct,
        ":dev": row.dev,
        ":message": row.message,
        ":hint": row.hint,
        ":state": row.state.as_str(),
        ":first_seen": row.first_seen_ms,
        ":last_seen": row.last_seen_ms,
        ":opened": row.opened_ms,
        ":due": row.due_ms,
        ":fixed": row.fixed_ms,
        ":by": accepted.map(|accepted| &accepted.by),
        ":why": accepted.map(|accepted| &accepted.why),
        ":until": accepted.map(|accepted| accepted.until_ms),
        ":patch": row.patch,
    })?;
    Ok(number.unwrap_or_else(|| connection.last_insert_rowid()))
}

/// How many of the project's there is room for; what was fixed longest ago makes way for up to `wanted`.
pub(super) fn make_room(connection: &Connection, project: &ProjectId, wanted: usize) -> Result<usize, Error> {
    let sql = "SELECT count(*) FROM vulnerabilities WHERE project = ?1";
    let held = prepare(connection, sql)?.query_row([project.as_str()], |row| count(row, 0))?;
    let held = usize::try_from(held).unwrap_or(usize::MAX);
    let excess = held.saturating_add(wanted).saturating_sub(MOST_VULNERABILITIES);
    if excess == 0 {
        return Ok(wanted);
    }
    let sql = "DELETE FROM vulnerabilities WHERE number IN (SELECT number FROM vulnerabilities
        WHERE project = ?1 AND state = 'fixed' ORDER BY fixed_ms, number LIMIT ?2)";
    let limit = i64::try_from(excess).unwrap_or(i64::MAX);
    let gone = prepare(connection, sql)?.execute(params![project.as_str(), limit])?;
    Ok(MOST_VULNERABILITIES.saturating_sub(held.saturating_sub(gone)).min(wanted))
}

/// Severities, with how many are to be cleared, and how many of those are overdue.
pub(super) fn to_clear(connection: &Connection, now_ms: i64) -> Result<Vec<(Severity, u64, u64)>, Error> {
    let sql = "SELECT severity, count(*), coalesce(sum(due_ms < ?1), 0) FROM vulnerabilities
        WHERE state IN ('open', 'patch-ready', 'reopened') OR (state = 'accepted' AND accepted_until_ms <= ?1)
        GROUP BY severity";
    let read = |row: &Row<'_>| Ok((read_severity(row, 0)?, count(row, 1)?, count(row, 2)?));
    let found = prepare(connection, sql)?.query_map([now_ms], read)?.collect::<Result<_, _>>()?;
    Ok(found)
}

pub(super) fn erase(connection: &Connection, person: &str, nobody: &str) -> Result<(), Error> {
    let sql = "UPDATE vulnerabilities SET accepted_by = ?2 WHERE accepted_by = ?1";
    prepare(connection, sql)?.execute([person, nobody])?;
    Ok(())
}

pub(super) fn delete_of(connection: &Connection, project: &str) -> Result<(), Error> {
    prepare(connection, "DELETE FROM vulnerabilities WHERE project = ?1")?.execute([project])?;
    Ok(())
}

fn read(row: &Row<'_>) -> rusqlite::Result<Found> {
    let accepted = match (row.get(23)?, row.get(24)?, row.get(25)?) {
        (Some(by), Some(why), Some(until_ms)) => Some(Accepted { by, why, until_ms }),
        _ => None,
    };
    let found = Vulnerability {
        project: project_id(row, 1)?,
        fingerprint: row.get(2)?,
        ecosystem: Ecosystem::new(row.get::<_, String>(3)?),
        package: row.get(4)?,
        advisory: row.get(5)?,
        aliases: from_json(row, 6)?,
        versions: from_json(row, 7)?,
        files: from_json(row, 8)?,
        severity: read_severity(row, 9)?,
        score: row.get(10)?,
        epss: row.get(11)?,
        fixed_version: row.get(12)?,
        direct: row.get(13)?,
        dev: row.get(14)?,
        message: row.get(15)?,
        hint: row.get(16)?,
        state: read_state(row, 17)?,
        first_seen_ms: row.get(18)?,
        last_seen_ms: row.get(19)?,
        opened_ms: row.get(20)?,
        due_ms: row.get(21)?,
        fixed_ms: row.get(22)?,
        accepted,
        patch: row.get(26)?,
    };
    Ok((row.get(0)?, found))
}

pub(super) fn read_state(row: &Row<'_>, column: usize) -> rusqlite::Result<VulnerabilityState> {
    row.get::<_, String>(column)?
        .parse()
        .map_err(|cause| rusqlite::Error::FromSqlConversionFailure(column, Type::Text, Box::new(cause)))
}

fn read_severity(row: &Row<'_>, column: usize) -> rusqlite::Result<Severity> {
    row.get::<_, String>(column)?
        .parse()
        .map_err(|cause| rusqlite::Error::FromSqlConversionFailure(column, Type::Text, Box::new(cause)))
}
