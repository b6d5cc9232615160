//! `/healthz` and `/readyz`: whether the process is alive, and whether calls would succeed now. Only the second asks the
//! store, and not more often than once a second, however often it is asked itself.

use std::sync::Arc;
use std::time::{Duration, Instant};

use app::{Error, Services};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use axum::{Extension, Json};
use domain::RequestId;
use serde_json::{Value, json};
use tokio::sync::Mutex;

use super::problem::json_response;
use crate::fault;
use crate::route::{Access, Doc, Route};

/// How long an answer of the store holds.
const FRESH: Duration = Duration::from_secs(1);

/// The last answer of the store.
#[derive(Clone)]
pub(crate) struct Readiness {
    services: Arc<Services>,
    last: Arc<Mutex<Option<(Instant, StatusCode, Value)>>>,
}

impl Readiness {
    pub(crate) fn new(services: Arc<Services>) -> Self {
        Self { services, last: Arc::default() }
    }
}

/// Whether the process is alive.
pub(crate) fn healthz() -> Route {
    let doc = Doc::of("health", "Tells that the process is alive; what it depends on is the matter of /readyz.");
    Route::at("/healthz", Access::Anyone).get(healthy, (), doc.answers(200, &["application/json"], "It is alive."))
}

/// Whether calls would succeed now.
pub(crate) fn readyz(readiness: Readiness) -> Route {
    let doc = Doc::of("readiness", "Tells whether calls would succeed now.")
        .answers(200, &["application/json"], "They would.")
        .answers(503, &["application/json"], "They would not.");
    Route::at("/readyz", Access::Anyone).get(ready, readiness, doc)
}

async fn healthy() -> Json<Value> {
    Json(json!({ "status": "ok" }))
}

async fn ready(State(readiness): State<Readiness>, Extension(request): Extension<RequestId>) -> Response {
    let mut last = readiness.last.lock().await;
    if let Some((_, status, body)) = last.as_ref().filter(|(when, _, _)| when.elapsed() < FRESH) {
        return json_response(*status, body);
    }
    let (status, body) = ask(readiness.services, request).await;
    *last = Some((Instant::now(), status, body.clone()));
    json_response(status, &body)
}

/// Reads one line of the store.
async fn ask(services: Arc<Services>, request: RequestId) -> (StatusCode, Value) {
    match tokio::task::spawn_blocking(move || app::look_at_store(&services))
        .await
        .unwrap_or_else(|fault| Err(Error::internal(fault)))
    {
        Ok(_) => (StatusCode::OK, json!({ "status": "ready" })),
        Err(error) => (StatusCode::SERVICE_UNAVAILABLE, fault::http_body(&error, &request)),
    }
}
