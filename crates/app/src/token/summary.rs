//! API tokens, as lists show them.

use schemars::JsonSchema;
use serde::Serialize;
use store::ApiToken;

use crate::clock::rfc3339;

/// API tokens, newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct TokenList {
    /// The tokens the caller may see.
    pub tokens: Vec<TokenSummary>,
}

/// An API token, without its value: nobody has that but whom it was shown to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct TokenSummary {
    /// Its id.
    pub id: String,
    /// What it is for.
    pub label: String,
    /// `active`, `expired` or `revoked`.
    pub state: String,
    /// Whom it stands for.
    pub principal: String,
    /// Its roles.
    pub roles: Vec<String>,
    /// Its teams.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub teams: Vec<String>,
    /// The only projects it is good for; absent when it is good for all of the principal's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub projects: Option<Vec<String>>,
    /// The last four characters of its value.
    pub last_four: String,
    /// Who made it.
    pub created_by: String,
    /// When it was made: RFC 3339, UTC, as all times here.
    pub created_at: String,
    /// When it ends.
    pub expires_at: String,
    /// When it was last used, to the minute.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_used_at: Option<String>,
    /// When it was ended before its time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revoked_at: Option<String>,
}

impl TokenSummary {
    pub(super) fn of(token: ApiToken, now_ms: i64) -> Self {
        let state = match token.revoked_at_ms {
            Some(_) => "revoked",
            None if token.is_good(now_ms) => "active",
            None => "expired",
        };
        Self {
            id: token.id,
            label: token.label,
            state: state.to_owned(),
            principal: token.scope.principal,
            roles: token.scope.roles,
            teams: token.scope.teams,
            projects: token.scope.projects.map(|projects| projects.iter().map(ToString::to_string).collect()),
            last_four: token.last_four,
            created_by: token.created_by,
            created_at: rfc3339(token.created_at_ms),
            expires_at: rfc3339(token.expires_at_ms),
            last_used_at: token.last_used_at_ms.map(rfc3339),
            revoked_at: token.revoked_at_ms.map(rfc3339),
        }
    }
}
