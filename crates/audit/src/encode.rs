//! Between an entry and its bytes.

use crate::entry::Entry;
use crate::ocsf;

/// The longest detail, in characters; what is longer ends with `…`.
const DETAIL: usize = 1_000;

/// The longest name of a principal or a resource, in characters.
const NAME: usize = 500;

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

fn shorten(text: &mut String, most: usize) {
    if let Some((end, _)) = text.char_indices().nth(most) {
        text.truncate(end);
        text.push('…');
    }
}

#[cfg(test)]
mod tests {
    use domain::{AuditAction, Operation, Outcome, RequestId, SecurityEvent};

    use super::*;
    use crate::body;
    use crate::entry::Resource;
    use crate::kept::Columns;

    /// What the columns say, and what the bytes say.
    fn assert_alike(encoded: &Encoded) {
        let columns = Columns {
            at_ms: Some(encoded.at_ms),
            action: Some(encoded.action.as_bytes()),
            caller: Some(encoded.caller.as_bytes()),
            project: encoded.project.as_deref().map(str::as_bytes),
            request: Some(encoded.request.as_bytes()),
        };
        assert_eq!(body::read(encoded.body.as_bytes()).unwrap().columns(), columns);
    }

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
            assert_alike(&encoded);
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
        assert_alike(&encoded);
    }
}
