//! Signs somebody in with an API token.

use domain::{Caller, Credential, Face};

use super::value;
use crate::clock::now_ms;
use crate::error::Error;
use crate::services::Services;

/// The caller that `token` stands for. None when it is malformed, unknown, expired or revoked: all alike. A role that
/// the policy does not know any more gives nothing.
///
/// # Errors
/// When the store cannot be read. A use that cannot be noted is no failure.
pub fn sign_in_with_token(services: &Services, face: Face, token: &str) -> Result<Option<Caller>, Error> {
    if !value::is_well_formed(token) {
        return Ok(None);
    }
    let now = now_ms();
    let Some(found) = services.store.good_token(&value::hash(token), now)? else { return Ok(None) };
    if let Err(cause) = services.store.note_token_use(&found, now) {
        tracing::warn!(token = found.id, %cause, "the use of a token could not be noted");
    }
    let credential = Credential::ApiToken(found.id);
    let caller = Caller::new(&services.policy.get(), found.scope.principal, found.scope.roles, face, credential);
    Ok(Some(Caller { teams: found.scope.teams, only_projects: found.scope.projects, ..caller }))
}
