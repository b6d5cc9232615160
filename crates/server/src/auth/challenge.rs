//! Why somebody does not get in, and the answer that says how one would (RFC 6750, RFC 9728).

use std::time::Duration;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::Permission;
use serde_json::{Value, json};

use super::metadata::{Metadata, names};
use crate::jsonrpc;

const MAX_DESCRIPTION: usize = 600;

/// Why a request is not let in.
#[derive(Debug)]
pub(crate) enum Refusal {
    /// It shows no credential, or one of a kind that is not taken here.
    NoCredential,
    /// It shows a credential in a way that is not allowed.
    Misplaced(&'static str),
    /// Its credential is not good. Whatever is wrong with it, the answer is the same.
    NotGood,
    /// Its token is good, but for others. `of` is the provider's name here.
    Audience { found: Vec<String>, wanted: Vec<String>, of: String },
    /// It is clear who it is, and nothing is allowed to them.
    NoRole { who: String, how: String },
    /// The role would allow it, the scopes of the token do not. With these they would.
    Scope { needed: Permission, all: Vec<Permission> },
    /// Too many failed before it.
    Locked(Duration),
    /// The provider that would have to be asked cannot be, and nothing is known from before.
    ProviderDown(String),
    /// The store cannot be read.
    Unavailable,
}

const NOT_GOOD: &str = "The token is not good here: it is malformed, has expired, was revoked, or nobody who is trusted \
    here issued it.";
const SIGN_IN_AGAIN: &str = "Sign in again, or use another token.";

/// What happened and why, and what to do.
struct Told {
    status: StatusCode,
    /// For programs, beside the status.
    kind: &'static str,
    /// The `error` of RFC 6750; none where a challenge must not have one, or no challenge is due.
    error: Option<&'static str>,
    message: String,
    hint: String,
}

impl Refusal {
    /// Why, for the audit log; none where nobody was refused.
    pub(super) fn reason(&self) -> Option<&'static str> {
        match self {
            Self::NoCredential => Some("no credential"),
            Self::Misplaced(_) => Some("a credential in the wrong place"),
            Self::NotGood => Some("a credential that is not good"),
            Self::Audience { .. } => Some("a token for another audience"),
            Self::NoRole { .. } => Some("no role"),
            Self::Scope { .. } => Some("a token without the scope"),
            Self::Locked(_) => Some("locked out"),
            Self::ProviderDown(_) | Self::Unavailable => None,
        }
    }

    /// The answer to a request for `path` with `id`, where it is a message.
    pub(super) fn response(&self, metadata: &Metadata, path: &str, id: Value) -> Response {
        let told = self.told(metadata);
        let mut response = body(&told, path, id);
        let headers = response.headers_mut();
        if let Some(value) = self.challenge(&told, metadata).and_then(|text| HeaderValue::from_str(&text).ok()) {
            headers.insert(header::WWW_AUTHENTICATE, value);
        }
        if let Some(wait) = self.retry_after() {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(wait));
        }
        response
    }

    fn told(&self, metadata: &Metadata) -> Told {
        let told = |status, kind, error, message: &str, hint: &str| Told {
            status,
            kind,
            error,
            message: message.to_owned(),
            hint: hint.to_owned(),
        };
        match self {
            Self::NoCredential => told(
                StatusCode::UNAUTHORIZED,
                "unauthenticated",
                None,
                "This needs a sign-in.",
                "Send the header Authorization: Bearer with an access token of the provider, or with an API token (sb_…) of yours.",
            ),
            Self::Misplaced(what) => told(
                StatusCode::BAD_REQUEST,
                "invalid",
                Some("invalid_request"),
                &format!("{what}."),
                "Send one token, in one header Authorization: Bearer, and nowhere else.",
            ),
            Self::NotGood => {
                told(StatusCode::UNAUTHORIZED, "unauthenticated", Some("invalid_token"), NOT_GOOD, SIGN_IN_AGAIN)
            }
            Self::Audience { found, wanted, of } => {
                let found =
                    if found.is_empty() { "nobody in particular (it has no aud)".to_owned() } else { found.join(", ") };
                let message = format!(
                    "This token was issued for {found}, and this server takes tokens for {}.",
                    wanted.join(", ")
                );
                let hint = format!(
                    "Ask the provider for a token for {0} (the parameter resource={0}), or have its administrator add that \
                     audience to the client. The operator here can instead add the token's audience to \
                     sign_in.providers.{of}.audiences.",
                    wanted.first().map_or(metadata.resource.as_str(), String::as_str)
                );
                told(StatusCode::UNAUTHORIZED, "unauthenticated", Some("invalid_token"), &message, &hint)
            }
            Self::NoRole { who, how } => told(
                StatusCode::FORBIDDEN,
                "refused",
                None,
                &format!("You are signed in as {who}, but you have no role here, so nothing is allowed to you."),
                how,
            ),
            Self::Scope { needed, all } => told(
                StatusCode::FORBIDDEN,
                "refused",
                Some("insufficient_scope"),
                &format!("Your role allows this, but your token does not: it lacks the scope {needed}."),
                &format!("Get a token with the scopes {}.", names(all.iter().copied())),
            ),
            Self::Locked(_) => told(
                StatusCode::TOO_MANY_REQUESTS,
                "locked",
                None,
                "Too many sign-ins failed.",
                "Wait as many seconds as the header Retry-After says, then use a token that is good.",
            ),
            Self::ProviderDown(name) => told(
                StatusCode::SERVICE_UNAVAILABLE,
                "unavailable",
                None,
                &format!("The identity provider {name} cannot be reached, so that its tokens cannot be checked."),
                "Try again in some seconds. If it stays so, tell the operator of this server; API tokens work meanwhile.",
            ),
            Self::Unavailable => told(
                StatusCode::SERVICE_UNAVAILABLE,
                "unavailable",
                None,
                "The credential cannot be checked at the moment.",
                "Try again in a second.",
            ),
        }
    }

    fn challenge(&self, told: &Told, metadata: &Metadata) -> Option<String> {
        let scope = match self {
            Self::Scope { all, .. } => Some(names(all.iter().copied())),
            Self::NoCredential | Self::Misplaced(_) | Self::NotGood | Self::Audience { .. } => metadata.scope.clone(),
            Self::NoRole { .. } | Self::Locked(_) | Self::ProviderDown(_) | Self::Unavailable => return None,
        };
        let mut challenge = format!("Bearer resource_metadata=\"{}\"", quotable(&metadata.address));
        if let Some(scope) = scope {
            challenge.push_str(&format!(", scope=\"{}\"", quotable(&scope)));
        }
        if let Some(error) = told.error {
            let description = quotable(&format!("{} {}", told.message, told.hint));
            challenge.push_str(&format!(", error=\"{error}\", error_description=\"{description}\""));
        }
        Some(challenge)
    }

    fn retry_after(&self) -> Option<u64> {
        match self {
            Self::Locked(wait) => Some(wait.as_secs() + u64::from(wait.subsec_nanos() > 0)),
            Self::ProviderDown(_) => Some(10),
            Self::Unavailable => Some(1),
            _ => None,
        }
    }
}

fn body(told: &Told, path: &str, id: Value) -> Response {
    let Told { status, kind, message, hint, .. } = told;
    let body = if path == super::metadata::ENDPOINT {
        let code = if status.is_server_error() { -32603 } else { -32600 };
        let refusal = jsonrpc::Refusal::new(id, code, format!("{message} {hint}"));
        jsonrpc::Refusal { data: Some(Box::new(json!({ "kind": kind, "hint": hint }))), ..refusal }.to_json()
    } else {
        json!({ "error": { "kind": kind, "message": message, "hint": hint } })
    };
    (*status, [(header::CONTENT_TYPE, "application/json")], body.to_string()).into_response()
}

/// What may stand between the quotes of a challenge: visible ASCII without quotes and backslashes.
fn quotable(text: &str) -> String {
    let plain = |character: char| match character {
        '"' | '\\' => '\'',
        ' '..='~' => character,
        '…' => '.',
        _ => '?',
    };
    text.chars().map(plain).take(MAX_DESCRIPTION).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn metadata(bound: bool) -> Metadata {
        let mut metadata = Metadata::new("https://begin.example", &[]);
        metadata.scope = bound.then(|| "project:read".to_owned());
        metadata
    }

    fn challenge(refusal: &Refusal) -> String {
        let response = refusal.response(&metadata(true), "/mcp", Value::Null);
        let value = response.headers().get(header::WWW_AUTHENTICATE);
        value.map_or_else(String::new, |value| value.to_str().unwrap().to_owned())
    }

    #[test]
    fn challenges_are_what_the_standards_say() {
        let start =
            "Bearer resource_metadata=\"https://begin.example/.well-known/oauth-protected-resource/mcp\", scope=";
        assert_eq!(challenge(&Refusal::NoCredential), format!("{start}\"project:read\""));
        let not_good = challenge(&Refusal::NotGood);
        assert!(
            not_good.starts_with(&format!(
                "{start}\"project:read\", error=\"invalid_token\", error_description=\"The token"
            ))
        );
        let scope = Refusal::Scope {
            needed: Permission::BeginProjects,
            all: vec![Permission::ReadProjects, Permission::BeginProjects],
        };
        assert!(
            challenge(&scope)
                .starts_with(&format!("{start}\"project:read project:begin\", error=\"insufficient_scope\""))
        );
        assert_eq!(challenge(&Refusal::Locked(Duration::from_secs(1))), "");
    }

    #[test]
    fn nothing_a_token_says_breaks_out_of_the_header() {
        let found =
            vec!["a\", x=\"y\\".to_owned(), "b\r\nset-cookie: c".to_owned(), "\u{202e}é".to_owned(), "x".repeat(9999)];
        let shown = challenge(&Refusal::Audience { found, wanted: vec!["us".to_owned()], of: "corp".to_owned() });
        assert_eq!(shown.matches('"').count(), 8, "{shown}");
        assert!(shown.is_ascii() && !shown.contains(['\r', '\n', '\\']) && shown.len() < 1000, "{shown}");
    }

    #[test]
    fn a_wait_is_rounded_up() {
        let response = Refusal::Locked(Duration::from_millis(1_001)).response(&metadata(false), "/x", Value::Null);
        assert_eq!((response.status().as_u16(), &response.headers()["retry-after"]), (429, &HeaderValue::from(2)));
    }
}
