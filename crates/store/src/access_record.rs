//! What the store keeps about access: people, API tokens, sessions and lockouts, as plain data.

use domain::{PermissionSet, ProjectId};

/// Somebody who was here, and what they hold now.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Person {
    /// The principal's name.
    pub principal: String,
    /// The name to show, where a provider told one.
    pub display: Option<String>,
    /// When they first came, in milliseconds since 1970 (UTC); none for a principal that only holds something.
    pub first_seen_ms: Option<i64>,
    /// When they last came.
    pub last_seen_ms: Option<i64>,
    /// API tokens that are good now.
    pub tokens: u64,
    /// The roles of those, without order.
    pub token_roles: Vec<String>,
    /// Sessions that are good now.
    pub sessions: u64,
    /// Until when they are locked out after failures, where they are.
    pub locked_until_ms: Option<i64>,
}

/// What a credential is good for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scope {
    /// The principal's name.
    pub principal: String,
    /// The names of the roles, whether they exist or not.
    pub roles: Vec<String>,
    /// The teams.
    pub teams: Vec<String>,
    /// The only projects it is good for; none when it is good for all of the principal's.
    pub projects: Option<Vec<ProjectId>>,
}

/// An API token about to be handed out. The store knows only the hash of its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewToken {
    /// Names the token.
    pub id: String,
    /// SHA-256 of its value.
    pub sha256: [u8; 32],
    /// The last four characters of its value.
    pub last_four: String,
    /// What it is for, in its maker's words.
    pub label: String,
    /// What it is good for.
    pub scope: Scope,
    /// The principal who made it.
    pub created_by: String,
    /// From this moment on it is dead.
    pub expires_at_ms: i64,
}

/// A new value of an API token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewTokenValue {
    /// SHA-256 of the new value.
    pub sha256: [u8; 32],
    /// The last four characters of the new value.
    pub last_four: String,
    /// From this moment on the new value is dead.
    pub expires_at_ms: i64,
    /// From this moment on the old value is dead.
    pub previous_until_ms: i64,
}

/// An API token as the store knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiToken {
    /// Names the token.
    pub id: String,
    /// The last four characters of its value.
    pub last_four: String,
    /// What it is for, in its maker's words.
    pub label: String,
    /// What it is good for.
    pub scope: Scope,
    /// The principal who made it.
    pub created_by: String,
    /// When it was made.
    pub created_at_ms: i64,
    /// When its present value was made.
    pub issued_at_ms: i64,
    /// From this moment on it is dead.
    pub expires_at_ms: i64,
    /// When it was last used, to the minute.
    pub last_used_at_ms: Option<i64>,
    /// When it was ended.
    pub revoked_at_ms: Option<i64>,
}

impl ApiToken {
    /// Whether it is good at `now_ms`.
    #[must_use]
    pub fn is_good(&self, now_ms: i64) -> bool {
        self.revoked_at_ms.is_none() && self.expires_at_ms > now_ms
    }
}

/// A session of the dashboard about to begin. The store knows only the hash of its cookie.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewSession {
    /// Names the session.
    pub id: String,
    /// SHA-256 of the cookie's value.
    pub sha256: [u8; 32],
    /// The name to show.
    pub display: String,
    /// What it is good for.
    pub scope: Scope,
    /// The permissions it is bounded by; none when it has all that the roles give.
    pub permissions: Option<PermissionSet>,
    /// The API token that opened it, and ends it.
    pub token: Option<String>,
    /// What forms must bring along.
    pub csrf: String,
    /// Where it was opened from.
    pub address: Option<String>,
    /// By which program it was opened.
    pub user_agent: Option<String>,
    /// From this moment on it is dead, unless it is used before.
    pub expires_at_ms: i64,
}

/// A session of the dashboard as the store knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Names the session.
    pub id: String,
    /// The name to show.
    pub display: String,
    /// What it is good for.
    pub scope: Scope,
    /// The permissions it is bounded by; none when it has all that the roles give.
    pub permissions: Option<PermissionSet>,
    /// The API token that opened it, and ends it.
    pub token: Option<String>,
    /// What forms must bring along.
    pub csrf: String,
    /// Where it was opened from.
    pub address: Option<String>,
    /// By which program it was opened.
    pub user_agent: Option<String>,
    /// When it began.
    pub created_at_ms: i64,
    /// When its present cookie was made.
    pub rotated_at_ms: i64,
    /// When it was last used, to the minute.
    pub last_seen_ms: i64,
    /// From this moment on it is dead, unless it is used before.
    pub expires_at_ms: i64,
}

/// What was ended with somebody's access.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ended {
    /// API tokens that were good.
    pub tokens: u64,
    /// Sessions that were good.
    pub sessions: u64,
}

/// What was erased of somebody.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Erased {
    /// API tokens, good or not.
    pub tokens: u64,
    /// Sessions, good or not.
    pub sessions: u64,
    /// Projects that are nobody's now.
    pub projects: u64,
    /// Events that name nobody now.
    pub events: u64,
}

/// From which failure on, and how long, somebody is locked out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LockRule {
    /// Failures in a row without consequence.
    pub attempts: u32,
    /// The first wait; each further failure doubles it.
    pub first_ms: i64,
    /// The longest wait.
    pub longest_ms: i64,
}

/// Which projects a caller may read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Readable<'a> {
    /// Only those of this owner and of `teams`; everybody's where there is none.
    pub owner: Option<&'a str>,
    /// The teams whose projects are readable beside the owner's.
    pub teams: &'a [String],
    /// Only these.
    pub only: Option<&'a [ProjectId]>,
}

/// How much one owner may keep.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Allowance {
    /// Projects, finished or being written.
    pub projects: u64,
    /// Bytes of all their files, as planned.
    pub bytes: u64,
}
