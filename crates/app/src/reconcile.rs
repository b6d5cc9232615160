//! What was started and not finished, settled: finished when every file is in place, else given up without a trace.

use domain::{Event, EventKind, ProjectId, RequestId};
use safe_fs::Place;
use store::Project;

use crate::error::Error;
use crate::services::Services;
use crate::stored_project::render;

/// The staging folder of a project, beside its target.
pub(crate) fn staging_name(id: &ProjectId) -> String {
    format!(".smart-begin-{id}")
}

/// A project whose process was gone, and how it was settled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reconciled {
    /// The project.
    pub id: ProjectId,
    /// Whether it turned out to be finished; else it was given up.
    pub finished: bool,
}

/// Settles every project whose process is gone. Called when the program starts.
///
/// # Errors
/// When the store cannot be read or written. A project whose folder cannot be looked at is left for the next start.
pub fn reconcile(services: &Services) -> Result<Vec<Reconciled>, Error> {
    let mut settled = Vec::new();
    for project in services.store.unfinished_of_gone_owners()? {
        match settle(services, &project, "the process that began it ended") {
            Ok(finished) => settled.push(Reconciled { id: project.id, finished }),
            Err(error) => tracing::warn!(project = %project.id, cause = ?error.source, "could not settle a project: {}", error.message),
        }
    }
    Ok(settled)
}

/// Looks at the disk, then records what is true there.
fn settle(services: &Services, project: &Project, why: &str) -> Result<bool, Error> {
    if !in_place(services, project)? {
        abandon(services, project, RequestId::random()?, why)?;
        return Ok(false);
    }
    let event = Event {
        kind: EventKind::ProjectFinished,
        project: project.id.clone(),
        caller: project.owner.clone(),
        request: RequestId::random()?,
        detail: Some(format!("settled afterwards: {why}")),
    };
    services.store.finish_project(&project.id, None, &event)?;
    Ok(true)
}

/// Records that a project of this process was given up.
pub(crate) fn abandon(services: &Services, project: &Project, request: RequestId, why: &str) -> Result<(), Error> {
    let event = Event {
        kind: EventKind::ProjectAbandoned,
        project: project.id.clone(),
        caller: project.owner.clone(),
        request,
        detail: Some(why.to_owned()),
    };
    Ok(services.store.abandon_project(&project.id, &event)?)
}

/// Whether the project is in place. The rename is the one step that makes it so: a staging folder that is still there
/// means it did not happen, and is removed; none means it did, where the target bears this project's record.
pub(crate) fn in_place(services: &Services, project: &Project) -> Result<bool, Error> {
    let Some(target) = &project.target else { return Ok(false) };
    let place = match Place::of_operator(target.as_ref()) {
        Ok(place) => place,
        Err(error) if error.kind == safe_fs::ErrorKind::NoParent => return Ok(false),
        Err(error) => return Err(error.into()),
    };
    let staging = staging_name(&project.id);
    if place.has_staging(&staging) {
        place.remove_staging(&staging)?;
        return Ok(false);
    }
    let record = blueprint::Blueprint::record_path();
    let Some(found) = place.read(record) else { return Ok(false) };
    let rendered = render(&services.catalogue, project)?;
    Ok(rendered.plan.file(record).is_some_and(|planned| *planned.bytes == *found))
}
