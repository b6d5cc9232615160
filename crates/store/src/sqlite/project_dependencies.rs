//! The table of dependency lists: what each project depended on when it was last looked at, so that newer advisories can
//! be matched without looking again.

use domain::{Dependency, ProjectId};
use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::check_record::{DependencyList, MOST_DEPENDENCY_BYTES};
use crate::error::{Bound, Error, ErrorKind};
use crate::sqlite::columns::{from_json, to_json};
use crate::sqlite::projects::read_id;
use crate::sqlite::statement::prepare;

pub(super) fn put(
    connection: &Connection,
    project: &ProjectId,
    dependencies: &[Dependency],
    unread: &[String],
    at_ms: i64,
) -> Result<(), Error> {
    let (dependencies, unread) = (to_json(dependencies)?, to_json(unread)?);
    if dependencies.len() > MOST_DEPENDENCY_BYTES {
        let message = format!("The dependency list has {} bytes.", dependencies.len());
        return Err(Error::new(ErrorKind::Full(Bound::DependencyList), message));
    }
    let sql = "INSERT INTO project_dependencies (project, at_ms, matched_at_ms, dependencies, unread)
        VALUES (?1, ?2, ?2, ?3, ?4) ON CONFLICT (project) DO UPDATE
        SET at_ms = ?2, matched_at_ms = ?2, dependencies = ?3, unread = ?4";
    prepare(connection, sql)?.execute(params![project.as_str(), at_ms, dependencies, unread])?;
    Ok(())
}

pub(super) fn get(connection: &Connection, project: &ProjectId) -> Result<Option<DependencyList>, Error> {
    let sql = "SELECT project, at_ms, matched_at_ms, dependencies, unread FROM project_dependencies WHERE project = ?1";
    Ok(prepare(connection, sql)?.query_row([project.as_str()], read).optional()?)
}

pub(super) fn matched_before(connection: &Connection, before_ms: i64, limit: u32) -> Result<Vec<ProjectId>, Error> {
    let sql =
        "SELECT project FROM project_dependencies WHERE matched_at_ms < ?1 ORDER BY matched_at_ms, project LIMIT ?2";
    let found = prepare(connection, sql)?
        .query_map(params![before_ms, limit], |row| read_id(row, 0))?
        .collect::<Result<_, _>>()?;
    Ok(found)
}

/// Notes that the list of `listed_at_ms` was matched; false where it has been replaced.
pub(super) fn note_matched(
    connection: &Connection,
    project: &ProjectId,
    listed_at_ms: i64,
    at_ms: i64,
) -> Result<bool, Error> {
    let sql = "UPDATE project_dependencies SET matched_at_ms = ?3 WHERE project = ?1 AND at_ms = ?2";
    Ok(prepare(connection, sql)?.execute(params![project.as_str(), listed_at_ms, at_ms])? == 1)
}

pub(super) fn delete_of(connection: &Connection, project: &str) -> Result<(), Error> {
    prepare(connection, "DELETE FROM project_dependencies WHERE project = ?1")?.execute([project])?;
    Ok(())
}

fn read(row: &Row<'_>) -> rusqlite::Result<DependencyList> {
    Ok(DependencyList {
        project: read_id(row, 0)?,
        at_ms: row.get(1)?,
        matched_at_ms: row.get(2)?,
        dependencies: from_json(row, 3)?,
        unread: from_json(row, 4)?,
    })
}
