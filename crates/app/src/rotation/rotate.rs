//! Rotates a secret now.

use domain::{Operation, ProjectId};
use schemars::JsonSchema;
use serde::Serialize;
use store::Secret;

use super::generator::Generator;
use super::outside::Outside;
use super::schedule::{allow_generator, keep};
use super::settle::settle;
use super::work::Work;
use crate::audit::Draft;
use crate::clock::rfc3339;
use crate::error::Error;
use crate::secret::{SecretPlace, enter_secrets, missing_secret};
use crate::services::{Call, Services};

/// What is wanted other than the secret's policy says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RotationWish {
    /// What makes the new value, from now on.
    pub generator: Option<Generator>,
    /// How long the version before stays good, this once: 0 after a leak.
    pub grace_minutes: Option<u32>,
}

/// A secret that was rotated.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RotatedSecret {
    /// Its name.
    pub name: String,
    /// Its environment.
    pub environment: String,
    /// Its project; absent for one of no project.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub project: Option<String>,
    /// The number of the version that is given out now.
    pub version: u64,
    /// The number of the one before.
    pub previous_version: u64,
    /// Until when that is good; absent when it is not any more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub previous_good_until: Option<String>,
    /// The public key of a new key pair.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub public_key: Option<String>,
}

/// Gives a secret a new value, by its policy and `wish`. When this returns, the new value holds wherever the policy says
/// that it is to hold; when it fails, the value before does.
///
/// # Errors
/// When there is no such secret, the caller may not rotate it, nothing says how, somebody else is rotating it, or what
/// is to take the new value does not: then the error says so, and it is recorded.
pub fn rotate_secret(
    services: &Services,
    call: &Call<'_>,
    outside: &Outside,
    place: &SecretPlace<'_>,
    name: &str,
    wish: RotationWish,
) -> Result<RotatedSecret, Error> {
    let (place, draft) = enter_secrets(services, call, Operation::RotateSecret, place)?;
    let of = place.secret(name)?;
    let found = || services.store.secret(&of)?.ok_or_else(missing_secret);
    settle_first(services, outside, &draft, &found()?, &call.caller.name)?;
    if let Some(generator) = wish.generator {
        let secret = found()?;
        let generator = allow_generator(services, call, generator)?;
        let text = serde_json::to_string(&generator).map_err(Error::internal)?;
        if secret.policy.generator.as_deref() != Some(text.as_str()) {
            let policy = store::RotationPolicy { generator: Some(text), ..secret.policy };
            keep(services, &draft, &of, &policy, secret.rotation.next_due_ms)?;
        }
    }
    let secret = found()?;
    let mut work = Work::of(services, outside, &draft, &secret, &call.caller.name)?;
    work.policy.grace_minutes = wish.grace_minutes.unwrap_or(work.policy.grace_minutes);
    let done = work.rotate(&secret)?;
    Ok(RotatedSecret {
        name: of.name,
        environment: of.environment,
        project: of.project.as_ref().map(ProjectId::to_string),
        version: done.version,
        previous_version: done.before,
        previous_good_until: done.good_until_ms.map(rfc3339),
        public_key: done.public_key,
    })
}

/// What an earlier process left unfinished of this secret is settled before. One that another process is at stays its.
fn settle_first(
    services: &Services,
    outside: &Outside,
    draft: &Draft<'_>,
    secret: &Secret,
    by: &str,
) -> Result<(), Error> {
    if secret.pending().is_none() {
        return Ok(());
    }
    // All of them become this process's; those of other secrets are the next owner's when it ends.
    services.store.pending_versions_of_gone_owners()?;
    settle(services, outside, draft, secret, by).map(|_| ())
}
