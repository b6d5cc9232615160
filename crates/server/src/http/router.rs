//! Every route and every layer, in one place. Generic over the MCP handler, so that the build for the conformance suite
//! runs behind the very same layers.

use std::sync::Arc;

use axum::http::{Method, StatusCode, Uri};
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::Response;
use axum::routing::get;
use axum::{Json, Router};
use rmcp::ServerHandler;
use rmcp::transport::streamable_http_server::session::never::NeverSessionManager;
use rmcp::transport::{StreamableHttpServerConfig, StreamableHttpService};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;
use tower_http::catch_panic::CatchPanicLayer;

use super::gate::{self, Gate};
use super::limits::{self, Limits};
use super::names::{self, Names};
use super::problem::{MCP, json_response, refuse};
use super::{outer, sign_in};
use crate::auth::{Authenticator, METADATA_PATHS};
use crate::config::Config;
use crate::mcp::Envelope;

/// `/mcp` with `handler` and `/healthz`, besides `routes`, behind all layers. Calls still under way end with `stop`.
pub(crate) fn router<H: ServerHandler>(
    handler: H,
    routes: Router,
    authenticator: &Arc<Authenticator>,
    config: &Config,
    stop: CancellationToken,
) -> Router {
    let mcp = Router::new()
        .route_service(MCP, mcp_service(handler, config, stop))
        .layer(from_fn_with_state(Gate::new(config, Arc::clone(authenticator)), gate::layer))
        .layer(from_fn_with_state(Arc::clone(authenticator), sign_in::layer));
    Router::new()
        .merge(mcp)
        .merge(metadata(authenticator))
        .merge(routes)
        .route("/healthz", get(healthy))
        .fallback(unknown)
        .method_not_allowed_fallback(wrong_method)
        // The last one is the outermost.
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn_with_state(Limits::new(config), limits::enforce))
        .layer(from_fn_with_state(Arc::new(Names::new(config)), names::check))
        .layer(from_fn(outer::layer))
}

/// How one signs in; everybody may read it.
fn metadata(authenticator: &Arc<Authenticator>) -> Router {
    METADATA_PATHS.iter().fold(Router::new(), |routes, path| {
        let authenticator = Arc::clone(authenticator);
        routes.route(path, get(async move || authenticator.metadata()))
    })
}

fn mcp_service<H: ServerHandler>(
    handler: H,
    config: &Config,
    stop: CancellationToken,
) -> StreamableHttpService<Envelope<H>, NeverSessionManager> {
    let settings = StreamableHttpServerConfig::default()
        .with_legacy_session_mode(false)
        .with_json_response(true)
        .with_allowed_hosts(config.allowed_hosts.clone())
        .with_allowed_origins(config.allowed_origins.clone())
        .enforce_origin_validation()
        .with_max_request_body_bytes(config.limits.body_bytes)
        .with_cancellation_token(stop);
    let envelope = Envelope::new(handler);
    StreamableHttpService::new(move || Ok(envelope.clone()), Arc::new(NeverSessionManager::default()), settings)
}

/// The process is alive; what it depends on is the matter of `/readyz`.
async fn healthy() -> Json<Value> {
    Json(json!({ "status": "ok" }))
}

async fn unknown(uri: Uri) -> Response {
    let hint = format!("MCP is at {MCP}; /healthz and /readyz tell how the server is.");
    refuse(uri.path(), StatusCode::NOT_FOUND, "There is nothing at this address.", &hint)
}

async fn wrong_method(method: Method, uri: Uri) -> Response {
    let message = format!("{method} is not served at this address.");
    refuse(uri.path(), StatusCode::METHOD_NOT_ALLOWED, &message, "The header Allow lists what is.")
}

fn panicked(_: Box<dyn std::any::Any + Send>) -> Response {
    tracing::error!(kind = "internal", "a request panicked");
    let message = "Something went wrong inside smart-begin.";
    let body = json!({ "error": { "kind": "internal", "message": message, "hint": "Try again; report it if it happens again." } });
    json_response(StatusCode::INTERNAL_SERVER_ERROR, &body)
}
