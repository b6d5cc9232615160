//! Sets a secret: a new version, which is the current one from then on.

use domain::Operation;
use schemars::JsonSchema;
use secrecy::SecretString;
use serde::Serialize;
use store::{Recorded, SecretName};
use vault::Keyring;

use super::place::{SecretPlace, enter_privileged};
use super::{entry, seal};
use crate::audit::Draft;
use crate::clock::now_ms;
use crate::error::{Error, ErrorKind};
use crate::services::{Call, Services};

/// How often a number that somebody else was faster to take is asked for anew.
pub(crate) const ATTEMPTS: u32 = 32;

const MINUTE_MS: i64 = 60_000;

/// A secret that was set.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SetSecret {
    /// Its name.
    pub name: String,
    /// Its environment.
    pub environment: String,
    /// Its project; absent for one of no project.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub project: Option<String>,
    /// The number of the new version.
    pub version: u64,
}

/// Sets a secret to `value`. The version before it stays good for the grace of the secret's rotation, where it has one.
///
/// # Errors
/// When the caller may not, an argument or the value cannot be used, a bound is reached, or the key or the store fails.
pub fn set_secret(
    services: &Services,
    call: &Call<'_>,
    place: &SecretPlace<'_>,
    name: &str,
    value: &SecretString,
) -> Result<SetSecret, Error> {
    let (place, draft) = enter_privileged(services, call, Operation::WriteSecret, place)?;
    let of = place.secret(name)?;
    seal::check(value)?;
    let version = record(services, call, &draft, &services.vault.keyring()?, &of, value)?;
    let project = of.project.as_ref().map(ToString::to_string);
    Ok(SetSecret { name: of.name, environment: of.environment, project, version })
}

/// The number is part of what is sealed, so that it is asked for first; who was slower seals anew.
fn record(
    services: &Services,
    call: &Call<'_>,
    draft: &Draft<'_>,
    keys: &Keyring,
    of: &SecretName,
    value: &SecretString,
) -> Result<u64, Error> {
    let found = services.store.secret(of)?;
    let grace = found.as_ref().map_or(0, |secret| secret.policy.grace_minutes);
    let mut version = found.map_or(0, |secret| secret.last_version) + 1;
    for _ in 0..ATTEMPTS {
        let new = seal::seal(keys, of, version, value, &call.caller.name)?;
        let now = now_ms();
        let until = (grace > 0).then(|| now + i64::from(grace) * MINUTE_MS);
        let entry = entry::of_version(draft, of, version)?;
        match services.store.set_secret(&new, until, None, now, &entry)? {
            Recorded::Done => return Ok(version),
            Recorded::Taken { next } => version = next,
            Recorded::Changed => return Err(Error::internal("a secret was set on a condition that nobody made")),
        }
    }
    Err(contended())
}

pub(crate) fn contended() -> Error {
    Error::new(ErrorKind::Unavailable, "Others set the same secret all the time.", "Find out who, and try again.")
}
