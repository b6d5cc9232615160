//! What the store keeps of secrets. Values come sealed and go sealed: the store holds no key.

use domain::ProjectId;

use crate::audit_record::NewEntry;
use crate::error::Error;
use crate::secret_record::{NewVersion, Recorded, Rewrapped, RotationPolicy, SealedVersion, Secret, SecretName};
use crate::store::Store;

/// Times are milliseconds since 1970 (UTC), and the caller's. Every change, and every reading of sealed values for use,
/// is written with its audit entry or does not happen.
impl Store {
    /// The secret of this name, with its versions.
    ///
    /// # Errors
    /// When it could not be read.
    pub fn secret(&self, of: &SecretName) -> Result<Option<Secret>, Error> {
        self.engine.secret(of)
    }

    /// The secrets of a project, or of none, by environment and name: all, or those of `environment`.
    ///
    /// # Errors
    /// When they could not be read.
    pub fn secrets(&self, project: Option<&ProjectId>, environment: Option<&str>) -> Result<Vec<Secret>, Error> {
        self.engine.secrets(project, environment)
    }

    /// The secrets of everybody that are rotated on schedule or have a rotation that is not through, the one due first
    /// first, `limit` at most.
    ///
    /// # Errors
    /// When they could not be read.
    pub fn scheduled_secrets(&self, limit: u32) -> Result<Vec<Secret>, Error> {
        self.engine.scheduled_secrets(limit)
    }

    /// Records a version as the current one. The one before it stays good until `previous_until_ms`, where there is such
    /// a moment. With `expected`, only while that is the current version.
    ///
    /// # Errors
    /// When it could not be recorded, or a bound is reached, or there is no such project.
    pub fn set_secret(
        &self,
        new: &NewVersion,
        previous_until_ms: Option<i64>,
        expected: Option<u64>,
        now_ms: i64,
        entry: &NewEntry,
    ) -> Result<Recorded, Error> {
        self.engine.set_secret(new, previous_until_ms, expected, now_ms, entry)
    }

    /// Records several as [`Self::set_secret`] does, all or none, each with its entry: the first that is not `Done` is
    /// told with its place.
    ///
    /// # Errors
    /// As [`Self::set_secret`].
    pub fn set_secrets(
        &self,
        new: &[NewVersion],
        now_ms: i64,
        entries: &[NewEntry],
    ) -> Result<Result<(), (usize, Recorded)>, Error> {
        self.engine.set_secrets(new, now_ms, entries)
    }

    /// Reads sealed versions for use, each with its entry, in the order asked for; none for one that is not there, and its
    /// entry is not written.
    ///
    /// # Errors
    /// When they could not be read, or the entries not be written.
    pub fn read_secrets(
        &self,
        wanted: &[(SecretName, u64)],
        entries: &[NewEntry],
    ) -> Result<Vec<Option<SealedVersion>>, Error> {
        self.engine.read_secrets(wanted, entries)
    }

    /// Deletes a secret with all its versions. Whether there was one.
    ///
    /// # Errors
    /// When it could not be recorded.
    pub fn delete_secret(&self, of: &SecretName, entry: &NewEntry) -> Result<bool, Error> {
        self.engine.delete_secret(of, entry)
    }

    /// Says how a secret is rotated, and when next. Whether there is one.
    ///
    /// # Errors
    /// When it could not be recorded.
    pub fn set_rotation_policy(
        &self,
        of: &SecretName,
        policy: &RotationPolicy,
        next_due_ms: Option<i64>,
        entry: &NewEntry,
    ) -> Result<bool, Error> {
        self.engine.set_rotation_policy(of, policy, next_due_ms, entry)
    }

    /// Records a version that a rotation made and that is not given out yet, while `expected` is the current one and no
    /// other rotation is not through. It is owned by this handle, until it is promoted or withdrawn.
    ///
    /// # Errors
    /// As [`Self::set_secret`].
    pub fn add_pending_version(
        &self,
        new: &NewVersion,
        expected: u64,
        now_ms: i64,
        entry: &NewEntry,
    ) -> Result<Recorded, Error> {
        self.engine.add_pending_version(new, expected, now_ms, entry)
    }

    /// Notes how far a rotation of ours is, before the next thing is done. Whether it is pending and ours.
    ///
    /// # Errors
    /// When it could not be recorded.
    pub fn note_stage(&self, of: &SecretName, version: u64, stage: &str, entry: &NewEntry) -> Result<bool, Error> {
        self.engine.note_stage(of, version, stage, entry)
    }

    /// Makes our pending version the current one while `expected` is still that. The one before stays good until
    /// `previous_until_ms`. Failures are forgotten. Whether it was done.
    ///
    /// # Errors
    /// When it could not be recorded.
    #[allow(clippy::too_many_arguments, reason = "each is one column of one change")]
    pub fn promote_version(
        &self,
        of: &SecretName,
        version: u64,
        expected: u64,
        previous_until_ms: Option<i64>,
        next_due_ms: Option<i64>,
        now_ms: i64,
        entry: &NewEntry,
    ) -> Result<bool, Error> {
        self.engine.promote_version(of, version, expected, previous_until_ms, next_due_ms, now_ms, entry)
    }

    /// Gives up our pending version: it is kept as retired, since another system may hold it. `failure` says why in words.
    /// Whether it was pending and ours.
    ///
    /// # Errors
    /// When it could not be recorded.
    pub fn withdraw_version(
        &self,
        of: &SecretName,
        version: u64,
        failure: &str,
        next_due_ms: Option<i64>,
        now_ms: i64,
        entry: &NewEntry,
    ) -> Result<bool, Error> {
        self.engine.withdraw_version(of, version, failure, next_due_ms, now_ms, entry)
    }

    /// Notes that a rotation failed before it made a version. Whether there is such a secret.
    ///
    /// # Errors
    /// When it could not be recorded.
    pub fn note_rotation_failure(
        &self,
        of: &SecretName,
        failure: &str,
        next_due_ms: Option<i64>,
        now_ms: i64,
        entry: &NewEntry,
    ) -> Result<bool, Error> {
        self.engine.note_rotation_failure(of, failure, next_due_ms, now_ms, entry)
    }

    /// Previous versions whose time is over at `now_ms` and that are not recorded as retired, `limit` at most.
    ///
    /// # Errors
    /// When they could not be read.
    pub fn expired_versions(&self, now_ms: i64, limit: u32) -> Result<Vec<(SecretName, u64)>, Error> {
        self.engine.expired_versions(now_ms, limit)
    }

    /// Records that the time of a previous version is over. Whether it was one whose time is.
    ///
    /// # Errors
    /// When it could not be recorded.
    pub fn retire_version(&self, of: &SecretName, version: u64, now_ms: i64, entry: &NewEntry) -> Result<bool, Error> {
        self.engine.retire_version(of, version, now_ms, entry)
    }

    /// Takes over, and returns, the pending versions of processes that are gone. Each is given to one caller only; it is
    /// that caller's to promote or withdraw, and that is what is audited.
    ///
    /// # Errors
    /// When it could not be recorded.
    pub fn pending_versions_of_gone_owners(&self) -> Result<Vec<(SecretName, u64)>, Error> {
        self.engine.pending_versions_of_gone_owners()
    }

    /// How many versions are under which key-encryption key.
    ///
    /// # Errors
    /// When they could not be counted.
    pub fn versions_by_kek(&self) -> Result<Vec<(String, u64)>, Error> {
        self.engine.versions_by_kek()
    }

    /// Versions that are not under `kek_id`, to be rewrapped: those of rows after `after`, `limit` at most.
    ///
    /// # Errors
    /// When they could not be read.
    pub fn versions_not_under(&self, kek_id: &str, after: i64, limit: u32) -> Result<Vec<SealedVersion>, Error> {
        self.engine.versions_not_under(kek_id, after, limit)
    }

    /// Puts versions under another key-encryption key. How many were changed: not those that changed meanwhile or are gone.
    ///
    /// # Errors
    /// When it could not be recorded; none is changed then.
    pub fn rewrap_versions(&self, rewrapped: &[Rewrapped], entry: &NewEntry) -> Result<u64, Error> {
        self.engine.rewrap_versions(rewrapped, entry)
    }
}
