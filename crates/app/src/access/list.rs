//! Who has been here, and what they hold.

use domain::{Operation, Resource};
use schemars::JsonSchema;
use serde::Serialize;
use store::Person;

use crate::authorise::authorise;
use crate::clock::{now_ms, rfc3339};
use crate::error::Error;
use crate::principal::known_principal;
use crate::services::{Call, Services};

/// The most people in one list.
const MOST: u32 = 1_000;

/// People, last seen first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AccessList {
    /// The people.
    pub people: Vec<PersonAccess>,
    /// Whether there are more than the list shows.
    pub more: bool,
}

/// Somebody, and what they hold now. Roles that a provider gives at sign-in are not kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PersonAccess {
    /// The principal's name.
    pub principal: String,
    /// The name to show.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub display: Option<String>,
    /// When they first signed in: RFC 3339, UTC, as all times here; absent where they never did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_seen_at: Option<String>,
    /// When they were last here, to the minute.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_seen_at: Option<String>,
    /// API tokens that are good now.
    pub tokens: u64,
    /// The roles of those.
    pub token_roles: Vec<String>,
    /// Sessions that are good now.
    pub sessions: u64,
    /// Until when they are locked out after failures.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub locked_until: Option<String>,
}

/// Everybody who was here or holds something, or `person` alone.
///
/// # Errors
/// When the caller may not see it, or the store cannot be read.
pub fn list_access(services: &Services, call: &Call<'_>, person: Option<&str>) -> Result<AccessList, Error> {
    authorise(services, call, Operation::ListAccess, Resource { owner: person, ..Resource::default() })?;
    let person = person.map(|typed| known_principal("person", typed)).transpose()?;
    let mut people = services.store.people(person.as_deref(), now_ms(), MOST + 1)?;
    let more = people.len() > MOST as usize;
    people.truncate(MOST as usize);
    Ok(AccessList { people: people.into_iter().map(access).collect(), more })
}

fn access(person: Person) -> PersonAccess {
    let mut token_roles = person.token_roles;
    token_roles.sort();
    PersonAccess {
        principal: person.principal,
        display: person.display,
        first_seen_at: person.first_seen_ms.map(rfc3339),
        last_seen_at: person.last_seen_ms.map(rfc3339),
        tokens: person.tokens,
        token_roles,
        sessions: person.sessions,
        locked_until: person.locked_until_ms.map(rfc3339),
    }
}
