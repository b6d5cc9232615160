//! Who calls over HTTP. The one place that turns a request into a [`Caller`].
//!
//! Today everybody who reaches the loopback listener is `local`, a member. Real sign-in (bearer tokens, the RFC 9728
//! metadata, 401 and 403 challenges) replaces the body of [`layer`]; everything behind it only reads the `Caller` from
//! the request's extensions and refuses a request that has none.

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use domain::{Caller, Policy};

/// Leaves the caller with the request.
pub(crate) async fn layer(mut request: Request, next: Next) -> Response {
    request.extensions_mut().insert(Caller::local(&Policy::default()));
    next.run(request).await
}
