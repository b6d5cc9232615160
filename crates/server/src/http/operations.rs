//! The listener for those who operate the server: health and metrics, in plain HTTP, without sign-in, for private networks
//! alone.

use std::net::IpAddr;
use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::uri::Authority;
use axum::http::{StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use observe::{Metrics, RequestRefused};

use super::health::{self, Readiness};
use super::live::Live;
use super::outer::{self, Outer};
use super::problem::refuse;
use crate::route::{Access, Doc, Route, of_access};

/// The connections that this listener holds; a scraper and a prober need two.
pub(crate) const CONNECTIONS: usize = 64;

/// What is served there.
pub(crate) fn router(readiness: Readiness, live: &Arc<Live>) -> Router {
    let doc =
        Doc::of("metrics", "What the server counts.").answers(200, &["application/openmetrics-text"], "All of it.");
    let metrics = Route::at("/metrics", Access::Anyone).get(metrics, Arc::clone(&live.metrics), doc);
    let routes = [health::healthz(), health::readyz(readiness), metrics];
    let names = routes.iter().map(|route| route.path);
    of_access(&routes, Access::Anyone)
        .fallback(nothing)
        .layer(from_fn_with_state(Arc::clone(live), check_host))
        .layer(from_fn_with_state(Outer::new(Arc::clone(&live.metrics), names), outer::layer))
}

async fn metrics(State(metrics): State<Arc<Metrics>>) -> Response {
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    ([(header::CONTENT_TYPE, kind)], metrics.to_open_metrics()).into_response()
}

async fn nothing(request: Request) -> Response {
    let hint = "There are /metrics, /healthz and /readyz.";
    refuse(request.uri().path(), StatusCode::NOT_FOUND, "There is nothing at this address.", hint)
}

/// An address, or a name that is served: a web page cannot make an address of a private network its own, but any name.
async fn check_host(State(live): State<Arc<Live>>, request: Request, next: Next) -> Response {
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let name = Authority::try_from(host).map(|authority| authority.host().to_owned()).unwrap_or_default();
    let bare = name.trim_start_matches('[').trim_end_matches(']');
    if bare.parse::<IpAddr>().is_ok() || live.now().names.serves_host(host) {
        return next.run(request).await;
    }
    live.metrics.request_refused(RequestRefused::Host);
    let hint = "Use the address of the listener, or add the name to server.allowed_hosts.";
    refuse(request.uri().path(), StatusCode::FORBIDDEN, "This Host is not served here.", hint)
}
