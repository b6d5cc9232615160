//! Where secrets are: in an environment of a project, or of no project. And who may go there.

use domain::{Operation, ProjectId, Resource};
use store::SecretName;

use super::names;
use crate::audit::Draft;
use crate::authorise::{authorise, authorise_change};
use crate::error::Error;
use crate::principal::EVERYBODY;
use crate::services::{Call, Services};
use crate::stored_project::{find, find_to_change};

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

/// Goes to `place` to look, where the caller may do `operation` there.
pub(crate) fn enter(
    services: &Services,
    call: &Call<'_>,
    operation: Operation,
    place: &SecretPlace<'_>,
) -> Result<Place, Error> {
    let project = project(services, call, operation, place.project)?;
    Ok(Place { project, environment: names::environment(place.environment)?.to_owned() })
}

/// Goes to `place` to change something or to read values there; with the draft of what that is told as.
pub(crate) fn enter_privileged<'a>(
    services: &'a Services,
    call: &Call<'_>,
    operation: Operation,
    place: &SecretPlace<'_>,
) -> Result<(Place, Draft<'a>), Error> {
    let (project, draft) = match place.project {
        Some(id) => {
            let (project, draft) = find_to_change(services, call, operation, id)?;
            (Some(project.id), draft)
        }
        None => {
            refuse_bound(call)?;
            (None, authorise_change(services, call, operation, NOBODYS)?)
        }
    };
    Ok((Place { project, environment: names::environment(place.environment)?.to_owned() }, draft))
}

/// The project with this id, or none, where the caller may look at its secrets by `operation`.
pub(crate) fn project(
    services: &Services,
    call: &Call<'_>,
    operation: Operation,
    id: Option<&str>,
) -> Result<Option<ProjectId>, Error> {
    if let Some(id) = id {
        return Ok(Some(find(services, call, operation, id)?.id));
    }
    refuse_bound(call)?;
    authorise(services, call, operation, NOBODYS)?;
    Ok(None)
}

/// What is of no project is nobody's own, so that it needs the permission for everybody's.
const NOBODYS: Resource<'static> = Resource { owner: Some(EVERYBODY), team: None, project: None };

/// A credential for certain projects reaches nothing that is of none, whatever its roles.
fn refuse_bound(call: &Call<'_>) -> Result<(), Error> {
    if call.caller.only_projects.is_none() {
        return Ok(());
    }
    let hint = "Name one of its projects with --project, or use another token.";
    Err(Error::refused("This token is good for certain projects only.", hint))
}
