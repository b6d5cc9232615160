//! Deletes a secret with all its versions.

use domain::Operation;
use schemars::JsonSchema;
use serde::Serialize;

use super::entry;
use super::list::missing;
use super::place::{SecretPlace, enter_privileged};
use crate::error::Error;
use crate::services::{Call, Services};

/// A secret that is not kept any more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DeletedSecret {
    /// Its name.
    pub name: String,
    /// Its environment.
    pub environment: String,
    /// Its project; absent for one of no project.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub project: Option<String>,
}

/// Deletes a secret, and all its versions with it. It is not to be had back.
///
/// # Errors
/// When there is none, the caller may not delete it, or the store cannot be written.
pub fn delete_secret(
    services: &Services,
    call: &Call<'_>,
    place: &SecretPlace<'_>,
    name: &str,
) -> Result<DeletedSecret, Error> {
    let (place, draft) = enter_privileged(services, call, Operation::DeleteSecret, place)?;
    let of = place.secret(name)?;
    let entry = entry::of_secret(&draft, &of, "all versions")?;
    if !services.store.delete_secret(&of, &entry)? {
        return Err(missing());
    }
    let project = of.project.as_ref().map(ToString::to_string);
    Ok(DeletedSecret { name: of.name, environment: of.environment, project })
}
