//! Ends a session of the dashboard.

use domain::{AuditAction, Credential, Operation, Resource, SecurityEvent};

use crate::authorise::authorise_change_found;
use crate::clock::now_ms;
use crate::error::{Error, ErrorKind};
use crate::security_log;
use crate::services::{Call, Services};

/// Ends the session `id` at once. Whoever is in it may always leave it, whatever their role.
///
/// # Errors
/// When there is none for this caller, or the store cannot be written.
pub fn end_session(services: &Services, call: &Call<'_>, id: &str) -> Result<(), Error> {
    let found = services.store.session(id.trim(), now_ms())?;
    let leaves = matches!(&call.caller.credential, Credential::Session(own) if own == id.trim());
    let draft = if leaves {
        services.audit.draft(call.caller, call.request, AuditAction::Event(SecurityEvent::SignedOut))
    } else {
        let resource =
            found.as_ref().map(|session| Resource { owner: Some(&session.scope.principal), ..Resource::default() });
        let operation = Operation::RevokeSession;
        authorise_change_found(services, call, operation, Operation::ListSessions, resource, missing)?
    };
    let session = found.ok_or_else(missing)?;
    services.store.end_session(&session.id, &draft.on("session", &session.id).finish()?)?;
    security_log::tell(call, "session-ended", &session.scope.principal, &session.id);
    Ok(())
}

fn missing() -> Error {
    let hint = "Look at the list of sessions for those there are; one that has ended is not in it.";
    Error::new(ErrorKind::NotFound, "There is no such session.", hint).on("sessionId")
}
