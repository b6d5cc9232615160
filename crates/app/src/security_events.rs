//! What happens to access without a use case: sign-ins, refusals of credentials, other configurations.

use std::net::IpAddr;

use domain::{Caller, Outcome, RequestId, SecurityEvent};

use crate::error::Error;
use crate::services::Services;

/// Writes that `caller` signed in, before anything is done for them. A credential that is used again within the hour
/// from the same address leaves no other entry.
///
/// # Errors
/// When it cannot be written: nobody is let in then.
pub fn record_sign_in(services: &Services, caller: &Caller, request: &RequestId) -> Result<(), Error> {
    services.audit.signed_in(caller, request)
}

/// Whether [`record_sign_in`] would write anything. Never blocks.
#[must_use]
pub fn is_new_sign_in(services: &Services, caller: &Caller) -> bool {
    services.audit.is_new(caller)
}

/// A credential that was refused.
#[derive(Clone, Copy, Debug)]
pub struct RefusedSignIn<'a> {
    /// Where it came from.
    pub address: Option<IpAddr>,
    /// Whose it was, where the credential was good and it was refused all the same.
    pub principal: Option<&'a str>,
    /// Why, in few words. Nothing of the credential itself.
    pub reason: &'a str,
}

/// Writes of a refused credential, within a second; repetitions are folded.
pub fn record_sign_in_refused(services: &Services, refused: RefusedSignIn<'_>, request: &RequestId) {
    let draft = services.audit.draft_of_event(request, SecurityEvent::SignInRefused);
    let draft = draft.by(refused.principal.unwrap_or("unknown")).at_address(refused.address);
    services.audit.refused(draft.detail(refused.reason));
}

/// What happened to the configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConfigurationEvent {
    /// A server began with it.
    Loaded,
    /// A running server took another one.
    Changed,
    /// A running server refused another one, and goes on as it was.
    Refused,
}

/// Writes what happened to the configuration. `detail` names keys and digests, never values.
///
/// # Errors
/// When it cannot be written: the configuration must not take effect then.
pub fn record_configuration(services: &Services, event: ConfigurationEvent, detail: &str) -> Result<(), Error> {
    let (event, outcome) = match event {
        ConfigurationEvent::Loaded => (SecurityEvent::ConfigurationLoaded, Outcome::Success),
        ConfigurationEvent::Changed => (SecurityEvent::ConfigurationChanged, Outcome::Success),
        ConfigurationEvent::Refused => (SecurityEvent::ConfigurationChanged, Outcome::Refused),
    };
    let draft = services.audit.draft_of_event(&RequestId::random()?, event);
    services.audit.record(draft.outcome(outcome).detail(detail))
}
