//! Takes in the variables of a `.env` file: all of them, or none.

use domain::Operation;
use schemars::JsonSchema;
use secrecy::SecretString;
use serde::Serialize;
use store::{Recorded, SecretName};
use vault::Keyring;

use super::place::{Place, SecretPlace, enter_privileged};
use super::set::{ATTEMPTS, contended};
use super::{entry, names, seal};
use crate::audit::Draft;
use crate::clock::now_ms;
use crate::error::Error;
use crate::services::{Call, Services};

/// A secret to be taken in.
#[derive(Debug)]
pub struct NewSecret {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: SecretString,
    /// The line it starts on.
    pub line: usize,
}

/// What was taken in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ImportedSecrets {
    /// The environment.
    pub environment: String,
    /// The project; absent for none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub project: Option<String>,
    /// Each of them, in the order of the file.
    pub secrets: Vec<ImportedSecret>,
}

/// A secret that was taken in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ImportedSecret {
    /// Its name.
    pub name: String,
    /// The number of its current version.
    pub version: u64,
    /// `created`, or `changed` where there was one.
    pub outcome: String,
}

/// Takes in `new`: each gets a new version. Whether it had the same value already is not looked at: that would tell
/// somebody who may write and not read whether they guessed it.
///
/// # Errors
/// When the caller may not, a name or a value cannot be used, a bound is reached, or the key or the store fails.
pub fn import_secrets(
    services: &Services,
    call: &Call<'_>,
    place: &SecretPlace<'_>,
    new: &[NewSecret],
) -> Result<ImportedSecrets, Error> {
    let (place, draft) = enter_privileged(services, call, Operation::WriteSecret, place)?;
    check(new)?;
    let keys = services.vault.keyring()?;
    for _ in 0..ATTEMPTS {
        if let Some(secrets) = attempt(services, call, &draft, &keys, &place, new)? {
            let project = place.project.as_ref().map(ToString::to_string);
            return Ok(ImportedSecrets { environment: place.environment, project, secrets });
        }
    }
    Err(contended())
}

/// All that is wrong at once, by line.
fn check(new: &[NewSecret]) -> Result<(), Error> {
    let mut wrong = Vec::new();
    for secret in new {
        if let Some(why) = names::fault(&secret.name) {
            wrong.push(format!("line {}: {why}", secret.line));
        }
        seal::check(&secret.value)
            .map_err(|error| Error { message: format!("Line {}: {}", secret.line, error.message), ..error })?;
    }
    if wrong.is_empty() {
        return Ok(());
    }
    let hint = "Take these lines out: what is no secret belongs into the program's own configuration.";
    Err(Error::invalid("file", format!("Some variables cannot be kept as secrets: {}.", wrong.join("; ")), hint))
}

/// None when somebody else was faster.
fn attempt(
    services: &Services,
    call: &Call<'_>,
    draft: &Draft<'_>,
    keys: &Keyring,
    place: &Place,
    new: &[NewSecret],
) -> Result<Option<Vec<ImportedSecret>>, Error> {
    let kept = services.store.secrets(place.project.as_ref(), Some(&place.environment))?;
    let (mut outcomes, mut versions, mut entries) = (Vec::new(), Vec::new(), Vec::new());
    for secret in new {
        let of = place.secret(&secret.name)?;
        let found = kept.iter().find(|found| found.of == of);
        let version = found.map_or(0, |found| found.last_version) + 1;
        versions.push(seal::seal(keys, &of, version, &secret.value, &call.caller.name)?);
        entries.push(entry::of_version(draft, &of, version)?);
        outcomes.push(outcome(&of, version, if found.is_some() { "changed" } else { "created" }));
    }
    match services.store.set_secrets(&versions, now_ms(), &entries)? {
        Ok(()) => Ok(Some(outcomes)),
        Err((_, Recorded::Taken { .. })) => Ok(None),
        Err(_) => Err(Error::internal("secrets were taken in on a condition that nobody made")),
    }
}

fn outcome(of: &SecretName, version: u64, outcome: &str) -> ImportedSecret {
    ImportedSecret { name: of.name.clone(), version, outcome: outcome.to_owned() }
}
