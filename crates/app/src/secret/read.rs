//! Reads values of secrets. Each reading is in the audit log before the value is given out.

use domain::Operation;
use secrecy::SecretString;
use store::SecretName;

use super::list::missing;
use super::place::{SecretPlace, enter_privileged};
use super::set::{ATTEMPTS, contended};
use super::{entry, seal};
use crate::audit::Draft;
use crate::error::{Error, ErrorKind};
use crate::services::{Call, Services};

/// A secret with its value, which `Debug` does not show.
#[derive(Debug)]
pub struct OpenedSecret {
    /// Its name.
    pub name: String,
    /// The number of the version.
    pub version: u64,
    /// Its value.
    pub value: SecretString,
}

/// The value of a secret: of its current version, or of the one with this number.
///
/// # Errors
/// When there is none, the caller may not read it, or the key or the store fails.
pub fn read_secret(
    services: &Services,
    call: &Call<'_>,
    place: &SecretPlace<'_>,
    name: &str,
    version: Option<u64>,
) -> Result<OpenedSecret, Error> {
    let (place, draft) = enter_privileged(services, call, Operation::ReadSecret, place)?;
    let of = place.secret(name)?;
    for _ in 0..ATTEMPTS {
        let secret = services.store.secret(&of)?.ok_or_else(missing)?;
        let number = match version {
            Some(version) => secret.versions.iter().find(|found| found.version == version).map(|found| found.version),
            None => secret.current().map(|current| current.version),
        };
        let number = number.ok_or_else(no_version)?;
        // Between the two it can only have been deleted, or pruned.
        if let Some(opened) = open(services, &draft, &[(of.clone(), number)])?.pop() {
            return Ok(opened);
        }
    }
    Err(contended())
}

/// All secrets of an environment, by name, each with its current value.
///
/// # Errors
/// When the caller may not read them, or the key or the store fails.
pub fn open_environment(
    services: &Services,
    call: &Call<'_>,
    place: &SecretPlace<'_>,
) -> Result<Vec<OpenedSecret>, Error> {
    let (place, draft) = enter_privileged(services, call, Operation::ReadSecret, place)?;
    let found = services.store.secrets(place.project.as_ref(), Some(&place.environment))?;
    let wanted: Vec<_> =
        found.into_iter().filter_map(|secret| Some((secret.of.clone(), secret.current()?.version))).collect();
    open(services, &draft, &wanted)
}

/// Those of `wanted` that are there, opened. All of them open, or none is given out.
pub(crate) fn open(
    services: &Services,
    draft: &Draft<'_>,
    wanted: &[(SecretName, u64)],
) -> Result<Vec<OpenedSecret>, Error> {
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let keys = services.vault.keyring()?;
    let entries = wanted.iter().map(|(of, version)| entry::of_version(draft, of, *version));
    let entries = entries.collect::<Result<Vec<_>, _>>()?;
    let found = services.store.read_secrets(wanted, &entries)?;
    let open = |sealed: store::SealedVersion| {
        let value = seal::open(&keys, &sealed)?;
        Ok(OpenedSecret { name: sealed.of.name, version: sealed.version, value })
    };
    found.into_iter().flatten().map(open).collect()
}

fn no_version() -> Error {
    let hint = "Look at the versions there are: smart-begin secret versions NAME.";
    Error::new(ErrorKind::NotFound, "The secret has no such version.", hint).on("version")
}
