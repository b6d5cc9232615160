//! The door of every use case: whether this caller may do this to that.

use domain::{Credential, Denial, Face, Operation, Resource};

use crate::clock::now_ms;
use crate::error::Error;
use crate::services::{Call, Services};

/// Lets the call go on, or refuses it.
pub(crate) fn authorise(
    services: &Services,
    call: &Call<'_>,
    operation: Operation,
    resource: Resource<'_>,
) -> Result<(), Error> {
    refuse_ended(services, call)?;
    call.caller
        .may(&services.policy.get(), operation, resource)
        .map(|_| ())
        .map_err(|denial| refused(operation, &denial))
}

/// Over HTTP a credential is looked at with each request. On stdio it was when the process started, so that a token may
/// have ended since.
fn refuse_ended(services: &Services, call: &Call<'_>) -> Result<(), Error> {
    let Credential::ApiToken(id) = &call.caller.credential else { return Ok(()) };
    if call.caller.face != Face::Stdio {
        return Ok(());
    }
    let now = now_ms();
    if services.store.token(id)?.is_some_and(|token| token.is_good(now)) {
        return Ok(());
    }
    let hint = "Start the server again with another token (SMART_BEGIN_TOKEN or SMART_BEGIN_TOKEN_FILE).";
    Err(Error::refused("The API token of this process has expired or was revoked.", hint))
}

/// The same for something that was looked up by an id. What the caller may not even see, by `seen_by`, answers exactly
/// like what does not exist: by what the caller may do at all, and then by `missing`.
pub(crate) fn authorise_found(
    services: &Services,
    call: &Call<'_>,
    operation: Operation,
    seen_by: Operation,
    resource: Option<Resource<'_>>,
    missing: impl FnOnce() -> Error,
) -> Result<(), Error> {
    refuse_ended(services, call)?;
    let policy = services.policy.get();
    if let Some(resource) = resource {
        match call.caller.may(&policy, operation, resource) {
            Ok(_) => return Ok(()),
            Err(denial) if operation != seen_by && call.caller.may(&policy, seen_by, resource).is_ok() => {
                return Err(refused(operation, &denial));
            }
            Err(_) => {}
        }
    }
    match call.caller.may(&policy, operation, Resource::default()) {
        Ok(_) => Err(missing()),
        Err(denial) => Err(refused(operation, &denial)),
    }
}

fn refused(operation: Operation, denial: &Denial) -> Error {
    let hint = match denial {
        Denial::Lacks(_) => "Ask the operator of this server for a role that has it.",
        Denial::OtherProject => "Use another token.",
        Denial::ReadOnly => "Try again when the operator has ended read-only mode (server.read_only).",
    };
    Error::refused(format!("You may not do this ({}): {denial}.", operation.as_str()), hint)
}
