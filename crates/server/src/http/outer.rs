//! The outermost layer: a request id, security headers on every answer, a line in the log for what no call has logged,
//! and the count.

use std::sync::Arc;
use std::time::Instant;

use axum::extract::{MatchedPath, Request, State};
use axum::http::{Method, StatusCode};
use axum::middleware::Next;
use axum::response::Response;
use domain::RequestId;
use observe::{HttpMethod, Metrics};

use super::headers;
use super::problem::refuse;
use crate::call::{Logged, milliseconds};
use crate::client::{ClientAddress, Connected};
use crate::route::Html;

/// What is told of requests that no route is for.
const NO_ROUTE: &str = "(none)";

/// What the layer counts with.
#[derive(Clone)]
pub(crate) struct Outer {
    metrics: Arc<Metrics>,
    routes: Arc<[&'static str]>,
}

impl Outer {
    pub(crate) fn new(metrics: Arc<Metrics>, routes: impl IntoIterator<Item = &'static str>) -> Self {
        Self { metrics, routes: routes.into_iter().collect() }
    }

    /// The pattern of the route for the log and the metrics: never the path itself, which a client makes up and which may
    /// hold the token of a download.
    fn pattern(&self, request: &Request) -> &'static str {
        let Some(matched) = request.extensions().get::<MatchedPath>() else { return NO_ROUTE };
        self.routes.iter().find(|route| **route == matched.as_str()).copied().unwrap_or(NO_ROUTE)
    }
}

/// Runs around everything else.
pub(crate) async fn layer(State(outer): State<Outer>, mut request: Request, next: Next) -> Response {
    let started = Instant::now();
    let _counted = outer.metrics.request_in_flight();
    let (method, route) = (method(request.method()), outer.pattern(&request));
    let tls = request.extensions().get::<Connected>().is_some_and(|connected| connected.tls);
    let logged = Logged::default();
    let id = RequestId::random().ok();
    let mut response = match &id {
        Some(id) => {
            request.extensions_mut().insert(id.clone());
            request.extensions_mut().insert(logged.clone());
            next.run(request).await
        }
        None => {
            let path = request.uri().path();
            refuse(path, StatusCode::SERVICE_UNAVAILABLE, "No request id could be made.", "Try again.")
        }
    };
    let html = response.extensions().get::<Html>().is_some();
    let request_id = id.as_ref().map_or("", RequestId::as_str);
    headers::secure(response.headers_mut(), html, tls);
    headers::name(response.headers_mut(), request_id);
    let status = response.status();
    outer.metrics.request_answered(route, method, status.as_u16(), started.elapsed());
    if !logged.is_set() || status.is_server_error() {
        let operation = format!("{} {route}", method.as_str());
        let client = response.extensions().get::<ClientAddress>().map(|client| tracing::field::display(client.0));
        tracing::info!(
            request_id,
            operation,
            client,
            duration_ms = milliseconds(started),
            outcome = status.as_u16(),
            "request"
        );
    }
    response
}

fn method(method: &Method) -> HttpMethod {
    match *method {
        Method::GET => HttpMethod::Get,
        Method::HEAD => HttpMethod::Head,
        Method::POST => HttpMethod::Post,
        Method::PUT => HttpMethod::Put,
        Method::PATCH => HttpMethod::Patch,
        Method::DELETE => HttpMethod::Delete,
        Method::OPTIONS => HttpMethod::Options,
        _ => HttpMethod::Other,
    }
}
