//! Bounds on what one request and all requests together may take.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;
use http_body_util::BodyExt;
use tokio::sync::Semaphore;

use super::problem::refuse;
use crate::config::Config;

/// Asked by whoever decides whether this process lives on.
const HEALTH: [&str; 2] = ["/healthz", "/readyz"];

/// The bounds, and how many requests are being worked on.
#[derive(Clone)]
pub(crate) struct Limits {
    places: Arc<Semaphore>,
    header_bytes: usize,
    request_timeout: Duration,
}

impl Limits {
    pub(crate) fn new(config: &Config) -> Self {
        Self {
            places: Arc::new(Semaphore::new(config.limits.concurrent_requests)),
            header_bytes: config.limits.header_bytes,
            request_timeout: config.limits.request_timeout,
        }
    }
}

/// Refuses what goes beyond the bounds.
pub(crate) async fn enforce(State(limits): State<Limits>, request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    let headers = request.headers().iter().map(|(name, value)| name.as_str().len() + value.len()).sum::<usize>();
    if headers + request.uri().path().len() > limits.header_bytes {
        let message = format!("The headers are larger than {} bytes.", limits.header_bytes);
        return refuse(&path, StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE, &message, "Send fewer or shorter ones.");
    }
    if HEALTH.contains(&path.as_str()) {
        // A busy server is not a sick one.
        return next.run(request).await;
    }
    let Ok(place) = Arc::clone(&limits.places).try_acquire_owned() else {
        let mut response =
            refuse(&path, StatusCode::SERVICE_UNAVAILABLE, "The server is busy.", "Try again in a second.");
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
        return response;
    };
    let Ok(response) = tokio::time::timeout(limits.request_timeout, next.run(request)).await else {
        let message = format!("There was no answer within {} seconds.", limits.request_timeout.as_secs());
        let hint = "Look at smart-begin://projects before you try again: it may have been finished meanwhile.";
        return refuse(&path, StatusCode::GATEWAY_TIMEOUT, &message, hint);
    };
    if !is_stream(&response) {
        return response;
    }
    // A stream goes on after its head: it keeps its place until it ends.
    response.map(|body| {
        Body::new(body.map_frame(move |frame| {
            let _held = &place;
            frame
        }))
    })
}

fn is_stream(response: &Response) -> bool {
    let kind = response.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    kind.is_some_and(|kind| kind.starts_with("text/event-stream"))
}
