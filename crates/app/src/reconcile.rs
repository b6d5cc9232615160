//! What was started and not finished, settled: finished when every file is in place, else given up without a trace.

use domain::{Event, EventKind, ProjectId, RequestId, SecurityEvent};
use safe_fs::Place;
use store::{Project, State};

use crate::error::Error;
use crate::services::Services;
use crate::stored_project::render;

/// How many projects are looked at together.
const PAGE: u32 = 500;

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

/// What the disk and the store together say of a project that was started.
enum Found {
    InPlace,
    Nothing,
    /// Another process is about to put the same project at the same place: it cannot be told yet whose it will be.
    TooEarly,
}

/// Settles every project whose process is gone. Called when the program starts.
///
/// # Errors
/// When the store cannot be read or written. A project whose folder cannot be looked at is left for the next start.
pub fn reconcile(services: &Services) -> Result<Vec<Reconciled>, Error> {
    let mut settled = Vec::new();
    for project in services.store.unfinished_of_gone_owners()? {
        match settle(services, &project) {
            Ok(finished) => settled.extend(finished.map(|finished| Reconciled { id: project.id, finished })),
            Err(error) => {
                tracing::warn!(project = %project.id, cause = ?error.source, "could not settle a project: {}", error.message)
            }
        }
    }
    Ok(settled)
}

/// Looks at the disk, then records what is true there. Says whether it was finished, where that can be told.
fn settle(services: &Services, project: &Project) -> Result<Option<bool>, Error> {
    let finished = match look(services, project)? {
        Found::InPlace => true,
        Found::Nothing => false,
        Found::TooEarly => return Ok(None),
    };
    let event = Event {
        kind: if finished { EventKind::ProjectFinished } else { EventKind::ProjectAbandoned },
        project: project.id.clone(),
        caller: project.owner.clone(),
        request: RequestId::random()?,
        detail: Some("settled afterwards: the process that began it ended".to_owned()),
    };
    let told = if finished { SecurityEvent::ProjectFinished } else { SecurityEvent::ProjectAbandoned };
    let draft = services.audit.draft_of_event(&event.request, told).project(&project.id);
    let entry = draft.detail("settled afterwards: the process that began it ended").finish()?;
    if finished {
        services.store.finish_project(&project.id, None, &event, &entry)?;
    } else {
        services.store.abandon_project(&project.id, &event, &entry)?;
    }
    Ok(Some(finished))
}

/// The rename is the one step that puts a project in place: a staging folder that is still there means it did not
/// happen, and is removed; none means it did, where the target bears this project's record and nobody else put it there.
fn look(services: &Services, project: &Project) -> Result<Found, Error> {
    let Some(target) = &project.target else { return Ok(Found::Nothing) };
    let place = match Place::of_operator(target.as_ref()) {
        Ok(place) => place,
        Err(error) if error.kind == safe_fs::ErrorKind::NoParent => return Ok(Found::Nothing),
        Err(error) => return Err(error.into()),
    };
    let staging = staging_name(&project.id);
    if place.has_staging(&staging) {
        place.remove_staging(&staging)?;
        return Ok(Found::Nothing);
    }
    let record = blueprint::Blueprint::record_path();
    let Some(found) = place.read(record) else { return Ok(Found::Nothing) };
    let rendered = render(&services.catalogue, project)?;
    if rendered.plan.file(record).is_none_or(|planned| *planned.bytes != *found) {
        return Ok(Found::Nothing);
    }
    whose(services, project)
}

/// Two calls with the same answers for one target write the same record, and one of them wins: where another was
/// finished with this plan at this target, what is there counts as that one's, so that no folder has two.
fn whose(services: &Services, project: &Project) -> Result<Found, Error> {
    let mut last: Option<ProjectId> = None;
    let mut found = Found::InPlace;
    loop {
        let page = services.store.projects(None, PAGE, last.as_ref())?;
        let same = |other: &&Project| other.target == project.target && other.plan_hash == project.plan_hash;
        for other in page.iter().filter(same).filter(|other| other.id != project.id) {
            match other.state {
                State::Finished => return Ok(Found::Nothing),
                State::Started if other.process_owner != services.store.owner() => found = Found::TooEarly,
                State::Started | State::Abandoned => {}
            }
        }
        match page.last() {
            Some(oldest) => last = Some(oldest.id.clone()),
            None => return Ok(found),
        }
    }
}
