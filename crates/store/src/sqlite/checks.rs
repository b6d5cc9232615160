//! The table of checks: what was found when a project was looked at, the newest of each project.

use domain::ProjectId;
use rusqlite::{Connection, OptionalExtension, Row, named_params, params};

use crate::check_record::{Check, KEPT_CHECKS, MOST_REPORT_BYTES, NewCheck};
use crate::error::{Bound, Error, ErrorKind};
use crate::sqlite::columns::{count, project_id};
use crate::sqlite::statement::prepare;

/// Keeps a check; the oldest of its project make way.
pub(super) fn insert(connection: &Connection, new: &NewCheck) -> Result<(), Error> {
    if new.report.len() > MOST_REPORT_BYTES {
        let message = format!("The report of a check has {} bytes; {MOST_REPORT_BYTES} are kept.", new.report.len());
        return Err(Error::new(ErrorKind::Full(Bound::CheckReport), message));
    }
    let sql = "INSERT INTO checks (project, at_ms, caller, request, subject, duration_ms, advisories_at_ms, summary, report, cut)
        VALUES (:project, :at, :caller, :request, :subject, :duration, :advisories, :summary, :report, :cut)";
    prepare(connection, sql)?.execute(named_params! {
        ":project": new.project.as_str(),
        ":at": new.at_ms,
        ":caller": new.caller,
        ":request": new.request.as_str(),
        ":subject": new.subject,
        ":duration": i64::try_from(new.duration_ms).unwrap_or(i64::MAX),
        ":advisories": new.advisories_at_ms,
        ":summary": new.summary,
        ":report": new.report,
        ":cut": i64::try_from(new.cut).unwrap_or(i64::MAX),
    })?;
    let sql = "DELETE FROM checks WHERE project = ?1 AND number NOT IN (
        SELECT number FROM checks WHERE project = ?1 ORDER BY number DESC LIMIT ?2)";
    prepare(connection, sql)?.execute(params![new.project.as_str(), KEPT_CHECKS])?;
    Ok(())
}

pub(super) fn list(connection: &Connection, project: &ProjectId, limit: u32) -> Result<Vec<Check>, Error> {
    let sql = "SELECT number, project, at_ms, caller, request, subject, duration_ms, advisories_at_ms, summary, cut
        FROM checks WHERE project = ?1 ORDER BY number DESC LIMIT ?2";
    let found =
        prepare(connection, sql)?.query_map(params![project.as_str(), limit], read)?.collect::<Result<_, _>>()?;
    Ok(found)
}

pub(super) fn report(
    connection: &Connection,
    project: &ProjectId,
    number: Option<u64>,
) -> Result<Option<String>, Error> {
    let number = number.map(|number| i64::try_from(number).unwrap_or(i64::MAX));
    let sql =
        "SELECT report FROM checks WHERE project = ?1 AND (?2 IS NULL OR number = ?2) ORDER BY number DESC LIMIT 1";
    Ok(prepare(connection, sql)?.query_row(params![project.as_str(), number], |row| row.get(0)).optional()?)
}

pub(super) fn erase(connection: &Connection, caller: &str, nobody: &str) -> Result<(), Error> {
    prepare(connection, "UPDATE checks SET caller = ?2 WHERE caller = ?1")?.execute([caller, nobody])?;
    Ok(())
}

pub(super) fn delete_of(connection: &Connection, project: &str) -> Result<(), Error> {
    prepare(connection, "DELETE FROM checks WHERE project = ?1")?.execute([project])?;
    Ok(())
}

fn read(row: &Row<'_>) -> rusqlite::Result<Check> {
    Ok(Check {
        number: count(row, 0)?,
        project: project_id(row, 1)?,
        at_ms: row.get(2)?,
        caller: row.get(3)?,
        request: row.get(4)?,
        subject: row.get(5)?,
        duration_ms: count(row, 6)?,
        advisories_at_ms: row.get(7)?,
        summary: row.get(8)?,
        cut: count(row, 9)?,
    })
}
