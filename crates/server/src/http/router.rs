//! Every route and every layer, in one place. Generic over the MCP handler, so that the build for the conformance suite
//! runs behind the very same layers.

use std::sync::Arc;

use axum::Router;
use axum::http::{Method, StatusCode, Uri};
use axum::middleware::from_fn_with_state;
use axum::response::Response;
use rmcp::ServerHandler;
use rmcp::transport::streamable_http_server::session::never::NeverSessionManager;
use rmcp::transport::{StreamableHttpServerConfig, StreamableHttpService};
use serde_json::json;
use tokio_util::sync::CancellationToken;
use tower_http::catch_panic::CatchPanicLayer;

use super::admission;
use super::gate;
use super::limits::{self, Limits};
use super::live::Live;
use super::outer::{self, Outer};
use super::problem::{MCP, json_response, refuse};
use super::sign_in::{self, SignIn};
use crate::dashboard::{Dashboard, admit_browsers};
use crate::mcp::Envelope;
use crate::route::{Access, Route, of_access};

/// `/mcp` with `handler`, and `routes` beside it, behind all layers. Calls still under way end with `stop`.
pub(crate) fn router<H: ServerHandler>(
    handler: H,
    routes: &[Route],
    sign_in: &SignIn,
    dashboard: Option<&Dashboard>,
    stop: CancellationToken,
) -> Router {
    let mcp = mcp_service(handler, stop);
    let mcp = Router::new().route_service(MCP, mcp).layer(from_fn_with_state(sign_in.clone(), gate::layer));
    let mut all = of_callers(mcp.merge(of_access(routes, Access::Caller)), sign_in);
    if let Some(dashboard) = dashboard {
        // Only what asks for it: a session is no credential for MCP.
        let people = of_callers(of_access(routes, Access::CallerOrSession), sign_in);
        all = all.merge(people.route_layer(from_fn_with_state(dashboard.clone(), admit_browsers)));
    }
    let all = all.merge(of_access(routes, Access::Anyone));
    let names = routes.iter().map(|route| route.path).chain([MCP]);
    layered(all, Outer::new(Arc::clone(&sign_in.live.metrics), names), &sign_in.live)
}

/// Those routes for whoever signs in, and is bounded then.
fn of_callers(routes: Router, sign_in: &SignIn) -> Router {
    routes
        // The last one is the outermost.
        .route_layer(from_fn_with_state(Arc::clone(&sign_in.live), admission::of_caller))
        .route_layer(from_fn_with_state(sign_in.clone(), sign_in::layer))
}

fn layered(router: Router, outer: Outer, live: &Arc<Live>) -> Router {
    router
        .fallback(unknown)
        .method_not_allowed_fallback(wrong_method)
        // The last one is the outermost.
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn_with_state(Limits::new(Arc::clone(live)), limits::enforce))
        .layer(from_fn_with_state(Arc::clone(live), admission::of_name))
        .layer(from_fn_with_state(Arc::clone(live), admission::of_address))
        .layer(from_fn_with_state(outer, outer::layer))
}

fn mcp_service<H: ServerHandler>(
    handler: H,
    stop: CancellationToken,
) -> StreamableHttpService<Envelope<H>, NeverSessionManager> {
    let settings = StreamableHttpServerConfig::default()
        .with_legacy_session_mode(false)
        .with_json_response(true)
        // Which hosts and origins are served, and how large a body may be, is settled before: it can change meanwhile.
        .disable_allowed_hosts()
        .with_max_request_body_bytes(usize::MAX)
        .with_cancellation_token(stop);
    let envelope = Envelope::new(handler);
    StreamableHttpService::new(move || Ok(envelope.clone()), Arc::new(NeverSessionManager::default()), settings)
}

async fn unknown(uri: Uri) -> Response {
    let hint = format!("MCP is at {MCP}; /healthz and /readyz tell how the server is.");
    refuse(uri.path(), StatusCode::NOT_FOUND, "There is nothing at this address.", &hint)
}

const KNOWN: [Method; 9] = [
    Method::GET,
    Method::HEAD,
    Method::POST,
    Method::PUT,
    Method::PATCH,
    Method::DELETE,
    Method::OPTIONS,
    Method::CONNECT,
    Method::TRACE,
];

async fn wrong_method(method: Method, uri: Uri) -> Response {
    // A method that nobody knows is not repeated: it may be anything.
    let name = if KNOWN.contains(&method) { method.as_str() } else { "This method" };
    let message = format!("{name} is not served at this address.");
    refuse(uri.path(), StatusCode::METHOD_NOT_ALLOWED, &message, "The header Allow lists what is.")
}

fn panicked(_: Box<dyn std::any::Any + Send>) -> Response {
    tracing::error!(kind = "internal", "a request panicked");
    let message = "Something went wrong inside smart-begin.";
    let body = json!({ "error": { "kind": "internal", "message": message, "hint": "Try again; report it if it happens again." } });
    json_response(StatusCode::INTERNAL_SERVER_ERROR, &body)
}
