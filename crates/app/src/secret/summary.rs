//! Secrets, as lists show them: never a value, nor its length or its hash.

use schemars::JsonSchema;
use serde::Serialize;
use store::{Secret, VersionInfo};

use crate::clock::rfc3339;

/// Secrets, by environment and name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SecretList {
    /// The secrets.
    pub secrets: Vec<SecretSummary>,
}

/// A secret, without values.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SecretSummary {
    /// Its name.
    pub name: String,
    /// Its environment.
    pub environment: String,
    /// Its project; absent for one of no project.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub project: Option<String>,
    /// The number of the version that is given out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub current_version: Option<u64>,
    /// When that was set: RFC 3339, UTC, as all times here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub set_at: Option<String>,
    /// After how many days it is due for rotation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rotate_every_days: Option<u32>,
    /// When it is due.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due_at: Option<String>,
    /// Whether that is past.
    pub overdue: bool,
    /// Why its last rotation failed, where it did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_failure: Option<String>,
    /// Its versions, newest first.
    pub versions: Vec<SecretVersionSummary>,
}

/// A version of a secret, without its value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SecretVersionSummary {
    /// Its number.
    pub version: u64,
    /// `current`; `previous`: good until a moment; `retired`: kept, not good any more; `pending`: being rotated to.
    pub state: String,
    /// When it was set.
    pub created_at: String,
    /// Who set it.
    pub created_by: String,
    /// Until when a previous one is good.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub good_until: Option<String>,
    /// The id of the key-encryption key that it is under.
    pub key: String,
}

impl SecretSummary {
    pub(crate) fn of(secret: &Secret, now_ms: i64) -> Self {
        let current = secret.current();
        Self {
            name: secret.of.name.clone(),
            environment: secret.of.environment.clone(),
            project: secret.of.project.as_ref().map(ToString::to_string),
            current_version: current.map(|version| version.version),
            set_at: current.map(|version| rfc3339(version.created_at_ms)),
            rotate_every_days: secret.policy.every_days,
            due_at: secret.rotation.next_due_ms.map(rfc3339),
            overdue: secret.rotation.next_due_ms.is_some_and(|due| due <= now_ms),
            last_failure: secret.rotation.last_failure.clone(),
            versions: secret.versions.iter().map(|version| summary(version, now_ms)).collect(),
        }
    }
}

fn summary(version: &VersionInfo, now_ms: i64) -> SecretVersionSummary {
    let state = version.state_at(now_ms);
    SecretVersionSummary {
        version: version.version,
        state: state.as_str().to_owned(),
        created_at: rfc3339(version.created_at_ms),
        created_by: version.created_by.clone(),
        good_until: version.good_until_ms.filter(|until| *until > now_ms).map(rfc3339),
        key: version.kek_id.clone(),
    }
}
