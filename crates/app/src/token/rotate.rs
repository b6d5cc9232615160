//! Gives an API token a new value.

use domain::Operation;
use secrecy::ExposeSecret as _;
use store::NewTokenValue;

use super::create::CreatedToken;
use super::grant::{end_of_credential, refuse_wider};
use super::revoke::find;
use super::summary::TokenSummary;
use super::value;
use crate::clock::now_ms;
use crate::error::Error;
use crate::security_log;
use crate::services::{Call, Services};

/// The longest time for which a value stays good beside its successor: a day.
const LONGEST_GRACE_MINUTES: u32 = 24 * 60;

/// Gives the API token `id` a new value and its whole lifetime again. The value before stays good for `grace_minutes`;
/// one before that dies at once. Whoever rotates holds the token afterwards, so that they must be able to make it.
///
/// # Errors
/// When there is none for this caller, it has ended, the caller could not make it, or the store cannot be written.
pub fn rotate_token(services: &Services, call: &Call<'_>, id: &str, grace_minutes: u32) -> Result<CreatedToken, Error> {
    if grace_minutes > LONGEST_GRACE_MINUTES {
        let hint = format!("Give minutes from 0 (at once) to {LONGEST_GRACE_MINUTES} (a day).");
        return Err(Error::invalid("graceMinutes", "The old value cannot stay good for so long.", hint));
    }
    let (old, draft) = find(services, call, Operation::RotateToken, id)?;
    refuse_wider(&services.policy.get(), call, &old.scope.principal, &old.scope.roles)?;
    let now = now_ms();
    let lifetime = old.expires_at_ms - old.issued_at_ms;
    let bound = end_of_credential(services, call, now)?;
    let expires_at_ms = bound.map_or(now + lifetime, |bound| bound.min(now + lifetime));
    let token = value::random()?;
    let new = NewTokenValue {
        sha256: value::hash(token.expose_secret()),
        last_four: value::last_four(&token),
        expires_at_ms,
        previous_until_ms: old.expires_at_ms.min(now + i64::from(grace_minutes) * 60_000),
    };
    let entry = draft.on("token", &old.id).finish()?;
    let rotated = services.store.replace_token_value(&old.id, &new, now, &entry)?.ok_or_else(|| {
        Error::refused(
            "This token has ended, so that it cannot be rotated.",
            "Make a new one: smart-begin token create LABEL",
        )
    })?;
    security_log::tell(call, "token-rotated", &rotated.scope.principal, &rotated.id);
    Ok(CreatedToken { token, summary: TokenSummary::of(rotated, now) })
}
