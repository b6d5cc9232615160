//! Ends everything that somebody holds.

use domain::{Operation, Resource};
use schemars::JsonSchema;
use serde::Serialize;

use crate::authorise::authorise_change;
use crate::clock::now_ms;
use crate::error::Error;
use crate::principal::known_principal;
use crate::security_log;
use crate::services::{Call, Services};

/// What was ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RevokedAccess {
    /// Whose it was.
    pub principal: String,
    /// API tokens that were good.
    pub tokens: u64,
    /// Sessions that were good.
    pub sessions: u64,
    /// Good API tokens that they made for others; those go on.
    pub tokens_made_for_others: u64,
}

/// Ends all API tokens and sessions of `person` at once. Access tokens of a provider go on until they expire: those end
/// at the provider.
///
/// # Errors
/// When the caller may not, or the store cannot be written.
pub fn revoke_access(services: &Services, call: &Call<'_>, person: &str) -> Result<RevokedAccess, Error> {
    let draft = authorise_change(
        services,
        call,
        Operation::RevokeAccess,
        Resource { owner: Some(person), ..Resource::default() },
    )?;
    let principal = known_principal("person", person)?;
    let now = now_ms();
    let ended = services.store.revoke_access(&principal, now, &draft.finish()?)?;
    let tokens_made_for_others = services.store.tokens_made_for_others(&principal, now)?;
    security_log::tell(call, "access-revoked", &principal, "all tokens and sessions");
    Ok(RevokedAccess { principal, tokens: ended.tokens, sessions: ended.sessions, tokens_made_for_others })
}
