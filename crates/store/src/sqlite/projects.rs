//! The table of projects.

use domain::ProjectId;
use rusqlite::types::Type;
use rusqlite::{Connection, OptionalExtension, Row, named_params, params};

use crate::error::{Error, ErrorKind};
use crate::record::{NewProject, Project, State};
use crate::sqlite::statement::prepare;

/// All of a `Project`, in the order in which `read` takes it.
macro_rules! columns {
    () => {
        "id, name, owner, template, stack, blueprint_version, blueprint_hash, catalogue, plan_hash, answers, target, \
         git, state, process_owner, commit_id, started_at_ms, finished_at_ms"
    };
}

pub(super) fn insert_started(
    connection: &Connection,
    project: &NewProject,
    process_owner: &str,
    now_ms: i64,
) -> Result<(), Error> {
    let sql = concat!(
        "INSERT INTO projects (",
        columns!(),
        ") VALUES (:id, :name, :owner, :template, :stack, :blueprint_version, :blueprint_hash, :catalogue, :plan_hash,
            :answers, :target, :git, :state, :process_owner, NULL, :now_ms, NULL)"
    );
    prepare(connection, sql)?.execute(named_params! {
        ":id": project.id.as_str(),
        ":name": project.name,
        ":owner": project.owner,
        ":template": project.template,
        ":stack": project.stack,
        ":blueprint_version": project.blueprint_version,
        ":blueprint_hash": project.blueprint_hash,
        ":catalogue": project.catalogue,
        ":plan_hash": project.plan_hash,
        ":answers": project.answers,
        ":target": project.target,
        ":git": project.git,
        ":state": State::Started.as_str(),
        ":process_owner": process_owner,
        ":now_ms": now_ms,
    })?;
    Ok(())
}

pub(super) fn set_finished(
    connection: &Connection,
    id: &ProjectId,
    process_owner: &str,
    commit: Option<&str>,
    now_ms: i64,
) -> Result<(), Error> {
    let sql = "UPDATE projects SET state = 'finished', commit_id = ?3, finished_at_ms = ?4
        WHERE id = ?1 AND process_owner = ?2 AND state = 'started'";
    let changed = prepare(connection, sql)?.execute(params![id.as_str(), process_owner, commit, now_ms])?;
    one_changed(changed, id)
}

pub(super) fn set_abandoned(connection: &Connection, id: &ProjectId, process_owner: &str) -> Result<(), Error> {
    let sql = "UPDATE projects SET state = 'abandoned' WHERE id = ?1 AND process_owner = ?2 AND state = 'started'";
    let changed = prepare(connection, sql)?.execute(params![id.as_str(), process_owner])?;
    one_changed(changed, id)
}

fn one_changed(changed: usize, id: &ProjectId) -> Result<(), Error> {
    if changed == 1 {
        return Ok(());
    }
    Err(Error::new(ErrorKind::Internal, format!("The project {id} is not one that this process has started.")))
}

pub(super) fn get(connection: &Connection, id: &ProjectId) -> Result<Option<Project>, Error> {
    let sql = concat!("SELECT ", columns!(), " FROM projects WHERE id = ?1");
    Ok(prepare(connection, sql)?.query_row([id.as_str()], read).optional()?)
}

pub(super) fn list(
    connection: &Connection,
    owner: Option<&str>,
    limit: u32,
    before: Option<&ProjectId>,
) -> Result<Vec<Project>, Error> {
    let Some(before) = place_in_list(connection, before)? else { return Ok(Vec::new()) };
    match owner {
        Some(owner) => {
            let sql = concat!(
                "SELECT ",
                columns!(),
                " FROM projects WHERE number < ?1 AND owner = ?3 ORDER BY number DESC LIMIT ?2"
            );
            collect(connection, sql, params![before, limit, owner])
        }
        None => {
            let sql = concat!("SELECT ", columns!(), " FROM projects WHERE number < ?1 ORDER BY number DESC LIMIT ?2");
            collect(connection, sql, params![before, limit])
        }
    }
}

/// The number below which the list goes on; none when there is no such project.
fn place_in_list(connection: &Connection, before: Option<&ProjectId>) -> Result<Option<i64>, Error> {
    let Some(id) = before else { return Ok(Some(i64::MAX)) };
    let sql = "SELECT number FROM projects WHERE id = ?1";
    Ok(prepare(connection, sql)?.query_row([id.as_str()], |row| row.get(0)).optional()?)
}

/// The owner ids of the processes, other than `ours`, that have started what is not finished.
pub(super) fn other_process_owners(connection: &Connection, ours: &str) -> Result<Vec<String>, Error> {
    let sql = "SELECT DISTINCT process_owner FROM projects WHERE state = 'started' AND process_owner <> ?1";
    let owners = prepare(connection, sql)?.query_map([ours], |row| row.get(0))?.collect::<Result<_, _>>()?;
    Ok(owners)
}

/// Gives what `from` has started and not finished to `to`, and returns it, oldest first.
pub(super) fn take_over(connection: &Connection, from: &str, to: &str) -> Result<Vec<Project>, Error> {
    let sql =
        concat!("SELECT ", columns!(), " FROM projects WHERE state = 'started' AND process_owner = ?1 ORDER BY number");
    let mut taken = collect(connection, sql, params![from])?;
    let sql = "UPDATE projects SET process_owner = ?2 WHERE state = 'started' AND process_owner = ?1";
    prepare(connection, sql)?.execute([from, to])?;
    for project in &mut taken {
        to.clone_into(&mut project.process_owner);
    }
    Ok(taken)
}

fn collect(connection: &Connection, sql: &str, values: impl rusqlite::Params) -> Result<Vec<Project>, Error> {
    let projects = prepare(connection, sql)?.query_map(values, read)?.collect::<Result<_, _>>()?;
    Ok(projects)
}

fn read(row: &Row<'_>) -> rusqlite::Result<Project> {
    Ok(Project {
        id: read_id(row, 0)?,
        name: row.get(1)?,
        owner: row.get(2)?,
        template: row.get(3)?,
        stack: row.get(4)?,
        blueprint_version: row.get(5)?,
        blueprint_hash: row.get(6)?,
        catalogue: row.get(7)?,
        plan_hash: row.get(8)?,
        answers: row.get(9)?,
        target: row.get(10)?,
        git: row.get(11)?,
        state: read_state(row, 12)?,
        process_owner: row.get(13)?,
        commit: row.get(14)?,
        started_at_ms: row.get(15)?,
        finished_at_ms: row.get(16)?,
    })
}

fn read_state(row: &Row<'_>, column: usize) -> rusqlite::Result<State> {
    let text: String = row.get(column)?;
    let states = [State::Started, State::Finished, State::Abandoned];
    let known = states.into_iter().find(|state| state.as_str() == text);
    known.ok_or_else(|| unknown_value(column, format!("no state is called {text:?}").into()))
}

/// A project's id, from any table.
pub(super) fn read_id(row: &Row<'_>, column: usize) -> rusqlite::Result<ProjectId> {
    row.get::<_, String>(column)?.parse().map_err(|cause| unknown_value(column, Box::new(cause)))
}

fn unknown_value(column: usize, cause: Box<dyn std::error::Error + Send + Sync>) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(column, Type::Text, cause)
}
