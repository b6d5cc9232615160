//! What clients read to find out how to sign in (RFC 9728).

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::Permission;
use serde_json::{Value, json};

use crate::config::Provider;

/// Where it is, for clients that look at the root and for those that look beside the endpoint.
pub(crate) const PATHS: [&str; 2] =
    ["/.well-known/oauth-protected-resource/mcp", "/.well-known/oauth-protected-resource"];

/// The path of what is protected.
pub(super) const ENDPOINT: &str = "/mcp";

/// What members need for their work, and what a client therefore should ask for first.
const USUAL: [Permission; 3] = [Permission::ReadBlueprints, Permission::BeginProjects, Permission::ReadProjects];

/// How one signs in to this server.
#[derive(Clone, Debug)]
pub(super) struct Metadata {
    pub(super) resource: String,
    /// The address of the document itself.
    pub(super) address: String,
    /// The scopes that a client should ask for first; none where scopes mean nothing here.
    pub(super) scope: Option<String>,
    document: Value,
}

impl Metadata {
    /// `base` is the address of this server, without a path.
    pub(super) fn new(base: &str, providers: &[Provider]) -> Self {
        let base = base.trim_end_matches('/');
        let resource = format!("{base}{ENDPOINT}");
        let bound = providers.iter().any(|provider| provider.scopes_bound);
        let issuers: Vec<_> = providers.iter().map(|provider| provider.issuer.as_str()).collect();
        let mut document = json!({
            "resource": resource,
            "resource_name": "Smart Begin",
            "bearer_methods_supported": ["header"],
        });
        if !issuers.is_empty() {
            document["authorization_servers"] = json!(issuers);
        }
        if bound {
            let all: Vec<_> = Permission::ALL.iter().map(|permission| permission.as_str()).collect();
            document["scopes_supported"] = json!(all);
        }
        // A provider refuses scopes that it does not know; that of OpenID Connect every one of them knows.
        let scope = match (bound, issuers.is_empty()) {
            (true, _) => Some(names(USUAL)),
            (false, false) => {
                document["scopes_supported"] = json!(["openid"]);
                Some("openid".to_owned())
            }
            (false, true) => None,
        };
        Self { resource, address: format!("{base}{}", PATHS[0]), scope, document }
    }

    /// The document.
    pub(super) fn response(&self) -> Response {
        (StatusCode::OK, [(header::CONTENT_TYPE, "application/json")], self.document.to_string()).into_response()
    }
}

/// Scopes, as they stand in a header.
pub(super) fn names(permissions: impl IntoIterator<Item = Permission>) -> String {
    permissions.into_iter().map(Permission::as_str).collect::<Vec<_>>().join(" ")
}
