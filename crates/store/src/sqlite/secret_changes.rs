//! The store's methods about secrets on SQLite: which reads and which transactions each is made of.

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::ProjectId;
use rusqlite::Connection;

use crate::audit_record::NewEntry;
use crate::error::{Error, ErrorKind};
use crate::secret_record::{
    NewVersion, Recorded, Rewrapped, RotationPolicy, SealedVersion, Secret, SecretName, VersionState,
};
use crate::sqlite::change::Change;
use crate::sqlite::engine::Sqlite;
use crate::sqlite::{audit_entries, presence, secret_versions, secrets};

impl Change for Recorded {
    fn happened(&self) -> bool {
        *self == Self::Done
    }
}

impl Change for u64 {
    fn happened(&self) -> bool {
        *self > 0
    }
}

impl Sqlite {
    pub(crate) fn secret(&self, of: &SecretName) -> Result<Option<Secret>, Error> {
        self.readers.read(|connection| {
            let found = secrets::get(connection, of)?;
            found.map(|found| with_versions(connection, found)).transpose()
        })
    }

    pub(crate) fn secrets(&self, project: Option<&ProjectId>, environment: Option<&str>) -> Result<Vec<Secret>, Error> {
        self.read_all(|connection| secrets::list(connection, project, environment))
    }

    pub(crate) fn scheduled_secrets(&self, limit: u32) -> Result<Vec<Secret>, Error> {
        self.read_all(|connection| secrets::scheduled(connection, limit))
    }

    /// In one snapshot, so that a list shows no secret between two versions.
    fn read_all(
        &self,
        list: impl FnOnce(&Connection) -> Result<Vec<secrets::Found>, Error>,
    ) -> Result<Vec<Secret>, Error> {
        self.readers.read(|connection| {
            let snapshot = connection.unchecked_transaction()?;
            let found = list(&snapshot)?;
            found.into_iter().map(|found| with_versions(&snapshot, found)).collect()
        })
    }

    pub(crate) fn set_secret(
        &self,
        new: &NewVersion,
        previous_until_ms: Option<i64>,
        expected: Option<u64>,
        now_ms: i64,
        entry: &NewEntry,
    ) -> Result<Recorded, Error> {
        let new = new.clone();
        self.change(entry, move |connection| set(connection, &new, previous_until_ms, expected, now_ms))
    }

    pub(crate) fn set_secrets(
        &self,
        new: &[NewVersion],
        now_ms: i64,
        entries: &[NewEntry],
    ) -> Result<Result<(), (usize, Recorded)>, Error> {
        let (count, new, entries, tree) = (entries.len(), new.to_vec(), entries.to_vec(), Arc::clone(&self.tree));
        let done = self.writer.write(move |connection| {
            // Looked at before anything is written: what does not fit is no failure that would take the rest back.
            for (place, new) in new.iter().enumerate() {
                let fits = fits(connection, new, None)?;
                if fits != Recorded::Done {
                    return Ok(Err((place, fits)));
                }
            }
            refuse_beyond(connection, &new)?;
            for new in &new {
                if fits(connection, new, None)? != Recorded::Done {
                    return Err(Error::new(ErrorKind::Internal, "The same secret was to be set twice at once."));
                }
                put(connection, new, None, now_ms)?;
            }
            entries.iter().try_for_each(|entry| audit_entries::append(connection, entry, &tree))?;
            Ok(Ok(()))
        })?;
        self.counts.appended(if done.is_ok() { count } else { 0 });
        Ok(done)
    }

    pub(crate) fn read_secrets(
        &self,
        wanted: &[(SecretName, u64)],
        entries: &[NewEntry],
    ) -> Result<Vec<Option<SealedVersion>>, Error> {
        let (wanted, entries, tree) = (wanted.to_vec(), entries.to_vec(), Arc::clone(&self.tree));
        let found = self.writer.write(move |connection| {
            let mut found = Vec::with_capacity(wanted.len());
            for ((of, version), entry) in wanted.iter().zip(&entries) {
                let secret = secrets::get(connection, of)?;
                let sealed = secret.map(|(secret, _)| secret_versions::sealed(connection, secret, *version));
                let sealed = sealed.transpose()?.flatten();
                if sealed.is_some() {
                    audit_entries::append(connection, entry, &tree)?;
                }
                found.push(sealed);
            }
            Ok(found)
        })?;
        self.counts.appended(found.iter().flatten().count());
        Ok(found)
    }

    pub(crate) fn delete_secret(&self, of: &SecretName, entry: &NewEntry) -> Result<bool, Error> {
        self.change_secret(of, entry, |connection, secret, _| secrets::delete(connection, secret).map(|()| true))
    }

    pub(crate) fn set_rotation_policy(
        &self,
        of: &SecretName,
        policy: &RotationPolicy,
        next_due_ms: Option<i64>,
        entry: &NewEntry,
    ) -> Result<bool, Error> {
        let policy = policy.clone();
        self.change_secret(of, entry, move |connection, secret, _| {
            secrets::set_policy(connection, secret, &policy, next_due_ms).map(|()| true)
        })
    }

    pub(crate) fn add_pending_version(
        &self,
        new: &NewVersion,
        expected: u64,
        now_ms: i64,
        entry: &NewEntry,
    ) -> Result<Recorded, Error> {
        let (new, us) = (new.clone(), self.owner().to_owned());
        self.change(entry, move |connection| add_pending(connection, &new, expected, &us, now_ms))
    }

    pub(crate) fn note_stage(
        &self,
        of: &SecretName,
        version: u64,
        stage: &str,
        entry: &NewEntry,
    ) -> Result<bool, Error> {
        let stage: String = stage.chars().take(40).collect();
        self.change_secret(of, entry, move |connection, secret, us| {
            let ours = secret_versions::is_pending(connection, secret, version, us)?;
            if ours {
                secret_versions::note_stage(connection, secret, &stage)?;
            }
            Ok(ours)
        })
    }

    #[allow(clippy::too_many_arguments, reason = "each is one column of one change")]
    pub(crate) fn promote_version(
        &self,
        of: &SecretName,
        version: u64,
        expected: u64,
        previous_until_ms: Option<i64>,
        next_due_ms: Option<i64>,
        now_ms: i64,
        entry: &NewEntry,
    ) -> Result<bool, Error> {
        self.change_secret(of, entry, move |connection, secret, us| {
            let ours = secret_versions::is_pending(connection, secret, version, us)?;
            if !ours || secret_versions::current(connection, secret)? != Some(expected) {
                return Ok(false);
            }
            secret_versions::step_down(connection, secret, previous_until_ms, now_ms)?;
            secret_versions::end_pending(connection, secret, VersionState::Current)?;
            secrets::note_success(connection, secret, next_due_ms, now_ms)?;
            secret_versions::prune(connection, secret, now_ms)?;
            Ok(true)
        })
    }

    pub(crate) fn withdraw_version(
        &self,
        of: &SecretName,
        version: u64,
        failure: &str,
        next_due_ms: Option<i64>,
        now_ms: i64,
        entry: &NewEntry,
    ) -> Result<bool, Error> {
        let failure = failure.to_owned();
        self.change_secret(of, entry, move |connection, secret, us| {
            if !secret_versions::is_pending(connection, secret, version, us)? {
                return Ok(false);
            }
            secret_versions::end_pending(connection, secret, VersionState::Retired)?;
            secrets::note_failure(connection, secret, &failure, next_due_ms, now_ms)?;
            secret_versions::prune(connection, secret, now_ms)?;
            Ok(true)
        })
    }

    pub(crate) fn note_rotation_failure(
        &self,
        of: &SecretName,
        failure: &str,
        next_due_ms: Option<i64>,
        now_ms: i64,
        entry: &NewEntry,
    ) -> Result<bool, Error> {
        let failure = failure.to_owned();
        self.change_secret(of, entry, move |connection, secret, _| {
            secrets::note_failure(connection, secret, &failure, next_due_ms, now_ms).map(|()| true)
        })
    }

    pub(crate) fn expired_versions(&self, now_ms: i64, limit: u32) -> Result<Vec<(SecretName, u64)>, Error> {
        self.readers.read(|connection| secret_versions::expired(connection, now_ms, limit))
    }

    pub(crate) fn retire_version(
        &self,
        of: &SecretName,
        version: u64,
        now_ms: i64,
        entry: &NewEntry,
    ) -> Result<bool, Error> {
        self.change_secret(of, entry, move |connection, secret, _| {
            secret_versions::retire(connection, secret, version, now_ms)
        })
    }

    /// Looks before it writes: almost always nobody died while rotating.
    pub(crate) fn pending_versions_of_gone_owners(&self) -> Result<Vec<(SecretName, u64)>, Error> {
        let others = self.readers.read(|connection| secret_versions::other_owners(connection, self.owner()))?;
        if others.is_empty() {
            return Ok(Vec::new());
        }
        let (us, owners) = (self.owner().to_owned(), self.owners.clone());
        self.writer.write(move |connection| {
            let mut taken = Vec::new();
            for other in secret_versions::other_owners(connection, &us)? {
                if presence::is_gone(&owners, &other)? {
                    taken.extend(secret_versions::take_over(connection, &other, &us)?);
                }
            }
            Ok(taken)
        })
    }

    pub(crate) fn versions_by_kek(&self) -> Result<Vec<(String, u64)>, Error> {
        self.readers.read(secret_versions::by_kek)
    }

    pub(crate) fn versions_not_under(&self, kek_id: &str, after: i64, limit: u32) -> Result<Vec<SealedVersion>, Error> {
        self.readers.read(|connection| secret_versions::not_under(connection, kek_id, after, limit))
    }

    pub(crate) fn rewrap_versions(&self, rewrapped: &[Rewrapped], entry: &NewEntry) -> Result<u64, Error> {
        let rewrapped = rewrapped.to_vec();
        self.change(entry, move |connection| {
            let mut changed = 0;
            for to in &rewrapped {
                changed += u64::from(secret_versions::rewrap(connection, to)?);
            }
            Ok(changed)
        })
    }

    /// One change of the secret `of`, and its entry where `work` did something. `false` where there is no such secret.
    fn change_secret(
        &self,
        of: &SecretName,
        entry: &NewEntry,
        work: impl FnOnce(&Connection, i64, &str) -> Result<bool, Error> + Send + 'static,
    ) -> Result<bool, Error> {
        let (of, us) = (of.clone(), self.owner().to_owned());
        self.change(entry, move |connection| match secrets::get(connection, &of)? {
            Some((secret, _)) => work(connection, secret, &us),
            None => Ok(false),
        })
    }
}

fn with_versions(connection: &Connection, (number, secret): secrets::Found) -> Result<Secret, Error> {
    Ok(Secret { versions: secret_versions::list(connection, number)?, ..secret })
}

/// Whether `new` can be recorded as the next version.
fn fits(connection: &Connection, new: &NewVersion, expected: Option<u64>) -> Result<Recorded, Error> {
    let found = secrets::get(connection, &new.of)?;
    let current =
        found.as_ref().map(|(secret, _)| secret_versions::current(connection, *secret)).transpose()?.flatten();
    let next = found.map_or(0, |(_, secret)| secret.last_version) + 1;
    Ok(match expected {
        Some(expected) if current != Some(expected) => Recorded::Changed,
        _ if new.version != next => Recorded::Taken { next },
        _ => Recorded::Done,
    })
}

fn set(
    connection: &Connection,
    new: &NewVersion,
    previous_until_ms: Option<i64>,
    expected: Option<u64>,
    now_ms: i64,
) -> Result<Recorded, Error> {
    let fits = fits(connection, new, expected)?;
    if fits != Recorded::Done {
        return Ok(fits);
    }
    secrets::refuse_beyond(connection, &new.of, new.sealed.len())?;
    put(connection, new, previous_until_ms, now_ms)?;
    Ok(Recorded::Done)
}

/// Counts once for each project: counting reads all of its versions.
fn refuse_beyond(connection: &Connection, new: &[NewVersion]) -> Result<(), Error> {
    let mut sums: BTreeMap<&Option<ProjectId>, (&SecretName, usize)> = BTreeMap::new();
    for new in new {
        sums.entry(&new.of.project).or_insert((&new.of, 0)).1 += new.sealed.len();
    }
    sums.values().try_for_each(|(of, sum)| secrets::refuse_beyond(connection, of, *sum))
}

/// Records a version that fits.
fn put(connection: &Connection, new: &NewVersion, previous_until_ms: Option<i64>, now_ms: i64) -> Result<(), Error> {
    let secret = match secrets::get(connection, &new.of)? {
        Some((secret, _)) => secret,
        None => secrets::insert(connection, new, now_ms)?,
    };
    secret_versions::step_down(connection, secret, previous_until_ms, now_ms)?;
    secret_versions::insert(connection, secret, new, None, now_ms)?;
    secrets::note_set(connection, secret, now_ms)?;
    secrets::set_last_version(connection, secret, new.version)?;
    secret_versions::prune(connection, secret, now_ms)
}

fn add_pending(
    connection: &Connection,
    new: &NewVersion,
    expected: u64,
    us: &str,
    now_ms: i64,
) -> Result<Recorded, Error> {
    let Some((secret, _)) = secrets::get(connection, &new.of)? else { return Ok(Recorded::Changed) };
    let fits = fits(connection, new, Some(expected))?;
    if fits != Recorded::Done {
        return Ok(fits);
    }
    if secret_versions::has_pending(connection, secret)? {
        return Ok(Recorded::Changed);
    }
    secrets::refuse_beyond(connection, &new.of, new.sealed.len())?;
    secret_versions::insert(connection, secret, new, Some(us), now_ms)?;
    secrets::set_last_version(connection, secret, new.version)?;
    Ok(Recorded::Done)
}
