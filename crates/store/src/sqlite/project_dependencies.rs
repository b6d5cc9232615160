//! The table of dependency lists: what each project depended on when it was last looked at, so that newer advisories can
//! be matched without looking again.

use domain::{Dependency, ProjectId};
use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::check_record::{DependencyList, MOST_DEPENDENCY_BYTES};
use crate::error::Error;
use crate::sqlite::columns::{from_json, project_id, to_json};
use crate::sqlite::statement::prepare;

pub(super) fn put(
    connection: &Connection,
    project: &ProjectId,
    dependencies: &[Dependency],
    unread: &[String],
    matched_with: &str,
    at_ms: i64,
) -> Result<(), Error> {
    let (dependencies, unread) = (to_json(dependencies)?, to_json(unread)?);
    if dependencies.len() > MOST_DEPENDENCY_BYTES {
        // A part of it would make the rest look fixed. Without a list it is matched when it is checked, and not before.
        tracing::warn!(%project, bytes = dependencies.len(), "a dependency list is too large to be matched again");
        return delete_of(connection, project.as_str());
    }
    let sql = "INSERT INTO project_dependencies (project, at_ms, matched_at_ms, dependencies, unread, matched_with)
        VALUES (?1, ?2, ?2, ?3, ?4, ?5) ON CONFLICT (project) DO UPDATE
        SET at_ms = ?2, matched_at_ms = ?2, dependencies = ?3, unread = ?4, matched_with = ?5";
    prepare(connection, sql)?.execute(params![project.as_str(), at_ms, dependencies, unread, matched_with])?;
    Ok(())
}

pub(super) fn get(connection: &Connection, project: &ProjectId) -> Result<Option<DependencyList>, Error> {
    let sql = "SELECT project, at_ms, matched_at_ms, dependencies, unread FROM project_dependencies WHERE project = ?1";
    Ok(prepare(connection, sql)?.query_row([project.as_str()], read).optional()?)
}

/// Projects whose lists were last matched with other advisories, the one that waits longest first.
pub(super) fn not_matched_with(connection: &Connection, advisories: &str, limit: u32) -> Result<Vec<ProjectId>, Error> {
    let sql =
        "SELECT project FROM project_dependencies WHERE matched_with <> ?1 ORDER BY matched_at_ms, project LIMIT ?2";
    let found = prepare(connection, sql)?
        .query_map(params![advisories, limit], |row| project_id(row, 0))?
        .collect::<Result<_, _>>()?;
    Ok(found)
}

/// Notes that the list of `listed_at_ms` was matched; false where it has been replaced.
pub(super) fn note_matched(
    connection: &Connection,
    project: &ProjectId,
    listed_at_ms: i64,
    at_ms: i64,
    matched_with: &str,
) -> Result<bool, Error> {
    let sql = "UPDATE project_dependencies SET matched_at_ms = ?3, matched_with = ?4 WHERE project = ?1 AND at_ms = ?2";
    Ok(prepare(connection, sql)?.execute(params![project.as_str(), listed_at_ms, at_ms, matched_with])? == 1)
}

pub(super) fn delete_of(connection: &Connection, project: &str) -> Result<(), Error> {
    prepare(connection, "DELETE FROM project_dependencies WHERE project = ?1")?.execute([project])?;
    Ok(())
}

fn read(row: &Row<'_>) -> rusqlite::Result<DependencyList> {
    Ok(DependencyList {
        project: project_id(row, 0)?,
        at_ms: row.get(1)?,
        matched_at_ms: row.get(2)?,
        dependencies: from_json(row, 3)?,
        unread: from_json(row, 4)?,
    })
}
