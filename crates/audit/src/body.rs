//! The part of an entry's text that verification compares, read without copying it: a million of them take seconds.

use std::borrow::Cow;

use domain::{Operation, Outcome};
use serde::Deserialize;

use crate::kept::Columns;
use crate::retention::Dropped;

/// What a text says.
#[derive(Deserialize)]
pub(crate) struct Body<'a> {
    time: i64,
    #[serde(borrow)]
    metadata: Metadata<'a>,
    #[serde(borrow, default)]
    status_detail: Option<Text<'a>>,
    #[serde(borrow)]
    unmapped: Unmapped<'a>,
}

#[derive(Deserialize)]
struct Metadata<'a> {
    #[serde(borrow)]
    event_code: Cow<'a, str>,
    #[serde(borrow)]
    correlation_uid: Cow<'a, str>,
}

#[derive(Deserialize)]
struct Unmapped<'a> {
    #[serde(borrow)]
    principal: Cow<'a, str>,
    #[serde(borrow, default)]
    project: Option<Text<'a>>,
    #[serde(borrow)]
    outcome: Cow<'a, str>,
}

/// `Option<Cow>` alone would always copy.
#[derive(Deserialize)]
struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

/// Reads the bytes of a text; none where they are no text of an entry.
pub(crate) fn read(bytes: &[u8]) -> Option<Body<'_>> {
    serde_json::from_slice(bytes).ok()
}

impl Body<'_> {
    pub(crate) fn columns(&self) -> Columns<'_> {
        Columns {
            at_ms: Some(self.time),
            action: Some(self.metadata.event_code.as_bytes()),
            caller: Some(self.unmapped.principal.as_bytes()),
            project: self.unmapped.project.as_ref().map(|project| project.0.as_bytes()),
            request: Some(self.metadata.correlation_uid.as_bytes()),
        }
    }

    /// What the entry says that retention dropped, if it tells of one.
    pub(crate) fn dropped(&self) -> Option<Dropped> {
        let managed = self.metadata.event_code == Operation::ManageAudit.as_str();
        let done = self.unmapped.outcome == Outcome::Success.as_str();
        self.status_detail.as_ref().filter(|_| managed && done).and_then(|detail| Dropped::parse(&detail.0))
    }
}
