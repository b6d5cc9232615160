//! `/.well-known/oauth-protected-resource`: how one signs in, for everybody to read (RFC 9728).

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;

use crate::auth::{Authenticator, METADATA_PATHS};
use crate::route::{Access, Doc, Route};

/// The document has an address for clients that look beside the endpoint, and one for those that look at the root.
pub(crate) fn routes(authenticator: &Arc<Authenticator>) -> Vec<Route> {
    let ids = ["protectedResourceOfMcp", "protectedResource"];
    let route = |(path, id)| {
        let doc = Doc::of(id, "How one signs in to this server (RFC 9728).");
        let doc = doc.answers(200, &["application/json"], "The identity providers, and what is asked of tokens.");
        Route::at(path, Access::Anyone).get(get, Arc::clone(authenticator), doc)
    };
    METADATA_PATHS.into_iter().zip(ids).map(route).collect()
}

async fn get(State(authenticator): State<Arc<Authenticator>>) -> Response {
    authenticator.metadata()
}
