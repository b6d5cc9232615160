//! What a hook is told: JSON, in one buffer that is erased.

use secrecy::{ExposeSecret as _, SecretSlice, SecretString};
use serde::Serialize;
use store::SecretName;
use zeroize::Zeroizing;

use super::hook::Phase;
use crate::clock::{now_ms, rfc3339};
use crate::error::Error;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Message<'a> {
    #[serde(rename = "type")]
    kind: String,
    timestamp: String,
    data: Data<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Data<'a> {
    phase: &'static str,
    project: Option<&'a str>,
    environment: &'a str,
    name: &'a str,
    version: u64,
    value: &'a str,
    previous_version: u64,
    previous_value: &'a str,
}

/// A value with the number of its version.
#[derive(Clone, Copy)]
pub(super) struct Numbered<'a> {
    pub(super) version: u64,
    pub(super) value: &'a SecretString,
}

/// What a hook is told in `phase`.
pub(super) fn of(
    secret: &SecretName,
    phase: Phase,
    new: Numbered<'_>,
    old: Numbered<'_>,
) -> Result<SecretSlice<u8>, Error> {
    let message = Message {
        kind: format!("secret.rotation.{}", phase.as_str()),
        timestamp: rfc3339(now_ms()),
        data: Data {
            phase: phase.as_str(),
            project: secret.project.as_ref().map(domain::ProjectId::as_str),
            environment: &secret.environment,
            name: &secret.name,
            version: new.version,
            value: new.value.expose_secret(),
            previous_version: old.version,
            previous_value: old.value.expose_secret(),
        },
    };
    // Each byte takes six at most; a buffer that grows would leave copies behind.
    let room = 1024 + 6 * (new.value.expose_secret().len() + old.value.expose_secret().len());
    let mut buffer = Zeroizing::new(Vec::with_capacity(room));
    serde_json::to_writer(&mut *buffer, &message).map_err(Error::internal)?;
    Ok(SecretSlice::from(buffer.to_vec()))
}
