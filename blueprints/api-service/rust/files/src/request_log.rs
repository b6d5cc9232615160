//! One log line a request. It has the pattern of the route and not the path, and nothing of what was sent.

use std::time::Instant;

use axum::extract::{MatchedPath, Request};
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use uuid::Uuid;

use crate::problem::Cause;
use crate::tokens::Caller;

const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Gives the request its id, waits for the answer and writes the line.
pub async fn write(request: Request, next: Next) -> Response {
    let started = Instant::now();
    let id = request_id(request.headers());
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().cloned();

    let mut response = next.run(request).await;

    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(X_REQUEST_ID, value);
    }
    let path = route.as_ref().map_or("(no such route)", MatchedPath::as_str);
    line(&response, &id, method.as_str(), path, started);
    response
}

fn line(response: &Response, id: &str, method: &str, path: &str, started: Instant) {
    let status = response.status().as_u16();
    let caller = response.extensions().get().map(Caller::subject);
    let duration = (started.elapsed().as_secs_f64() * 1e6).round() / 1e3;
    if let Some(cause) = response.extensions().get::<Cause>().map(Cause::as_str) {
        tracing::error!(requestId = id, method, path, status, durationMs = duration, caller, cause, "request failed");
    } else {
        tracing::info!(requestId = id, method, path, status, durationMs = duration, caller, "request");
    }
}

fn request_id(headers: &HeaderMap) -> String {
    let given = headers.get(X_REQUEST_ID).and_then(|value| value.to_str().ok()).filter(|id| is_plain(id));
    given.map_or_else(|| Uuid::now_v7().to_string(), str::to_owned)
}

fn is_plain(id: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    (1..=64).contains(&id.len()) && id.bytes().all(allowed)
}
