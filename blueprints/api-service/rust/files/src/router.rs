//! Every route of the service, and the layers that every request passes.

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::IntoResponse;
use axum::routing::get;
use tower_http::catch_panic::CatchPanicLayer;

use crate::app::App;
use crate::limits::{self, MAX_BODY_BYTES};
use crate::notes::routes as notes;
use crate::problem::Problem;
use crate::{auth, health, request_log, response_headers};

/// The whole service.
pub fn service(app: &Arc<App>) -> Router {
    protect(routes(), app)
}

/// A new route goes here. It needs a token, unless `auth::PUBLIC_ROUTES` names it.
fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .route("/v1/notes", get(notes::list).post(notes::create))
        .route("/v1/notes/{id}", get(notes::read).delete(notes::delete))
}

/// Puts the layers around `routes`, the answers for unknown paths and methods included.
/// A request passes the layers from the last to the first.
pub fn protect(routes: Router<Arc<App>>, app: &Arc<App>) -> Router {
    routes
        .fallback(async || Problem::not_found())
        .method_not_allowed_fallback(async || {
            Problem::new(StatusCode::METHOD_NOT_ALLOWED, "This path does not know this method.")
        })
        .layer(DefaultBodyLimit::max(MAX_BODY_BYTES))
        .layer(CatchPanicLayer::custom(|_| Problem::internal("panic").into_response()))
        .layer(from_fn_with_state(app.request_timeout, limits::cut_off))
        .layer(from_fn_with_state(Arc::clone(app), auth::admit))
        .layer(from_fn_with_state(app.behind_tls, response_headers::add))
        .layer(from_fn(request_log::write))
        .with_state(Arc::clone(app))
}
