//! The outermost layer: a request id, security headers on every answer, a line in the log for what no call has logged.

use std::time::Instant;

use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;
use domain::RequestId;

use super::downloads;
use super::problem::{MCP, refuse};
use crate::call::{Logged, milliseconds};

const HEADERS: [(HeaderName, HeaderValue); 7] = [
    (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
    (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'")),
    (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    (HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("same-origin")),
    (HeaderName::from_static("cross-origin-opener-policy"), HeaderValue::from_static("same-origin")),
];

/// Runs around everything else.
pub(crate) async fn layer(mut request: Request, next: Next) -> Response {
    let started = Instant::now();
    let operation = operation(request.method(), request.uri().path());
    let path = request.uri().path().to_owned();
    let logged = Logged::default();
    let id = RequestId::random().ok();
    let mut response = match &id {
        Some(id) => {
            request.extensions_mut().insert(id.clone());
            request.extensions_mut().insert(logged.clone());
            next.run(request).await
        }
        None => refuse(&path, StatusCode::SERVICE_UNAVAILABLE, "No request id could be made.", "Try again."),
    };
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        headers.insert(name, value);
    }
    let request_id = id.as_ref().map_or("", RequestId::as_str);
    if let Ok(value) = HeaderValue::from_str(request_id) {
        headers.insert(HeaderName::from_static("x-request-id"), value);
    }
    let status = response.status();
    if !logged.is_set() || status.is_server_error() {
        let duration_ms = milliseconds(started);
        tracing::info!(request_id, operation, duration_ms, outcome = status.as_u16(), "request");
    }
    response
}

/// Method and route for the log: never the path itself, which may hold the token of a download.
fn operation(method: &Method, path: &str) -> String {
    let route = match path {
        MCP | "/healthz" | "/readyz" => path,
        _ if path.starts_with(downloads::PATH) => "/downloads/{token}",
        _ => "(unknown)",
    };
    let known =
        matches!(*method, Method::GET | Method::HEAD | Method::POST | Method::DELETE | Method::OPTIONS | Method::PUT);
    format!("{} {route}", if known { method.as_str() } else { "(other)" })
}
