//! The form of an entry: events of the Open Cybersecurity Schema Framework 1.6 (schema.ocsf.io). What was asked for is
//! class 6003 (API Activity), what happened to sign-in is class 3002 (Authentication).

use domain::{AuditAction, Effect, Outcome, SecurityEvent};
use serde::Serialize;

use crate::entry::Entry;

const SCHEMA: &str = "1.6.0";
const PRODUCT: &str = "smart-begin";

const AUTHENTICATION: u32 = 3002;
const API_ACTIVITY: u32 = 6003;

/// One event. The order of the fields is the order in the bytes.
#[derive(Serialize)]
pub(crate) struct Event<'a> {
    time: i64,
    class_uid: u32,
    category_uid: u32,
    activity_id: u32,
    type_uid: u32,
    severity_id: u32,
    status_id: u32,
    status: &'static str,
    metadata: Metadata<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    actor: Option<Actor<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    user: Option<User<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    api: Option<Api<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    resources: Option<[Named<'a>; 1]>,
    src_endpoint: Endpoint<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    status_detail: Option<&'a str>,
    count: u64,
    unmapped: Unmapped<'a>,
}

#[derive(Serialize)]
struct Metadata<'a> {
    version: &'static str,
    product: Product,
    event_code: &'static str,
    correlation_uid: &'a str,
}

#[derive(Serialize)]
struct Product {
    name: &'static str,
    vendor_name: &'static str,
    version: &'static str,
}

#[derive(Serialize)]
struct Actor<'a> {
    user: User<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    session: Option<Session<'a>>,
}

#[derive(Clone, Copy, Serialize)]
struct User<'a> {
    name: &'a str,
}

#[derive(Serialize)]
struct Session<'a> {
    uid: &'a str,
}

#[derive(Serialize)]
struct Api<'a> {
    operation: &'static str,
    request: Request<'a>,
}

#[derive(Serialize)]
struct Request<'a> {
    uid: &'a str,
}

#[derive(Serialize)]
struct Named<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    uid: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
enum Endpoint<'a> {
    Ip(&'a str),
    Name(&'static str),
}

/// What the framework has no place for, and what columns repeat.
#[derive(Serialize)]
struct Unmapped<'a> {
    principal: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    project: Option<&'a str>,
    outcome: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    face: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    credential: Option<&'static str>,
}

impl<'a> Event<'a> {
    pub(crate) fn of(entry: &'a Entry) -> Self {
        let (class_uid, activity_id) = class_and_activity(entry.action);
        let user = User { name: &entry.caller };
        let authentication = class_uid == AUTHENTICATION;
        let session = entry.credential_id.as_deref().map(|uid| Session { uid });
        let request = entry.request.as_str();
        Self {
            time: entry.at_ms,
            class_uid,
            category_uid: class_uid / 1000,
            activity_id,
            type_uid: class_uid * 100 + activity_id,
            severity_id: severity(entry),
            status_id: if entry.outcome == Outcome::Success { 1 } else { 2 },
            status: if entry.outcome == Outcome::Success { "Success" } else { "Failure" },
            metadata: Metadata {
                version: SCHEMA,
                product: Product { name: PRODUCT, vendor_name: PRODUCT, version: env!("CARGO_PKG_VERSION") },
                event_code: entry.action.as_str(),
                correlation_uid: request,
            },
            actor: (!authentication || session.is_some()).then_some(Actor { user, session }),
            user: authentication.then_some(user),
            api: (!authentication)
                .then_some(Api { operation: entry.action.as_str(), request: Request { uid: request } }),
            resources: entry.resource.as_ref().map(|resource| [Named { kind: resource.kind, uid: &resource.id }]),
            src_endpoint: entry.address.as_deref().map_or(Endpoint::Name("this machine"), Endpoint::Ip),
            status_detail: entry.detail.as_deref(),
            count: entry.count,
            unmapped: Unmapped {
                principal: &entry.caller,
                project: entry.project.as_deref(),
                outcome: entry.outcome.as_str(),
                face: entry.face,
                credential: entry.credential,
            },
        }
    }
}

/// API Activity: 1 create, 2 read, 3 update, 4 delete, 99 other. Authentication: 1 logon, 2 logoff.
fn class_and_activity(action: AuditAction) -> (u32, u32) {
    match action {
        AuditAction::Asked(operation) => match operation.effect() {
            Effect::Creates => (API_ACTIVITY, 1),
            Effect::Reads => (API_ACTIVITY, 2),
            Effect::Updates => (API_ACTIVITY, 3),
            Effect::Deletes => (API_ACTIVITY, 4),
        },
        AuditAction::Event(event) => match event {
            SecurityEvent::SignedIn | SecurityEvent::SignInRefused | SecurityEvent::LockedOut => (AUTHENTICATION, 1),
            SecurityEvent::SignedOut => (AUTHENTICATION, 2),
            SecurityEvent::ProjectFinished
            | SecurityEvent::ConfigurationLoaded
            | SecurityEvent::ConfigurationChanged
            | SecurityEvent::AuditKeysChanged => (API_ACTIVITY, 3),
            SecurityEvent::ProjectAbandoned | SecurityEvent::SecretRetired => (API_ACTIVITY, 4),
        },
    }
}

/// 1 informational, 2 low, 3 medium, 4 high.
fn severity(entry: &Entry) -> u32 {
    match (entry.action, entry.outcome) {
        (AuditAction::Event(SecurityEvent::LockedOut), _) => 4,
        (_, Outcome::Refused) => 3,
        (_, Outcome::Failure) => 2,
        (_, Outcome::Success) => 1,
    }
}
