//! Who calls over HTTP: shows what a request brings along to `auth`, and leaves the [`Caller`] with the request.
//! Everything behind this only reads the `Caller` and refuses a request that has none.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use domain::Caller;
use serde_json::Value;

use crate::auth::{Authenticator, Shown};
use crate::client::{ClientAddress, PeerCertificate};

/// Lets callers in, or answers with a challenge.
pub(crate) async fn layer(
    State(authenticator): State<Arc<Authenticator>>,
    mut request: Request,
    next: Next,
) -> Response {
    if request.extensions().get::<Caller>().is_some() {
        // A session showed who it is.
        return next.run(request).await;
    }
    let extensions = request.extensions();
    let certificate = extensions.get::<PeerCertificate>().and_then(|shown| shown.0.first());
    let shown = Shown {
        headers: request.headers(),
        query: request.uri().query(),
        address: extensions.get::<ClientAddress>().map(|address| address.0),
        certificate: certificate.map(|certificate| certificate.as_ref()),
    };
    match authenticator.authenticate(shown).await {
        Ok(signed_in) => {
            let extensions = request.extensions_mut();
            extensions.insert::<Caller>(signed_in.caller);
            if let Some(by_role) = signed_in.by_role {
                extensions.insert(by_role);
            }
            next.run(request).await
        }
        Err(refusal) => authenticator.response(&refusal, request.uri().path(), Value::Null),
    }
}
