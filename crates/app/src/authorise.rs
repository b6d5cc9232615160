//! The door of every use case: whether this caller may do this to that.

use domain::{AuditAction, Credential, Denial, Effect, Face, Operation, ProjectId, Resource};

use crate::audit::Draft;
use crate::clock::now_ms;
use crate::error::Error;
use crate::services::{Call, Services};

/// Lets a call that only looks go on, or refuses it. Either is written down before this returns.
pub(crate) fn authorise(
    services: &Services,
    call: &Call<'_>,
    operation: Operation,
    resource: Resource<'_>,
) -> Result<(), Error> {
    decide(services, call, operation, resource)?;
    look(services, call, operation, resource)
}

/// Lets a call that changes something go on with the draft of its entry, or refuses it.
pub(crate) fn authorise_change<'a>(
    services: &'a Services,
    call: &Call<'_>,
    operation: Operation,
    resource: Resource<'_>,
) -> Result<Draft<'a>, Error> {
    decide(services, call, operation, resource)?;
    Ok(change(services, call, operation, resource))
}

fn decide(services: &Services, call: &Call<'_>, operation: Operation, resource: Resource<'_>) -> Result<(), Error> {
    refuse_ended(services, call)?;
    let decided = call.caller.may(&services.policy.get(), operation, resource);
    decided.map(|_| ()).map_err(|denial| refused(services, call, operation, &denial))
}

/// Tells of a read: a privileged one in the audit log, so that nothing is shown that was not logged.
fn look(services: &Services, call: &Call<'_>, operation: Operation, resource: Resource<'_>) -> Result<(), Error> {
    debug_assert!(operation.effect() == Effect::Reads, "{operation:?} changes something");
    let action = AuditAction::Asked(operation);
    if !operation.is_privileged(call.caller.ownership(resource)) {
        services.audit.looked(call.caller, call.request, action, resource.project);
        return Ok(());
    }
    services.audit.record(change(services, call, operation, resource))
}

fn change<'a>(services: &'a Services, call: &Call<'_>, operation: Operation, resource: Resource<'_>) -> Draft<'a> {
    let draft = services.audit.draft(call.caller, call.request, AuditAction::Asked(operation));
    match (resource.project, resource.owner) {
        (Some(project), _) => draft.project(project),
        (None, Some(owner)) => draft.on_person(owner),
        (None, None) => draft,
    }
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

/// The same as [`authorise`] for something that was looked up by an id. What the caller may not even see, by `seen_by`,
/// answers exactly like what does not exist: by what the caller may do at all, and then by `missing`.
pub(crate) fn authorise_found(
    services: &Services,
    call: &Call<'_>,
    operation: Operation,
    seen_by: Operation,
    resource: Option<Resource<'_>>,
    missing: impl FnOnce() -> Error,
) -> Result<(), Error> {
    decide_found(services, call, operation, seen_by, resource, missing)?;
    look(services, call, operation, resource.unwrap_or_default())
}

/// The same as [`authorise_change`] for something that was looked up by an id.
pub(crate) fn authorise_change_found<'a>(
    services: &'a Services,
    call: &Call<'_>,
    operation: Operation,
    seen_by: Operation,
    resource: Option<Resource<'_>>,
    missing: impl FnOnce() -> Error,
) -> Result<Draft<'a>, Error> {
    decide_found(services, call, operation, seen_by, resource, missing)?;
    Ok(change(services, call, operation, resource.unwrap_or_default()))
}

fn decide_found(
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
                return Err(refused(services, call, operation, &denial));
            }
            Err(denial) => tell_refusal(services, call, operation, &denial, resource.project),
        }
    }
    match call.caller.may(&policy, operation, Resource::default()) {
        Ok(_) => Err(missing()),
        Err(denial) => Err(refused(services, call, operation, &denial)),
    }
}

/// Writes of a refusal, folded with others like it.
fn tell_refusal(
    services: &Services,
    call: &Call<'_>,
    operation: Operation,
    denial: &Denial,
    project: Option<&ProjectId>,
) {
    let draft = services.audit.draft(call.caller, call.request, AuditAction::Asked(operation));
    let draft = draft.detail(denial.to_string());
    services.audit.refused(if let Some(project) = project { draft.project(project) } else { draft });
}

fn refused(services: &Services, call: &Call<'_>, operation: Operation, denial: &Denial) -> Error {
    tell_refusal(services, call, operation, denial, None);
    let hint = match denial {
        Denial::Lacks(_) => "Ask the operator of this server for a role that has it.",
        Denial::OtherProject => "Use another token.",
        Denial::ReadOnly => "Try again when the operator has ended read-only mode (server.read_only).",
    };
    Error::refused(format!("You may not do this ({}): {denial}.", operation.as_str()), hint)
}
