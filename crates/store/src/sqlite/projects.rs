//! The table of projects.

use domain::ProjectId;
use rusqlite::types::Type;
use rusqlite::{Connection, OptionalExtension, Row, named_params, params};

use crate::access_record::{Allowance, Readable};
use crate::error::{Bound, Error, ErrorKind};
use crate::record::{NewProject, Project, State};
use crate::sqlite::columns::{count, project_id, to_json};
use crate::sqlite::statement::prepare;
use crate::sqlite::{checks, project_dependencies, secrets, vulnerabilities};

/// All of a `Project`, in the order in which `read` takes it.
macro_rules! columns {
    () => {
        "id, name, owner, template, stack, blueprint_version, blueprint_hash, catalogue, plan_hash, answers, target, \
         git, state, process_owner, commit_id, started_at_ms, finished_at_ms, team, bytes"
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
            :answers, :target, :git, :state, :process_owner, NULL, :now_ms, NULL, NULL, :bytes)"
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
        ":bytes": i64::try_from(project.bytes).unwrap_or(i64::MAX),
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

/// The projects that lie at this folder, beneath it or around it.
pub(super) fn at(connection: &Connection, folder: &str) -> Result<Vec<Project>, Error> {
    let sql = concat!(
        "SELECT ",
        columns!(),
        " FROM projects WHERE target IS NOT NULL AND state <> 'abandoned' AND (target = ?1
            OR substr(target, 1, length(?1) + 1) = ?1 || '/' OR substr(?1, 1, length(target) + 1) = target || '/')
            ORDER BY number"
    );
    collect(connection, sql, params![folder])
}

/// The same of those that `readable` says.
pub(super) fn list_readable(
    connection: &Connection,
    readable: &Readable<'_>,
    limit: u32,
    before: Option<&ProjectId>,
) -> Result<Vec<Project>, Error> {
    if readable.teams.is_empty() && readable.only.is_none() {
        return list(connection, readable.owner, limit, before);
    }
    let Some(before) = place_in_list(connection, before)? else { return Ok(Vec::new()) };
    let (teams, only) = (to_json(readable.teams)?, readable.only.map(to_json).transpose()?);
    let sql = match (readable.owner.is_some(), only.is_some()) {
        (true, false) => concat!(
            "SELECT ",
            columns!(),
            " FROM projects WHERE number < ?1 AND (owner = ?3 OR team IN (SELECT value FROM json_each(?4))) AND ?5 IS NULL
                ORDER BY number DESC LIMIT ?2"
        ),
        _ => concat!(
            "SELECT ",
            columns!(),
            " FROM projects WHERE number < ?1 AND (?3 IS NULL OR owner = ?3 OR team IN (SELECT value FROM json_each(?4)))
                AND (?5 IS NULL OR id IN (SELECT value FROM json_each(?5))) ORDER BY number DESC LIMIT ?2"
        ),
    };
    collect(connection, sql, params![before, limit, readable.owner, teams, only])
}

/// How many projects `owner` keeps, and the bytes of their files.
pub(super) fn held(connection: &Connection, owner: &str) -> Result<(u64, u64), Error> {
    let sql = "SELECT count(*), coalesce(sum(bytes), 0) FROM projects WHERE owner = ?1 AND state <> 'abandoned'";
    Ok(prepare(connection, sql)?.query_row([owner], |row| Ok((count(row, 0)?, count(row, 1)?)))?)
}

/// Refuses one project of `bytes` more for `owner` where that goes beyond `allowed`.
pub(super) fn refuse_beyond(
    connection: &Connection,
    owner: &str,
    bytes: u64,
    allowed: &Allowance,
) -> Result<(), Error> {
    let (projects, held) = held(connection, owner)?;
    let bound = if projects.saturating_add(1) > allowed.projects {
        Bound::Projects
    } else if held.saturating_add(bytes) > allowed.bytes {
        Bound::ProjectBytes
    } else {
        return Ok(());
    };
    Err(Error::new(ErrorKind::Full(bound), format!("{owner} keeps {projects} projects with {held} bytes.")))
}

/// The state of a project that is to be changed from outside, which cannot be while it is written.
fn settled(connection: &Connection, id: &ProjectId) -> Result<Option<Project>, Error> {
    match get(connection, id)? {
        Some(project) if project.state == State::Started => {
            Err(Error::new(ErrorKind::BeingWritten, format!("The project {id} is being written.")))
        }
        found => Ok(found),
    }
}

/// Forgets a project that is not being written, with its events and links. Whether there was one.
pub(super) fn delete(connection: &Connection, id: &ProjectId) -> Result<bool, Error> {
    if settled(connection, id)?.is_none() {
        return Ok(false);
    }
    let secrets = secrets::held(connection, id)?;
    if secrets > 0 {
        return Err(Error::new(ErrorKind::HasSecrets, format!("The project {id} has secrets: {secrets}.")));
    }
    prepare(connection, "DELETE FROM downloads WHERE project = ?1")?.execute([id.as_str()])?;
    prepare(connection, "DELETE FROM events WHERE project = ?1")?.execute([id.as_str()])?;
    forget_found(connection, id.as_str())?;
    Ok(prepare(connection, "DELETE FROM projects WHERE id = ?1")?.execute([id.as_str()])? == 1)
}

/// Forgets all that checks of a project found.
fn forget_found(connection: &Connection, id: &str) -> Result<(), Error> {
    checks::delete_of(connection, id)?;
    project_dependencies::delete_of(connection, id)?;
    vulnerabilities::delete_of(connection, id)
}

/// Gives a project that is not being written to `owner` and `team`; its links die. Whether there was one.
pub(super) fn give(
    connection: &Connection,
    id: &ProjectId,
    owner: &str,
    team: Option<&str>,
    allowed: Option<&Allowance>,
) -> Result<bool, Error> {
    let Some(project) = settled(connection, id)? else { return Ok(false) };
    if let Some(allowed) = allowed.filter(|_| project.owner != owner && project.state != State::Abandoned) {
        refuse_beyond(connection, owner, project.bytes, allowed)?;
    }
    prepare(connection, "DELETE FROM downloads WHERE project = ?1")?.execute([id.as_str()])?;
    let sql = "UPDATE projects SET owner = ?2, team = ?3 WHERE id = ?1";
    Ok(prepare(connection, sql)?.execute(params![id.as_str(), owner, team])? == 1)
}

/// Leaves of the projects of `owner` what tells nothing of anybody, and gives them to `nobody`: how many.
pub(super) fn erase(connection: &Connection, owner: &str, nobody: &str) -> Result<u64, Error> {
    let sql = "SELECT id FROM projects WHERE owner = ?1 AND state = 'started' LIMIT 1";
    if prepare(connection, sql)?.exists([owner])? {
        return Err(Error::new(ErrorKind::BeingWritten, format!("A project of {owner} is being written.")));
    }
    let sql = "DELETE FROM downloads WHERE project IN (SELECT id FROM projects WHERE owner = ?1)";
    prepare(connection, sql)?.execute([owner])?;
    let sql = "SELECT id FROM projects WHERE owner = ?1";
    let theirs: Vec<String> =
        prepare(connection, sql)?.query_map([owner], |row| row.get(0))?.collect::<Result<_, _>>()?;
    theirs.iter().try_for_each(|id| forget_found(connection, id))?;
    let sql =
        "UPDATE projects SET owner = ?2, name = '', answers = '{}', target = NULL, commit_id = NULL, plan_hash = ''
        WHERE owner = ?1";
    Ok(prepare(connection, sql)?.execute([owner, nobody])? as u64)
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
        id: project_id(row, 0)?,
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
        team: row.get(17)?,
        bytes: count(row, 18)?,
    })
}

fn read_state(row: &Row<'_>, column: usize) -> rusqlite::Result<State> {
    let text: String = row.get(column)?;
    let states = [State::Started, State::Finished, State::Abandoned];
    let known = states.into_iter().find(|state| state.as_str() == text);
    known.ok_or_else(|| unknown_value(column, format!("no state is called {text:?}").into()))
}

fn unknown_value(column: usize, cause: Box<dyn std::error::Error + Send + Sync>) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(column, Type::Text, cause)
}
