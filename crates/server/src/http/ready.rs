//! `/readyz`: whether calls would succeed now. Unlike `/healthz` it asks the store.

use std::sync::Arc;

use app::{Call, Error, Quiet, Services};
use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use domain::{Caller, RequestId};
use serde_json::json;

use super::problem::json_response;
use crate::fault;

/// Reads one line of the store.
pub(crate) async fn ready(State(services): State<Arc<Services>>, Extension(request): Extension<RequestId>) -> Response {
    let of_call = request.clone();
    let look = move || {
        let call = Call { caller: &Caller::local(&services.policy.get()), request: &of_call, watch: &Quiet };
        app::list_projects(&services, &call, Some(1), None)
    };
    match tokio::task::spawn_blocking(look).await.unwrap_or_else(|fault| Err(Error::internal(fault))) {
        Ok(_) => json_response(StatusCode::OK, &json!({ "status": "ready" })),
        Err(error) => json_response(StatusCode::SERVICE_UNAVAILABLE, &fault::http_body(&error, &request)),
    }
}
