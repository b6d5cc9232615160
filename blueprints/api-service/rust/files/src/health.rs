//! What load balancers and orchestrators ask: does the process live, and should it get requests?

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Serialize;

use crate::app::App;

const PATIENCE: Duration = Duration::from_secs(1);

/// The answer of both routes.
#[derive(Serialize)]
pub struct Health {
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
}

/// `GET /healthz`: the process answers. Never asks the database: a restart would not mend that.
pub async fn alive() -> Json<Health> {
    Json(Health { status: "ok", reason: None })
}

/// `GET /readyz`: send requests here, or not.
pub async fn ready(State(app): State<Arc<App>>) -> (StatusCode, Json<Health>) {
    if app.is_draining() {
        return not_ready("shutting down");
    }
    match tokio::time::timeout(PATIENCE, app.database.ping()).await {
        Ok(Ok(())) => (StatusCode::OK, Json(Health { status: "ready", reason: None })),
        Ok(Err(_)) | Err(_) => not_ready("the database cannot be reached"),
    }
}

fn not_ready(reason: &'static str) -> (StatusCode, Json<Health>) {
    (StatusCode::SERVICE_UNAVAILABLE, Json(Health { status: "not ready", reason: Some(reason) }))
}
