//! The sessions of the dashboard that a caller may see.

use domain::{Credential, Operation, Resource};
use schemars::JsonSchema;
use serde::Serialize;
use store::Session;

use crate::authorise::authorise;
use crate::clock::{now_ms, rfc3339};
use crate::error::Error;
use crate::principal::EVERYBODY;
use crate::services::{Call, Services};

/// The most that one list shows.
const MOST: u32 = 10_000;

/// A session of the dashboard.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SessionSummary {
    /// Its id.
    pub id: String,
    /// Whose it is.
    pub principal: String,
    /// The name to show.
    pub display: String,
    /// The roles in it.
    pub roles: Vec<String>,
    /// When it began: RFC 3339, UTC, as all times here.
    pub created_at: String,
    /// When it was last used, to the minute.
    pub last_seen_at: String,
    /// When it ends, unless it is used before.
    pub expires_at: String,
    /// The address it was opened from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// What the browser said of itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_agent: Option<String>,
    /// The API token that opened it, and ends it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token_id: Option<String>,
    /// Whether it is the one that asks.
    pub current: bool,
}

/// The sessions of `principal` that are good, newest first; the caller's own where it is none, everybody's where it is `*`.
///
/// # Errors
/// When the caller may not see them, or the store cannot be read.
pub fn list_sessions(
    services: &Services,
    call: &Call<'_>,
    principal: Option<&str>,
) -> Result<Vec<SessionSummary>, Error> {
    let principal = principal.unwrap_or(&call.caller.name);
    authorise(services, call, Operation::ListSessions, Resource { owner: Some(principal), ..Resource::default() })?;
    let found = services.store.sessions((principal != EVERYBODY).then_some(principal), now_ms(), MOST)?;
    let own = match &call.caller.credential {
        Credential::Session(id) => Some(id.as_str()),
        _ => None,
    };
    Ok(found.into_iter().map(|session| summary(session, own)).collect())
}

fn summary(session: Session, own: Option<&str>) -> SessionSummary {
    SessionSummary {
        current: own == Some(session.id.as_str()),
        id: session.id,
        principal: session.scope.principal,
        display: session.display,
        roles: session.scope.roles,
        created_at: rfc3339(session.created_at_ms),
        last_seen_at: rfc3339(session.last_seen_ms),
        expires_at: rfc3339(session.expires_at_ms),
        address: session.address,
        user_agent: session.user_agent,
        token_id: session.token,
    }
}
