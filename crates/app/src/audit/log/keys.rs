//! Which keys sign the log, and how one takes the place of another: for a while both sign.

use domain::{Operation, Resource};
use schemars::JsonSchema;
use serde::Serialize;

use super::log_keys::{LogKeys, LogPlace};
use crate::audit::Draft;
use crate::authorise::authorise_change;
use crate::error::Error;
use crate::services::{Call, Services};

/// The public keys of the log, newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AuditKeyList {
    /// The name of the log.
    pub origin: String,
    /// The keys.
    pub keys: Vec<AuditKeyShown>,
}

/// A public key of the log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AuditKeyShown {
    /// As others need it, to check signatures: `name+id+key`.
    pub key: String,
    /// Whether it signs.
    pub signs: bool,
    /// The size of the log at which it was retired; it vouches for no later checkpoint.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retired_at: Option<u64>,
}

/// The public keys of the log.
///
/// # Errors
/// When the caller may not, or they cannot be read.
pub fn list_audit_keys(services: &Services, call: &Call<'_>, place: &LogPlace) -> Result<AuditKeyList, Error> {
    super::read::open(services, call, "its keys")?;
    Ok(list(&place.keys()?))
}

/// Makes a new key, which signs beside the old ones until those are retired.
///
/// # Errors
/// When the caller may not, the keys are the operator's, or they cannot be written.
pub fn rotate_audit_key(services: &Services, call: &Call<'_>, place: &LogPlace) -> Result<AuditKeyList, Error> {
    let draft = allow(services, call, place)?;
    let mut keys = place.keys()?;
    let before = keys.known().keys().len();
    services.audit.record(draft.detail(format!("a key more will sign, beside {before} known")))?;
    keys.rotate()?;
    Ok(list(&keys))
}

/// Retires all keys but the newest: they vouch for no checkpoint after the size that the log has now.
///
/// # Errors
/// As [`rotate_audit_key`]; and where there is one key alone.
pub fn retire_audit_keys(services: &Services, call: &Call<'_>, place: &LogPlace) -> Result<AuditKeyList, Error> {
    let draft = allow(services, call, place)?;
    let mut keys = place.keys()?;
    let ending = keys.signing().verifiers().count() - 1;
    if ending == 0 {
        let hint = "Make a new one first: smart-begin audit key rotate. Give those who verify its public key, then retire the old one.";
        return Err(Error::refused("One key signs this log, and one must.", hint));
    }
    services.audit.record(draft.detail(format!("{ending} of its keys retired")))?;
    keys.retire_old(services.store.audit_size()?)?;
    Ok(list(&keys))
}

fn allow<'a>(services: &'a Services, call: &Call<'_>, place: &LogPlace) -> Result<Draft<'a>, Error> {
    let draft = authorise_change(services, call, Operation::ManageAudit, Resource::default())?;
    if place.is_configured() {
        let hint = "Put the new key's line above the old one in the secret that audit.signing_keys refers to; remove the old line when it is no longer needed. docs/audit.md says how.";
        return Err(Error::refused("The keys of this log come from the configuration.", hint));
    }
    Ok(draft.on("audit-key", "signing"))
}

fn list(keys: &LogKeys) -> AuditKeyList {
    let shown = |key: &audit::KnownKey| AuditKeyShown {
        key: key.verifier.to_string(),
        signs: keys.signing().verifiers().any(|verifier| *verifier == key.verifier),
        retired_at: key.retired_at,
    };
    AuditKeyList { origin: keys.known().origin().to_owned(), keys: keys.known().keys().iter().map(shown).collect() }
}
