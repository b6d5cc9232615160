//! The key-encryption keys: which versions are under which, and putting them under the present one while everything
//! stays readable: the keys hold both, each batch is a transaction, and what is cut short goes on where it was.

use domain::{Operation, Resource};
use schemars::JsonSchema;
use serde::Serialize;
use store::{Rewrapped, SealedVersion};
use vault::{Keyring, Sealed};

use super::seal;
use crate::audit::Draft;
use crate::authorise::{authorise, authorise_change};
use crate::error::{Error, ErrorKind};
use crate::services::{Call, Services};

/// The most that is told of versions that could not be rewrapped.
const TOLD: usize = 20;

/// Which versions are under which key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct KeyStatus {
    /// The id of the key that seals now; absent where none is configured.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub current: Option<String>,
    /// Each key that is in use, by id, and the one that seals.
    pub keys: Vec<KeyUse>,
}

/// A key, and how much is under it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct KeyUse {
    /// Its id.
    pub id: String,
    /// What it is here.
    pub state: KeyState,
    /// How many versions of secrets are under it.
    pub versions: u64,
}

/// What a key is here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum KeyState {
    /// It seals.
    Current,
    /// It opens what it sealed.
    Older,
    /// It is not configured: what is under it cannot be opened.
    Missing,
}

/// How many versions are under which key.
///
/// # Errors
/// When the caller may not see it, or the keys or the store cannot be read.
pub fn key_status(services: &Services, call: &Call<'_>) -> Result<KeyStatus, Error> {
    authorise(services, call, Operation::ReadConfiguration, Resource::default())?;
    let keys = services.vault.keyring_if_any()?;
    let current = keys.as_ref().map(Keyring::current_id).transpose()?.map(|id| id.to_string());
    let state = |id: &str| match (&keys, id.parse()) {
        _ if Some(id) == current.as_deref() => KeyState::Current,
        (Some(keys), Ok(id)) if keys.can_open(&id) => KeyState::Older,
        _ => KeyState::Missing,
    };
    let counted = services.store.versions_by_kek()?.into_iter();
    let mut used: Vec<_> = counted.map(|(id, versions)| KeyUse { state: state(&id), id, versions }).collect();
    if let Some(current) = current.as_ref().filter(|current| !used.iter().any(|key| key.id == **current)) {
        used.push(KeyUse { id: current.clone(), state: KeyState::Current, versions: 0 });
    }
    Ok(KeyStatus { current, keys: used })
}

/// Writes down that the key `id` is about to be `what`, for example made; or refuses it.
///
/// # Errors
/// When the caller may not, or the store cannot be written.
pub fn record_key(services: &Services, call: &Call<'_>, id: &str, what: &str) -> Result<(), Error> {
    let draft = authorise_change(services, call, Operation::RotateKeys, Resource::default())?;
    services.audit.record(draft.on("key", id).detail(what))
}

/// What came of rewrapping.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RotatedKeys {
    /// The id of the key that everything is under now.
    pub key: String,
    /// How many versions were rewrapped.
    pub rewrapped: u64,
    /// How many are not under it.
    pub left: u64,
    /// The ids of those keys that nothing is under any more, and that something was under before.
    pub unneeded: Vec<String>,
    /// Why versions could not be rewrapped, the first ones.
    pub failures: Vec<String>,
}

/// Puts every version under the present key, `batch` at a time; `progress` hears how many of how many are done. Whatever
/// happens, every version stays under one of the keys. Called again it goes on where it was.
///
/// # Errors
/// When the caller may not, no key is configured, or the server of the key or the store fails.
pub fn rotate_keys(
    services: &Services,
    call: &Call<'_>,
    batch: u32,
    mut progress: impl FnMut(u64, u64),
) -> Result<RotatedKeys, Error> {
    let draft = authorise_change(services, call, Operation::RotateKeys, Resource::default())?;
    if !(1..=1000).contains(&batch) {
        return Err(Error::invalid("batch", "There cannot be so many in one batch.", "Give a number from 1 to 1000."));
    }
    let keys = services.vault.keyring()?;
    let current = keys.current_id()?.to_string();
    let before = services.store.versions_by_kek()?;
    let total = others(&before, &current);
    let draft = draft.on("key", &current);
    services.audit.record(draft.clone().detail(format!("begins: {total} versions to go")))?;
    let mut work =
        Work { services, call, draft: &draft, keys: &keys, current: &current, batch, done: 0, failures: Vec::new() };
    progress(0, total);
    work.run(|done| progress(done, total))?;
    let after = services.store.versions_by_kek()?;
    let (rewrapped, left) = (work.done, others(&after, &current));
    services.audit.record(draft.clone().detail(format!("ends: {rewrapped} versions rewrapped, {left} left")))?;
    let gone = |id: &String| *id != current && !after.iter().any(|(used, _)| used == id);
    let unneeded = before.into_iter().map(|(id, _)| id).filter(gone).collect();
    work.failures.truncate(TOLD);
    let failures = work.failures;
    Ok(RotatedKeys { key: current, rewrapped, left, unneeded, failures })
}

fn others(counted: &[(String, u64)], current: &str) -> u64 {
    counted.iter().filter(|(id, _)| id != current).map(|(_, versions)| versions).sum()
}

struct Work<'a> {
    services: &'a Services,
    call: &'a Call<'a>,
    draft: &'a Draft<'a>,
    keys: &'a Keyring,
    current: &'a str,
    batch: u32,
    done: u64,
    failures: Vec<String>,
}

impl Work<'_> {
    fn run(&mut self, mut progress: impl FnMut(u64)) -> Result<(), Error> {
        let mut after = 0;
        loop {
            if self.call.watch.cancelled() {
                let hint = "Call again: it goes on where it was. Keep the older keys until then.";
                return Err(Error::new(ErrorKind::Cancelled, "Rewrapping was stopped.", hint));
            }
            let found = self.services.store.versions_not_under(self.current, after, self.batch)?;
            let Some(last) = found.last() else { return Ok(()) };
            after = last.row;
            let mut rewrapped = Vec::with_capacity(found.len());
            for version in found {
                rewrapped.extend(self.rewrap(version)?);
            }
            let entry = self.draft.clone().detail(format!("{} versions", rewrapped.len())).finish()?;
            self.done += self.services.store.rewrap_versions(&rewrapped, &entry)?;
            progress(self.done);
        }
    }

    /// None for one that cannot be: it is told at the end, and does not keep the others.
    fn rewrap(&mut self, version: SealedVersion) -> Result<Option<Rewrapped>, Error> {
        let bound = seal::bound(&version.of, version.version);
        let sealed = Sealed::from_bytes(&version.sealed).and_then(|sealed| self.keys.rewrap(&bound, &sealed));
        match sealed {
            Ok(sealed) => {
                let kek_id = sealed.kek_id().as_str().to_owned();
                Ok(Some(Rewrapped { row: version.row, sealed: sealed.to_bytes(), kek_id, was: version.sealed }))
            }
            Err(error) if is_of_this_one(&error) => {
                let told = seal::unopened(&version, error);
                self.failures.push(format!("{} {}", told.message, told.hint));
                Ok(None)
            }
            Err(error) => Err(error.into()),
        }
    }
}

/// Whether others can be rewrapped all the same.
fn is_of_this_one(error: &vault::Error) -> bool {
    use vault::Error as E;
    matches!(
        error,
        E::Malformed(_)
            | E::UnknownFormat(..)
            | E::KekMissing { .. }
            | E::Altered(_)
            | E::TransitVersionRetired(_)
            | E::TransitRefused(_)
    )
}
