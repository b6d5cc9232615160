//! One project, with its answers and what happened to it.

use domain::Operation;
use store::Project;

use crate::clock::rfc3339;
use crate::error::Error;
use crate::report::{ProjectDetails, ProjectEvent};
use crate::services::{Call, Services};
use crate::stored_project::{find, summary};

/// The project `id`.
///
/// # Errors
/// When it does not exist or the caller may not see it, or the store cannot be read.
pub fn show_project(services: &Services, call: &Call<'_>, id: &str) -> Result<ProjectDetails, Error> {
    details(services, find(services, call, Operation::ReadProject, id)?)
}

pub(crate) fn details(services: &Services, project: Project) -> Result<ProjectDetails, Error> {
    let events = services.store.events(&project.id)?.into_iter().map(|recorded| ProjectEvent {
        at: rfc3339(recorded.at_ms),
        kind: recorded.event.kind.as_str().to_owned(),
        caller: recorded.event.caller,
        request: recorded.event.request.to_string(),
        detail: recorded.event.detail,
    });
    let events = events.collect();
    let answers = serde_json::from_str(&project.answers).map_err(Error::internal)?;
    Ok(ProjectDetails { summary: summary(project), answers, events })
}
