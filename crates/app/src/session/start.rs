//! Opens a session of the dashboard.

use std::net::IpAddr;
use std::time::Duration;

use domain::{PermissionSet, ProjectId, RequestId, Secret, SecurityEvent};
use secrecy::SecretString;
use sha2::{Digest as _, Sha256};
use store::{NewSession, Scope};

use crate::clock::{milliseconds, now_ms};
use crate::error::Error;
use crate::services::Services;

/// The longest part of a browser's own description that is kept.
const USER_AGENT: usize = 120;

/// Where something comes from, as far as it is known.
#[derive(Clone, Copy, Debug, Default)]
pub struct Origin<'a> {
    /// The address of the client.
    pub address: Option<IpAddr>,
    /// What the client says of itself.
    pub user_agent: Option<&'a str>,
}

/// Somebody who has shown who they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedIn {
    /// The principal's name.
    pub principal: String,
    /// The name to show.
    pub display: String,
    /// Their roles.
    pub roles: Vec<String>,
    /// Their teams.
    pub teams: Vec<String>,
    /// The permissions that they are bounded by, beside their roles.
    pub permissions_bound: Option<PermissionSet>,
    /// The only projects that the session is good for.
    pub only_projects: Option<Vec<ProjectId>>,
    /// The API token that opens the session, where one does: the session ends with it.
    pub token_id: Option<String>,
}

/// How long sessions live.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SessionTimes {
    /// Without a request.
    pub idle: Duration,
    /// At all.
    pub longest: Duration,
    /// Until the cookie is replaced.
    pub rotate: Duration,
}

impl SessionTimes {
    /// When a session ends that began at `created` and was last used at `seen`, in milliseconds since 1970.
    pub(super) fn end_ms(&self, created: i64, seen: i64) -> i64 {
        created.saturating_add(milliseconds(self.longest)).min(seen.saturating_add(milliseconds(self.idle)))
    }
}

/// A session that was opened.
#[derive(Debug)]
pub struct StartedSession {
    /// The value of its cookie.
    pub cookie: SecretString,
    /// What its forms must bring along.
    pub csrf: String,
    /// Its id.
    pub id: String,
}

/// Opens a session for `who`. The oldest of theirs makes way where there are many.
///
/// # Errors
/// When the store cannot be written.
pub fn start_session(
    services: &Services,
    request: &RequestId,
    who: &SignedIn,
    origin: &Origin<'_>,
    times: SessionTimes,
) -> Result<StartedSession, Error> {
    let (cookie, csrf) = (Secret::random()?, Secret::random()?.expose().to_owned());
    let id = format!("ses_{}", &Secret::random()?.expose()[..24]);
    let now = now_ms();
    let session = NewSession {
        id: id.clone(),
        sha256: hash(&cookie),
        display: who.display.clone(),
        scope: Scope {
            principal: who.principal.clone(),
            roles: who.roles.clone(),
            teams: who.teams.clone(),
            projects: who.only_projects.clone(),
        },
        permissions: who.permissions_bound,
        token: who.token_id.clone(),
        csrf: csrf.clone(),
        address: origin.address.map(|address| address.to_string()),
        user_agent: origin.user_agent.map(shortened),
        expires_at_ms: times.end_ms(now, now),
    };
    let draft = services.audit.draft_of_event(request, SecurityEvent::SignedIn);
    let draft = draft.by(&who.principal).at_address(origin.address).on("session", &id);
    services.store.add_session(&session, now, &draft.finish()?)?;
    let (principal, request_id) = (who.principal.as_str(), request.as_str());
    tracing::info!(target: "security", event = "session-started", principal, subject = id, by = principal, request_id, "access");
    Ok(StartedSession { cookie: SecretString::from(cookie.expose()), csrf, id })
}

pub(super) fn hash(cookie: &Secret) -> [u8; 32] {
    Sha256::digest(cookie.expose()).into()
}

/// What people can read of it.
fn shortened(text: &str) -> String {
    text.chars().filter(|character| !character.is_control()).take(USER_AGENT).collect()
}
