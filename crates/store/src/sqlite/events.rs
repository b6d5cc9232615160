//! The table of events: only added to, each in the transaction of what it tells.

use domain::{Event, ProjectId};
use rusqlite::types::Type;
use rusqlite::{Connection, Row, params};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::error::{Error, ErrorKind};
use crate::record::RecordedEvent;
use crate::sqlite::columns::project_id;
use crate::sqlite::statement::prepare;

/// Adds `event`, which must tell of `project`.
pub(super) fn insert(connection: &Connection, project: &ProjectId, event: &Event, now_ms: i64) -> Result<(), Error> {
    if event.project != *project {
        let message = format!("An event of the project {} came with a change of {project}.", event.project);
        return Err(Error::new(ErrorKind::Internal, message));
    }
    let sql = "INSERT INTO events (project, kind, caller, request, detail, at_ms) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    let values =
        params![project.as_str(), event.kind.as_str(), event.caller, event.request.as_str(), event.detail, now_ms];
    prepare(connection, sql)?.execute(values)?;
    Ok(())
}

/// Takes the name `caller` out of all events, and out of what they tell of a transfer: how many named it.
pub(super) fn erase(connection: &Connection, caller: &str, nobody: &str) -> Result<u64, Error> {
    // A transfer says `from A to B`, or `from A to B, team C`.
    let sql = "UPDATE events SET detail = 'from ' || ?2 || substr(detail, length('from ' || ?1) + 1)
        WHERE kind = 'project-transferred' AND substr(detail, 1, length('from ' || ?1 || ' to ')) = 'from ' || ?1 || ' to '";
    let given_away = prepare(connection, sql)?.execute([caller, nobody])?;
    let sql = "UPDATE events SET detail = rtrim(replace(detail || ',', ' to ' || ?1 || ',', ' to ' || ?2 || ','), ',')
        WHERE kind = 'project-transferred' AND instr(detail || ',', ' to ' || ?1 || ',') > 0";
    let received = prepare(connection, sql)?.execute([caller, nobody])?;
    let sql = "UPDATE events SET caller = ?2 WHERE caller = ?1";
    Ok((given_away + received + prepare(connection, sql)?.execute([caller, nobody])?) as u64)
}

pub(super) fn of_project(connection: &Connection, project: &ProjectId) -> Result<Vec<RecordedEvent>, Error> {
    let sql = "SELECT project, kind, caller, request, detail, at_ms FROM events WHERE project = ?1 ORDER BY number";
    let mut statement = prepare(connection, sql)?;
    let events = statement.query_map([project.as_str()], read)?.collect::<Result<_, _>>()?;
    Ok(events)
}

fn read(row: &Row<'_>) -> rusqlite::Result<RecordedEvent> {
    let event = Event {
        project: project_id(row, 0)?,
        kind: named(row, 1)?,
        caller: row.get(2)?,
        request: named(row, 3)?,
        detail: row.get(4)?,
    };
    Ok(RecordedEvent { at_ms: row.get(5)?, event })
}

/// A value that its type reads from its name.
fn named<T: DeserializeOwned>(row: &Row<'_>, column: usize) -> rusqlite::Result<T> {
    let name: String = row.get(column)?;
    serde_json::from_value(Value::String(name))
        .map_err(|cause| rusqlite::Error::FromSqlConversionFailure(column, Type::Text, Box::new(cause)))
}
