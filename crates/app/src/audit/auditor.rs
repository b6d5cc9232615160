//! The one who writes it down.

use domain::{AuditAction, Caller, Outcome, ProjectId, RequestId, SecurityEvent};
use store::{AccessLine, Store};

use super::background::Background;
use super::draft::Draft;
use super::pseudonym::{Names, Pseudonyms};
use super::sign_ins::SignIns;
use crate::clock::now_ms;
use crate::error::Error;

/// Writes down who did what.
#[derive(Debug)]
pub struct Auditor {
    store: Store,
    names: Names,
    background: Background,
    sign_ins: SignIns,
}

impl Auditor {
    /// Writes into `store`; with names and addresses as `pseudonyms` where they are given.
    #[must_use]
    pub fn new(store: Store, pseudonyms: Option<Pseudonyms>) -> Self {
        let background = Background::new(store.clone());
        Self { store, names: Names(pseudonyms), background, sign_ins: SignIns::default() }
    }

    /// How `name` stands in the audit log and the access log.
    #[must_use]
    pub fn name(&self, name: &str) -> String {
        self.names.of(name)
    }

    /// An entry on something that `caller` does.
    pub(crate) fn draft(&self, caller: &Caller, request: &RequestId, action: AuditAction) -> Draft<'_> {
        Draft::of_caller(&self.names, caller, request, action)
    }

    /// An entry on something that this program does by itself, or on somebody who is not known.
    pub(crate) fn draft_of_event(&self, request: &RequestId, event: SecurityEvent) -> Draft<'_> {
        Draft::of_system(&self.names, request, AuditAction::Event(event))
    }

    /// Writes an entry where nothing else changes. When this returns, it is durable.
    pub(crate) fn record(&self, draft: Draft<'_>) -> Result<(), Error> {
        Ok(self.store.record(&[draft.finish()?])?)
    }

    /// Writes of a refusal within a second, or folds it with others like it.
    pub(crate) fn refused(&self, draft: Draft<'_>) {
        self.background.refused(draft.outcome(Outcome::Refused).into_entry());
    }

    /// Writes a line of the access log within a second.
    pub(crate) fn looked(
        &self,
        caller: &Caller,
        request: &RequestId,
        action: AuditAction,
        project: Option<&ProjectId>,
    ) {
        self.background.looked(AccessLine {
            at_ms: now_ms(),
            action: action.as_str().to_owned(),
            outcome: Outcome::Success.as_str().to_owned(),
            caller: self.name(&caller.name),
            face: caller.face.as_str().to_owned(),
            address: caller.address.map(|address| self.name(&audit::Entry::address_text(address))),
            project: project.map(ToString::to_string),
            request: request.as_str().to_owned(),
        });
    }

    /// Waits until the access log holds all that was told up to now.
    pub(crate) fn settle(&self) {
        self.background.settle();
    }

    /// Writes that `caller` signed in, unless the same credential did from the same address within the last hour.
    pub(crate) fn signed_in(&self, caller: &Caller, request: &RequestId) -> Result<(), Error> {
        let Some(seen) = self.sign_ins.note(caller, now_ms()) else { return Ok(()) };
        let draft = self.draft(caller, request, AuditAction::Event(SecurityEvent::SignedIn));
        self.record(draft).inspect_err(|_| self.sign_ins.forget(&seen))
    }

    /// Whether `caller` signing in now would be written.
    pub(crate) fn is_new(&self, caller: &Caller) -> bool {
        self.sign_ins.is_new(caller, now_ms())
    }
}
