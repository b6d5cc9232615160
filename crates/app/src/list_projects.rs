//! The projects a caller may see.

use domain::{Operation, Permission, Resource};
use store::Readable;

use crate::authorise::authorise;
use crate::error::Error;
use crate::principal::EVERYBODY;
use crate::report::ProjectList;
use crate::services::{Call, Services};
use crate::stored_project::summary;

const DEFAULT_LIMIT: u32 = 50;
const MAX_LIMIT: u32 = 500;

/// At most `limit` projects, newest first, older than the one with the id `cursor`.
///
/// # Errors
/// When `limit` or `cursor` is malformed, or the store cannot be read.
pub fn list_projects(
    services: &Services,
    call: &Call<'_>,
    limit: Option<u32>,
    cursor: Option<&str>,
) -> Result<ProjectList, Error> {
    let everybody = call.caller.permissions.has(Permission::ReadAllProjects);
    // A list of everybody's projects is a look at others' data, and told in the audit log.
    let owner = everybody.then_some(EVERYBODY);
    authorise(services, call, Operation::ListProjects, Resource { owner, ..Resource::default() })?;
    let limit = limit.unwrap_or(DEFAULT_LIMIT);
    if !(1..=MAX_LIMIT).contains(&limit) {
        return Err(Error::invalid(
            "limit",
            "The limit is out of range.",
            format!("Give a number from 1 to {MAX_LIMIT}."),
        ));
    }
    let malformed = |_| {
        Error::invalid(
            "cursor",
            "This is not the id of a project.",
            "Give the id of the last project of the page before.",
        )
    };
    let before = cursor.map(str::parse).transpose().map_err(malformed)?;
    let readable = Readable {
        owner: (!everybody).then_some(call.caller.name.as_str()),
        teams: if everybody { &[] } else { &call.caller.teams },
        only: call.caller.only_projects.as_deref(),
    };
    let projects = services.store.projects_readable(&readable, limit, before.as_ref())?;
    Ok(ProjectList { projects: projects.into_iter().map(summary).collect() })
}
