//! Where secrets are: in an environment of a project, or of no project. And who may go there.

use domain::{Operation, ProjectId, Resource};
use store::SecretName;

use super::names;
use crate::authorise::authorise;
use crate::error::Error;
use crate::principal::EVERYBODY;
use crate::services::{Call, Services};
use crate::stored_project;

/// Where secrets are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SecretPlace<'a> {
    /// The project's id; none for secrets of no project.
    pub project: Option<&'a str>,
    /// The environment.
    pub environment: &'a str,
}

/// A place where the caller may do what they want to.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    pub(crate) project: Option<ProjectId>,
    pub(crate) environment: String,
}

impl Place {
    /// A secret there.
    pub(crate) fn secret(&self, name: &str) -> Result<SecretName, Error> {
        let name = names::secret(name)?.to_owned();
        Ok(SecretName { project: self.project.clone(), environment: self.environment.clone(), name })
    }
}

/// Goes to `place`, where the caller may do `operation` there.
pub(crate) fn enter(
    services: &Services,
    call: &Call<'_>,
    operation: Operation,
    place: &SecretPlace<'_>,
) -> Result<Place, Error> {
    let project = project(services, call, operation, place.project)?;
    Ok(Place { project, environment: names::environment(place.environment)?.to_owned() })
}

/// The project with this id, or none, where the caller may do `operation` to its secrets.
pub(crate) fn project(
    services: &Services,
    call: &Call<'_>,
    operation: Operation,
    id: Option<&str>,
) -> Result<Option<ProjectId>, Error> {
    if let Some(id) = id {
        return Ok(Some(stored_project::find(services, call, operation, id)?.id));
    }
    if call.caller.only_projects.is_some() {
        let hint = "Name one of its projects with --project, or use another token.";
        return Err(Error::refused("This token is good for certain projects only.", hint));
    }
    // What is of no project is nobody's own, so that it needs the permission for everybody's.
    authorise(services, call, operation, Resource { owner: Some(EVERYBODY), ..Resource::default() })?;
    Ok(None)
}
