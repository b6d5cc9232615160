//! What the store keeps of secrets: names, versions and sealed bytes, as plain data. It never sees a value.

use std::fmt;

use domain::ProjectId;

/// Most secrets of one project, or of none, all environments together.
pub const MOST_SECRETS: u64 = 2_000;

/// Most sealed bytes of one project, or of none.
pub const MOST_SECRET_BYTES: u64 = 64 << 20;

/// Versions of a secret that are kept, the newest; those that are good still and the pending one are kept besides.
pub const KEPT_VERSIONS: u64 = 10;

/// Names a secret: whose it is, where it holds, and what it is called there.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SecretName {
    /// The project; none for a secret of no project.
    pub project: Option<ProjectId>,
    /// The environment.
    pub environment: String,
    /// The name, as that of a variable.
    pub name: String,
}

/// What a version is good for. A `Previous` one whose time is over counts as `Retired`: ask [`VersionInfo::state_at`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VersionState {
    /// Made by a rotation that is not through yet.
    Pending,
    /// The one that is given out.
    Current,
    /// The one before, good until a moment.
    Previous,
    /// Kept, and not good any more.
    Retired,
}

impl VersionState {
    /// The name under which the store keeps this state.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Current => "current",
            Self::Previous => "previous",
            Self::Retired => "retired",
        }
    }
}

/// A version, without its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VersionInfo {
    /// Its number, from 1.
    pub version: u64,
    /// Its state, as recorded.
    pub state: VersionState,
    /// The key-encryption key that it is under.
    pub kek_id: String,
    /// When it was made, in milliseconds since 1970 (UTC), as all times here.
    pub created_at_ms: i64,
    /// Who made it.
    pub created_by: String,
    /// From this moment on a previous one is not good any more.
    pub good_until_ms: Option<i64>,
    /// How far the rotation is that made a pending one, in the words of whoever rotates.
    pub stage: Option<String>,
}

impl VersionInfo {
    /// Its state at `now_ms`.
    #[must_use]
    pub fn state_at(&self, now_ms: i64) -> VersionState {
        match self.state {
            VersionState::Previous if self.good_until_ms.is_none_or(|until| until <= now_ms) => VersionState::Retired,
            state => state,
        }
    }
}

/// How a secret is rotated.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RotationPolicy {
    /// After how many days; none: on demand alone.
    pub every_days: Option<u32>,
    /// How long the version before stays good.
    pub grace_minutes: u32,
    /// What makes the new value, as JSON.
    pub generator: Option<String>,
    /// What is told of the new value, as JSON.
    pub hook: Option<String>,
}

/// How rotation went.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RotationState {
    /// When it is due.
    pub next_due_ms: Option<i64>,
    /// When it last succeeded.
    pub last_rotated_ms: Option<i64>,
    /// When it last failed, since it last succeeded.
    pub last_failure_ms: Option<i64>,
    /// Why, in words.
    pub last_failure: Option<String>,
    /// How often in a row.
    pub failures: u32,
}

/// A secret, without values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Secret {
    /// Its name.
    pub of: SecretName,
    /// When it was first set.
    pub created_at_ms: i64,
    /// Who set it first.
    pub created_by: String,
    /// The highest number a version of it ever had; the next has one more.
    pub last_version: u64,
    /// How it is rotated.
    pub policy: RotationPolicy,
    /// How that went.
    pub rotation: RotationState,
    /// Its versions, newest first.
    pub versions: Vec<VersionInfo>,
}

impl Secret {
    /// The version that is given out; none while the first rotation is not through.
    #[must_use]
    pub fn current(&self) -> Option<&VersionInfo> {
        self.versions.iter().find(|version| version.state == VersionState::Current)
    }

    /// The version of a rotation that is not through.
    #[must_use]
    pub fn pending(&self) -> Option<&VersionInfo> {
        self.versions.iter().find(|version| version.state == VersionState::Pending)
    }
}

/// A version to be recorded. It was sealed as exactly this project, environment, name and version.
#[derive(Clone, PartialEq, Eq)]
pub struct NewVersion {
    /// Of which secret. It is made where there is none.
    pub of: SecretName,
    /// Its number: one more than the last.
    pub version: u64,
    /// The value as it was sealed.
    pub sealed: Vec<u8>,
    /// The key-encryption key that it is under.
    pub kek_id: String,
    /// Who made it.
    pub created_by: String,
}

impl fmt::Debug for NewVersion {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = out.debug_struct("NewVersion");
        shown.field("of", &self.of).field("version", &self.version).field("kek_id", &self.kek_id);
        shown.finish_non_exhaustive()
    }
}

/// What became of a version that was to be recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recorded {
    /// It is.
    Done,
    /// It is not: another has this number, or there is a gap before it. Seal it anew as number `next`.
    Taken {
        /// The number that is free.
        next: u64,
    },
    /// It is not: the current version is another than was expected, or another rotation is not through.
    Changed,
}

/// A version with the bytes that were sealed.
#[derive(Clone, PartialEq, Eq)]
pub struct SealedVersion {
    /// Names its row, for as long as it is there.
    pub row: i64,
    /// Of which secret.
    pub of: SecretName,
    /// Its number.
    pub version: u64,
    /// The value as it was sealed.
    pub sealed: Vec<u8>,
}

impl fmt::Debug for SealedVersion {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("SealedVersion").field("of", &self.of).field("version", &self.version).finish_non_exhaustive()
    }
}

/// The same value under another key-encryption key.
#[derive(Clone, PartialEq, Eq)]
pub struct Rewrapped {
    /// Its row.
    pub row: i64,
    /// The bytes as they were read. Where they are others now, nothing is changed.
    pub was: Vec<u8>,
    /// The bytes as they are to be.
    pub sealed: Vec<u8>,
    /// The key-encryption key that those are under.
    pub kek_id: String,
}

impl fmt::Debug for Rewrapped {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Rewrapped").field("row", &self.row).field("kek_id", &self.kek_id).finish_non_exhaustive()
    }
}
