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
        let issuers: Vec<_> = providers.iter().map(|provider| provider.issuer.as_str()).collect();
        let mut document = json!({
            "resource": resource,
            "resource_name": "Smart Begin",
            "bearer_methods_supported": ["header"],
        });
        let first = each_once(providers.iter().flat_map(asked_first));
        if !issuers.is_empty() {
            document["authorization_servers"] = json!(issuers);
            let bound = providers.iter().any(|provider| provider.scopes_bound);
            let all = Permission::ALL.iter().filter(|_| bound).map(|permission| permission.as_str().to_owned());
            document["scopes_supported"] = json!(each_once(first.iter().cloned().chain(all)));
        }
        let scope = (!first.is_empty()).then(|| first.join(" "));
        Self { resource, address: format!("{base}{}", PATHS[0]), scope, document }
    }

    /// The document.
    pub(super) fn response(&self) -> Response {
        (StatusCode::OK, [(header::CONTENT_TYPE, "application/json")], self.document.to_string()).into_response()
    }
}

/// What a client should ask `provider` for first. A provider refuses scopes that it does not know; that of OpenID
/// Connect every one of them knows.
fn asked_first(provider: &Provider) -> Vec<String> {
    match (provider.scopes.is_empty(), provider.scopes_bound) {
        (false, _) => provider.scopes.clone(),
        (true, true) => USUAL.iter().map(|permission| permission.as_str().to_owned()).collect(),
        (true, false) => vec!["openid".to_owned()],
    }
}

fn each_once(scopes: impl IntoIterator<Item = String>) -> Vec<String> {
    let mut once = Vec::new();
    for scope in scopes {
        if !once.contains(&scope) {
            once.push(scope);
        }
    }
    once
}

/// Scopes, as they stand in a header.
pub(super) fn names(permissions: impl IntoIterator<Item = Permission>) -> String {
    permissions.into_iter().map(Permission::as_str).collect::<Vec<_>>().join(" ")
}
