//! Values of API tokens that are kept as secrets and rotated as those are. Who may have that done is asked once, when it
//! is set up.

use domain::Operation;
use secrecy::{ExposeSecret as _, SecretString};
use store::{NewEntry, NewTokenValue};

use super::grant::refuse_wider;
use super::revoke::{find, missing};
use super::value;
use crate::clock::now_ms;
use crate::error::Error;
use crate::services::{Call, Services};

const LONGEST_GRACE_MINUTES: u32 = 24 * 60;

/// A new value.
pub(crate) fn random_value() -> Result<SecretString, Error> {
    value::random()
}

/// Refuses whoever could not rotate the token `id` themself: whoever sets it up holds each value from then on.
pub(crate) fn allow_value(services: &Services, call: &Call<'_>, id: &str) -> Result<(), Error> {
    let (token, _) = find(services, call, Operation::RotateToken, id)?;
    refuse_wider(&services.policy.get(), call, &token.scope.principal, &token.scope.roles)
}

/// Gives the token this value, and its whole lifetime again. The one before stays good for `grace_minutes`, a day at
/// most.
pub(crate) fn put_value(
    services: &Services,
    id: &str,
    new: &SecretString,
    grace_minutes: u32,
    entry: &NewEntry,
) -> Result<(), Error> {
    let now = now_ms();
    let grace = i64::from(grace_minutes.min(LONGEST_GRACE_MINUTES)) * 60_000;
    replace(services, id, new, now + grace, now, entry)
}

/// Gives the token the value it had before `new`, where it has `new`; that is dead at once.
pub(crate) fn take_back_value(
    services: &Services,
    id: &str,
    new: &SecretString,
    old: &SecretString,
    entry: &NewEntry,
) -> Result<(), Error> {
    let now = now_ms();
    if !holds(services, id, new)? || !value::is_well_formed(old.expose_secret()) {
        return Ok(());
    }
    replace(services, id, old, now, now, entry)
}

fn replace(
    services: &Services,
    id: &str,
    value: &SecretString,
    previous_until_ms: i64,
    now: i64,
    entry: &NewEntry,
) -> Result<(), Error> {
    let ended = || {
        Error::refused(
            "This token has ended, so that it cannot be rotated.",
            "Make a new one (smart-begin token create LABEL) and name it: smart-begin secret schedule NAME --generator api-token:ID",
        )
    };
    let token = services.store.token(id)?.ok_or_else(missing)?;
    let new = NewTokenValue {
        sha256: value::hash(value.expose_secret()),
        last_four: value::last_four(value),
        expires_at_ms: now + (token.expires_at_ms - token.issued_at_ms),
        previous_until_ms: token.expires_at_ms.min(previous_until_ms),
    };
    services.store.replace_token_value(id, &new, now, entry)?.map(|_| ()).ok_or_else(ended)
}

/// Whether this is a good value of the token.
pub(crate) fn holds(services: &Services, id: &str, value: &SecretString) -> Result<bool, Error> {
    let found = services.store.good_token(&value::hash(value.expose_secret()), now_ms())?;
    Ok(found.is_some_and(|token| token.id == id))
}
