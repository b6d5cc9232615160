//! An entry in the making: whoever was allowed to do something privileged holds one, and the store takes nothing else
//! for the change.

use std::net::IpAddr;

use audit::{Entry, Resource};
use domain::{AuditAction, Caller, Outcome, ProjectId, RequestId};
use store::NewEntry;

use super::pseudonym::Names;
use crate::clock::now_ms;
use crate::error::Error;

/// The kind of a resource that is a principal, and so may become a pseudonym.
const PERSON: &str = "person";

/// What will be an entry of the audit log once it is known what was done to what.
#[must_use = "what is privileged happens with its entry or not at all"]
#[derive(Clone)]
pub(crate) struct Draft<'a> {
    names: &'a Names,
    entry: Entry,
}

impl<'a> Draft<'a> {
    /// Something that `caller` does.
    pub(super) fn of_caller(names: &'a Names, caller: &Caller, request: &RequestId, action: AuditAction) -> Self {
        let mut draft = Self::of_system(names, request, action);
        draft.entry.caller = names.of(&caller.name);
        draft.entry.credential = Some(caller.credential.kind());
        draft.entry.credential_id = caller.credential.id().map(str::to_owned);
        draft.entry.address = caller.address.map(|address| names.of(&Entry::address_text(address)));
        draft.entry.face = Some(caller.face.as_str());
        draft
    }

    /// Something that this program does by itself.
    pub(super) fn of_system(names: &'a Names, request: &RequestId, action: AuditAction) -> Self {
        let entry = Entry {
            at_ms: now_ms(),
            action,
            outcome: Outcome::Success,
            caller: "smart-begin".to_owned(),
            credential: None,
            credential_id: None,
            address: None,
            face: None,
            request: request.clone(),
            project: None,
            resource: None,
            detail: None,
            count: 1,
        };
        Self { names, entry }
    }

    /// What it is done to: `kind` is `token`, `session`, `person`, `secret` and the like.
    pub(crate) fn on(mut self, kind: &'static str, id: &str) -> Self {
        let id = if kind == PERSON { self.names.of(id) } else { id.to_owned() };
        self.entry.resource = Some(Resource { kind, id });
        self
    }

    /// A person it is done to.
    pub(crate) fn on_person(self, principal: &str) -> Self {
        self.on(PERSON, principal)
    }

    /// The project that it is done to, or in.
    pub(crate) fn project(mut self, id: &ProjectId) -> Self {
        self.entry.project = Some(id.to_string());
        let whole = || Resource { kind: "project", id: id.to_string() };
        self.entry.resource.get_or_insert_with(whole);
        self
    }

    /// What else there is to say. Never a secret, and no principal's name.
    pub(crate) fn detail(mut self, detail: impl Into<String>) -> Self {
        self.entry.detail = Some(detail.into());
        self
    }

    /// How it went, where that is not well.
    pub(crate) fn outcome(mut self, outcome: Outcome) -> Self {
        self.entry.outcome = outcome;
        self
    }

    /// Who it is about, where the caller is not known.
    pub(crate) fn by(mut self, principal: &str) -> Self {
        self.entry.caller = self.names.of(principal);
        self
    }

    /// Where it came from, where there is no caller.
    pub(crate) fn at_address(self, address: Option<IpAddr>) -> Self {
        let address = address.map(Entry::address_text);
        self.at(address.as_deref())
    }

    /// The same for an address that is text already.
    pub(crate) fn at(mut self, address: Option<&str>) -> Self {
        self.entry.address = address.map(|address| self.names.of(address));
        self
    }

    /// The entry for the store.
    pub(crate) fn finish(self) -> Result<NewEntry, Error> {
        encode(self.entry)
    }

    pub(super) fn into_entry(self) -> Entry {
        self.entry
    }
}

pub(super) fn encode(entry: Entry) -> Result<NewEntry, Error> {
    let audit::Encoded { at_ms, action, caller, project, request, body } = entry.encode().map_err(Error::internal)?;
    Ok(NewEntry { at_ms, action, caller, project, request, body })
}
