//! Changes of access, for the log: who did what to whose. Never what a credential is.

use crate::services::Call;

/// Writes one line.
pub(crate) fn tell(call: &Call<'_>, event: &'static str, principal: &str, subject: &str) {
    let (by, credential) = (call.caller.name.as_str(), call.caller.credential.kind());
    let request_id = call.request.as_str();
    tracing::info!(target: "security", event, principal, subject, by, credential, request_id, "access");
}
