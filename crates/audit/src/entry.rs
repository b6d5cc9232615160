//! One entry: what happened, who did it, to what, from where, and how it went. Never the value of a secret.

use std::net::IpAddr;

use domain::{AuditAction, Outcome, RequestId};
use serde::Deserialize;

use crate::ocsf;

/// The longest detail, in characters; what is longer ends with `…`.
const DETAIL: usize = 1_000;

/// The longest name of a principal or a resource, in characters.
const NAME: usize = 500;

/// What something was done to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resource {
    /// Its kind, for example `token`.
    pub kind: &'static str,
    /// What names it among its kind.
    pub id: String,
}

/// One entry of the audit log, before it is bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// When, in milliseconds since 1970 (UTC), by the clock of the server.
    pub at_ms: i64,
    /// What.
    pub action: AuditAction,
    /// How it went.
    pub outcome: Outcome,
    /// Who: the name of the principal, or a pseudonym.
    pub caller: String,
    /// The kind of credential that showed who it is.
    pub credential: Option<&'static str>,
    /// What names the credential, where it has an id: a token's or a session's.
    pub credential_id: Option<String>,
    /// From where: the client's address, or a pseudonym; none on the same machine.
    pub address: Option<String>,
    /// Through which face of the program.
    pub face: Option<&'static str>,
    /// The request it belongs to.
    pub request: RequestId,
    /// The project it concerns.
    pub project: Option<String>,
    /// What it was done to.
    pub resource: Option<Resource>,
    /// What else there is to say.
    pub detail: Option<String>,
    /// How many times it happened: more than one where repetitions were folded.
    pub count: u64,
}

/// An entry as the log keeps it: the bytes that are hashed, and what is looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Encoded {
    /// When, in milliseconds since 1970 (UTC).
    pub at_ms: i64,
    /// The name of the action.
    pub action: String,
    /// The name of the principal, or a pseudonym.
    pub caller: String,
    /// The project it concerns.
    pub project: Option<String>,
    /// The request it belongs to.
    pub request: String,
    /// One line of JSON, an event of the Open Cybersecurity Schema Framework. The hash of the leaf is of these bytes.
    pub body: String,
}

impl Entry {
    /// The entry as the log keeps it. Text that is too long is cut, so that no entry outgrows the log.
    ///
    /// # Errors
    /// Never for what a caller can send; an error is a fault of this program.
    pub fn encode(mut self) -> Result<Encoded, serde_json::Error> {
        shorten(&mut self.caller, NAME);
        if let Some(detail) = &mut self.detail {
            shorten(detail, DETAIL);
        }
        if let Some(resource) = &mut self.resource {
            shorten(&mut resource.id, NAME);
        }
        let body = serde_json::to_string(&ocsf::Event::of(&self))?;
        let Self { at_ms, action, caller, project, request, .. } = self;
        let request = request.as_str().to_owned();
        Ok(Encoded { at_ms, action: action.as_str().to_owned(), caller, project, request, body })
    }
}

impl Entry {
    /// How an address stands in an entry.
    #[must_use]
    pub fn address_text(address: IpAddr) -> String {
        address.to_canonical().to_string()
    }
}

fn shorten(text: &mut String, most: usize) {
    if let Some((end, _)) = text.char_indices().nth(most) {
        text.truncate(end);
        text.push('…');
    }
}

/// The bytes are not those of an entry.
#[derive(Debug, thiserror::Error)]
#[error("these bytes are no entry of an audit log")]
pub struct Unreadable(#[from] serde_json::Error);

/// What the bytes of an entry say of its columns.
///
/// # Errors
/// When they are not those of an entry.
pub fn read_columns(body: &str) -> Result<Encoded, Unreadable> {
    let said: Said<'_> = serde_json::from_str(body)?;
    Ok(Encoded {
        at_ms: said.time,
        action: said.metadata.event_code.into_owned(),
        caller: said.unmapped.principal.into_owned(),
        project: said.unmapped.project.map(std::borrow::Cow::into_owned),
        request: said.metadata.correlation_uid.into_owned(),
        body: body.to_owned(),
    })
}

/// The part of an entry that columns repeat.
#[derive(Deserialize)]
struct Said<'a> {
    time: i64,
    #[serde(borrow)]
    metadata: SaidMetadata<'a>,
    #[serde(borrow)]
    unmapped: SaidUnmapped<'a>,
}

#[derive(Deserialize)]
struct SaidMetadata<'a> {
    #[serde(borrow)]
    event_code: std::borrow::Cow<'a, str>,
    #[serde(borrow)]
    correlation_uid: std::borrow::Cow<'a, str>,
}

#[derive(Deserialize)]
struct SaidUnmapped<'a> {
    #[serde(borrow)]
    principal: std::borrow::Cow<'a, str>,
    #[serde(borrow, default)]
    project: Option<std::borrow::Cow<'a, str>>,
}

#[cfg(test)]
mod tests {
    use domain::{Operation, SecurityEvent};

    use super::*;

    fn entry(action: AuditAction) -> Entry {
        Entry {
            at_ms: 1_795_000_000_123,
            action,
            outcome: Outcome::Success,
            caller: "corp:\"Zoë\"\n".to_owned(),
            credential: Some("api-token"),
            credential_id: Some("tok_1".to_owned()),
            address: Some("192.0.2.7".to_owned()),
            face: Some("http"),
            request: RequestId::random().unwrap(),
            project: Some("prj_1".to_owned()),
            resource: Some(Resource { kind: "project", id: "prj_1".to_owned() }),
            detail: None,
            count: 1,
        }
    }

    #[test]
    fn the_bytes_of_every_action_say_what_the_columns_say() {
        for action in AuditAction::all() {
            let encoded = entry(action).encode().unwrap();
            assert!(!encoded.body.contains('\n'), "one line");
            assert_eq!(read_columns(&encoded.body).unwrap(), encoded);
        }
    }

    #[test]
    fn an_entry_is_an_event_of_ocsf() {
        let body = entry(AuditAction::Asked(Operation::RevokeToken)).encode().unwrap().body;
        let event: serde_json::Value = serde_json::from_str(&body).unwrap();
        let numbers = |event: &serde_json::Value| {
            ["class_uid", "category_uid", "activity_id", "type_uid", "severity_id", "status_id"]
                .map(|name| event[name].as_u64().unwrap())
        };
        assert_eq!(numbers(&event), [6003, 6, 4, 600_304, 1, 1]);
        assert_eq!(event["api"]["operation"], "revoke-token");
        assert_eq!(event["actor"]["user"]["name"], "corp:\"Zoë\"\n");
        assert_eq!(event["src_endpoint"]["ip"], "192.0.2.7");
        assert_eq!(event["resources"][0]["uid"], "prj_1");
        let refused = Entry { outcome: Outcome::Refused, ..entry(AuditAction::Event(SecurityEvent::SignInRefused)) };
        let event: serde_json::Value = serde_json::from_str(&refused.encode().unwrap().body).unwrap();
        assert_eq!(numbers(&event), [3002, 3, 1, 300_201, 3, 2]);
        assert_eq!(event["user"]["name"], "corp:\"Zoë\"\n");
    }

    #[test]
    fn what_is_too_long_is_cut() {
        let long = Entry {
            detail: Some("é".repeat(5_000)),
            caller: "c".repeat(5_000),
            ..entry(AuditAction::Event(SecurityEvent::SignedIn))
        };
        let encoded = long.encode().unwrap();
        assert!(encoded.body.len() < 5_000, "{}", encoded.body.len());
        assert_eq!(encoded.caller.chars().count(), NAME + 1);
        assert_eq!(read_columns(&encoded.body).unwrap(), encoded);
    }
}
