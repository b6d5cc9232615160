//! The secrets that a caller may see the names of.

use domain::Operation;

use super::names;
use super::place::{SecretPlace, enter, project};
use super::summary::{SecretList, SecretSummary};
use crate::clock::now_ms;
use crate::error::{Error, ErrorKind};
use crate::services::{Call, Services};

/// The secrets of a project, or of none: of `environment`, or of all.
///
/// # Errors
/// When the caller may not see them, an argument cannot be used, or the store cannot be read.
pub fn list_secrets(
    services: &Services,
    call: &Call<'_>,
    project_id: Option<&str>,
    environment: Option<&str>,
) -> Result<SecretList, Error> {
    let project = project(services, call, Operation::ListSecrets, project_id)?;
    let environment = environment.map(names::environment).transpose()?;
    let found = services.store.secrets(project.as_ref(), environment)?;
    let now = now_ms();
    Ok(SecretList { secrets: found.iter().map(|secret| SecretSummary::of(secret, now)).collect() })
}

/// One secret, with its versions.
///
/// # Errors
/// When there is none, the caller may not see it, or the store cannot be read.
pub fn show_secret(
    services: &Services,
    call: &Call<'_>,
    place: &SecretPlace<'_>,
    name: &str,
) -> Result<SecretSummary, Error> {
    let of = enter(services, call, Operation::ListSecrets, place)?.secret(name)?;
    let found = services.store.secret(&of)?.ok_or_else(missing)?;
    Ok(SecretSummary::of(&found, now_ms()))
}

pub(crate) fn missing() -> Error {
    let hint = "Look at the names there are: smart-begin secret list. The environment and the project count as well.";
    Error::new(ErrorKind::NotFound, "There is no such secret.", hint).on("name")
}
