//! Projects as the store keeps them: found for a caller, rendered again, and told.

use blueprint::{Answers, Blueprint, Catalogue, Plan};
use domain::{Operation, ProjectId, Resource};
use store::Project;

use crate::audit::Draft;
use crate::authorise::{authorise_change_found, authorise_found};
use crate::clock::rfc3339;
use crate::error::{Error, ErrorKind};
use crate::principal::ERASED;
use crate::report::ProjectSummary;
use crate::services::{Call, Services};

/// The project `id` where the caller may look at it by `operation`. One that exists and that they may not read answers
/// like one that does not exist.
pub(crate) fn find(services: &Services, call: &Call<'_>, operation: Operation, id: &str) -> Result<Project, Error> {
    let found = look_up(services, id)?;
    let resource = found.as_ref().map(resource);
    authorise_found(services, call, operation, Operation::ReadProject, resource, missing)?;
    found.ok_or_else(missing)
}

/// The same where `operation` changes something; with the draft of its entry.
pub(crate) fn find_to_change<'a>(
    services: &'a Services,
    call: &Call<'_>,
    operation: Operation,
    id: &str,
) -> Result<(Project, Draft<'a>), Error> {
    let found = look_up(services, id)?;
    let resource = found.as_ref().map(resource);
    let draft = authorise_change_found(services, call, operation, Operation::ReadProject, resource, missing)?;
    Ok((found.ok_or_else(missing)?, draft))
}

fn look_up(services: &Services, id: &str) -> Result<Option<Project>, Error> {
    let id = id.trim().parse::<ProjectId>().ok();
    Ok(id.map(|id| services.store.project(&id)).transpose()?.flatten())
}

fn missing() -> Error {
    let hint = "Look at the list of projects for the ids there are.";
    Error::new(ErrorKind::NotFound, "There is no such project.", hint).on("projectId")
}

/// A project, as decisions see it.
pub(crate) fn resource(project: &Project) -> Resource<'_> {
    Resource { owner: Some(&project.owner), team: project.team.as_deref(), project: Some(&project.id) }
}

/// Refuses what would show the content of a project whose owner was erased: there is none any more.
pub(crate) fn refuse_erased(project: &Project) -> Result<(), Error> {
    if project.owner != ERASED {
        return Ok(());
    }
    let message = "This project's name, answers and files were erased together with the person whose it was.";
    Err(Error::new(ErrorKind::NotFound, message, "Only its kind, its times and its size are still known."))
}

/// A project's blueprint, answers and plan, as when it was begun.
pub(crate) struct Rendered<'a> {
    pub(crate) blueprint: &'a Blueprint,
    pub(crate) answers: Answers,
    pub(crate) plan: Plan,
}

pub(crate) fn render<'a>(catalogue: &'a Catalogue, project: &Project) -> Result<Rendered<'a>, Error> {
    refuse_erased(project)?;
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
        team: project.team,
        target_directory: project.target,
        started_at: rfc3339(project.started_at_ms),
    }
}
