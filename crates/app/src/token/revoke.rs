//! Finds API tokens by their ids, and ends them.

use domain::{Operation, Resource};
use store::ApiToken;

use super::summary::TokenSummary;
use crate::audit::Draft;
use crate::authorise::authorise_change_found;
use crate::clock::now_ms;
use crate::error::{Error, ErrorKind};
use crate::security_log;
use crate::services::{Call, Services};

/// Ends the API token `id` at once, and the sessions that it opened. One that has ended stays as it is.
///
/// # Errors
/// When there is none for this caller, or the store cannot be written.
pub fn revoke_token(services: &Services, call: &Call<'_>, id: &str) -> Result<TokenSummary, Error> {
    let (token, draft) = find(services, call, Operation::RevokeToken, id)?;
    let now = now_ms();
    let revoked =
        services.store.revoke_token(&token.id, now, &draft.on("token", &token.id).finish()?)?.ok_or_else(missing)?;
    security_log::tell(call, "token-revoked", &revoked.scope.principal, &revoked.id);
    Ok(TokenSummary::of(revoked, now))
}

/// The API token `id` where the caller may do `operation` with it, and the draft of its entry. One that exists and that they may not see answers
/// like one that does not exist.
pub(super) fn find<'a>(
    services: &'a Services,
    call: &Call<'_>,
    operation: Operation,
    id: &str,
) -> Result<(ApiToken, Draft<'a>), Error> {
    let found = services.store.token(id.trim())?;
    let resource = found.as_ref().map(|token| Resource { owner: Some(&token.scope.principal), ..Resource::default() });
    let draft = authorise_change_found(services, call, operation, Operation::ListTokens, resource, missing)?;
    Ok((found.ok_or_else(missing)?, draft))
}

pub(super) fn missing() -> Error {
    let hint = "Look at the list of tokens for the ids there are.";
    Error::new(ErrorKind::NotFound, "There is no such token.", hint).on("tokenId")
}
