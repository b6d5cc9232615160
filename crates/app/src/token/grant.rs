//! What one caller may put into a token: nothing that they could not do themself.

use domain::{Credential, Operation, Ownership, PermissionSet, Policy};

use crate::error::Error;
use crate::services::{Call, Services};

/// The most roles in a token.
const MOST_ROLES: usize = 20;

/// The roles, each of which must exist, in order and without repetition.
pub(super) fn checked_roles(policy: &Policy, roles: &[String]) -> Result<Vec<String>, Error> {
    let mut roles = roles.to_vec();
    roles.sort();
    roles.dedup();
    let known: Vec<&str> = policy.roles.iter().map(|(name, _)| name).collect();
    let hint = || format!("Choose from: {}.", known.join(", "));
    if roles.is_empty() {
        return Err(Error::invalid("roles", "A token needs a role.", hint()));
    }
    if roles.len() > MOST_ROLES || roles.iter().any(|role| policy.roles.get(role).is_none()) {
        return Err(Error::invalid("roles", "There is no such role.", hint()));
    }
    Ok(roles)
}

/// Refuses a token for `principal` with `roles` that could do what the caller cannot. Two rules:
/// its permissions are among the caller's; and what it may do to what is its principal's, the caller may do to what is
/// other people's, since the caller could use the token to act for the principal.
pub(super) fn refuse_wider(policy: &Policy, call: &Call<'_>, principal: &str, roles: &[String]) -> Result<(), Error> {
    // As the caller is seen: what a face takes away from them it takes away from the token there too.
    let granted = policy.permissions(roles, call.caller.face);
    let own = call.caller.permissions;
    let hint = "Choose a role with less, or ask somebody who may do more (an admin may grant everything).";
    let beyond: Vec<_> = granted.iter().filter(|permission| !own.has(*permission)).collect();
    if !beyond.is_empty() {
        let names: Vec<_> = beyond.iter().map(|permission| permission.as_str()).collect();
        let message = format!("This token could do what you may not: {}.", names.join(", "));
        return Err(Error::refused(message, hint).on("roles"));
    }
    if principal == call.caller.name {
        return Ok(());
    }
    let allows = |set: PermissionSet, operation: Operation, ownership: Ownership| {
        operation.needs(ownership).iter().any(|permission| set.has(*permission))
    };
    let acts_for = Operation::ALL
        .into_iter()
        .find(|operation| allows(granted, *operation, Ownership::Own) && !allows(own, *operation, Ownership::Other));
    match acts_for {
        Some(operation) => {
            let message = format!(
                "With this token you could do in somebody else's name what you may not do to other people's things ({}).",
                operation.as_str()
            );
            Err(Error::refused(message, hint).on("roles"))
        }
        None => Ok(()),
    }
}

/// When the credential that asks ends, where it is an API token or a session that one opened: nothing it makes lives
/// longer.
pub(super) fn end_of_credential(services: &Services, call: &Call<'_>, now_ms: i64) -> Result<Option<i64>, Error> {
    let id = match &call.caller.credential {
        Credential::ApiToken(id) => id.clone(),
        Credential::Session(id) => match services.store.session(id, now_ms)? {
            Some(session) => match session.token {
                Some(token) => token,
                None => return Ok(None),
            },
            None => return Ok(Some(now_ms)),
        },
        Credential::DataFolder | Credential::Loopback | Credential::AccessToken(_) | Credential::Certificate => {
            return Ok(None);
        }
    };
    let token = services.store.token(&id)?.filter(|token| token.is_good(now_ms));
    Ok(Some(token.map_or(now_ms, |token| token.expires_at_ms)))
}
