//! Projects as the store keeps them: found for a caller, rendered again, and told.

use blueprint::{Answers, Blueprint, Catalogue, Plan};
use domain::{Operation, ProjectId, Resource};
use store::Project;

use crate::error::{Error, ErrorKind};
use crate::report::ProjectSummary;
use crate::services::{Call, Services};

/// The project `id` where the caller may read it. One that exists and is not theirs answers like one that does not exist.
pub(crate) fn find(services: &Services, call: &Call<'_>, id: &str) -> Result<Project, Error> {
    let missing = || {
        let hint = "Look at the list of projects for the ids there are.";
        Error::new(ErrorKind::NotFound, "There is no such project.", hint).on("projectId")
    };
    let id: ProjectId = id.trim().parse().map_err(|_| missing())?;
    let project = services.store.project(&id)?.ok_or_else(missing)?;
    let resource = Resource { owner: Some(&project.owner), team: None, project: Some(&project.id) };
    let allowed = call.caller.may(&services.policy.get(), Operation::ReadProject, resource);
    allowed.map_err(|_| missing())?;
    Ok(project)
}

/// A project's blueprint, answers and plan, as when it was begun.
pub(crate) struct Rendered<'a> {
    pub(crate) blueprint: &'a Blueprint,
    pub(crate) answers: Answers,
    pub(crate) plan: Plan,
}

pub(crate) fn render<'a>(catalogue: &'a Catalogue, project: &Project) -> Result<Rendered<'a>, Error> {
    let blueprint = catalogue.by_hash(&project.blueprint_hash)?.ok_or_else(|| {
        let message = "This project was begun with a blueprint that this version of smart-begin does not have.";
        Error::new(ErrorKind::Unavailable, message, "Use the version it was begun with, or a newer one.")
    })?;
    let answers: Answers = serde_json::from_str(&project.answers).map_err(Error::internal)?;
    let plan = blueprint.plan(&answers)?;
    Ok(Rendered { blueprint, answers, plan })
}

pub(crate) fn summary(project: Project) -> ProjectSummary {
    ProjectSummary {
        id: project.id.to_string(),
        name: project.name,
        state: project.state.as_str().to_owned(),
        template: project.template,
        stack: project.stack,
        blueprint_version: project.blueprint_version,
        plan_hash: project.plan_hash,
        owner: project.owner,
        target_directory: project.target,
        started_at: rfc3339(project.started_at_ms),
    }
}

/// A time in milliseconds since 1970 as RFC 3339 in UTC; the ends of the calendar where it lies beyond them.
pub(crate) fn rfc3339(milliseconds: i64) -> String {
    let clamped = if milliseconds < 0 { jiff::Timestamp::MIN } else { jiff::Timestamp::MAX };
    jiff::Timestamp::from_millisecond(milliseconds).unwrap_or(clamped).to_string()
}
