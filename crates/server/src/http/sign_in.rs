//! Who calls over HTTP. The one place that turns a request into a [`Caller`].
//!
//! Without sign-in everybody who reaches the loopback listener is `local`, a member. Real sign-in replaces the body of
//! [`layer`]; everything behind it only reads the `Caller` from the request's extensions and refuses a request that has
//! none.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::Response;
use domain::{Caller, Policy};
use observe::RequestRefused;

use super::live::Live;
use super::problem::refuse;

/// Leaves the caller with the request.
pub(crate) async fn layer(State(live): State<Arc<Live>>, mut request: Request, next: Next) -> Response {
    if live.sign_in_required {
        live.metrics.request_refused(RequestRefused::SignIn);
        return refuse(request.uri().path(), StatusCode::UNAUTHORIZED, "Sign in first.", "Nobody can yet.");
    }
    request.extensions_mut().insert(Caller::local(&Policy::default()));
    next.run(request).await
}
