//! The door of routes that are for programs and people alike, such as downloads: programs show a token, browsers a
//! session. Not for `/mcp`: what a browser sends by itself, other sites could make it send.

use axum::extract::{Request, State};
use axum::http::{Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use domain::{Caller, RequestId};
use secrecy::ExposeSecret as _;

use super::cookie;
use super::destination::Destination;
use super::page::go_to;
use super::problem::Problem;
use super::state::Dashboard;
use super::visitor::{Arrival, arrival};
use crate::client::ClientAddress;

/// Lets a session in, and sends a browser without one to sign in first, which uses nothing up. Whoever shows a token is
/// left to the next layer.
pub(crate) async fn admit_browsers(State(dashboard): State<Dashboard>, mut request: Request, next: Next) -> Response {
    let headers = request.headers();
    let Some(id) = request.extensions().get::<RequestId>().cloned() else {
        return Problem::no_randomness().into_response();
    };
    if headers.contains_key(header::AUTHORIZATION) {
        return next.run(request).await;
    }
    let address = request.extensions().get::<ClientAddress>();
    let session = match arrival(&dashboard, headers, address, &id).await {
        Ok(Arrival::Session(session)) => *session,
        Ok(Arrival::Ended | Arrival::Nothing) => {
            let place = Destination::parse(request.uri().path()).filter(|_| dashboard.required && is_browser(&request));
            return match place {
                Some(place) => go_to(&place.through_sign_in()),
                None => next.run(request).await,
            };
        }
        Err(problem) => return problem.into_response(),
    };
    let address = request.extensions().get::<ClientAddress>().map(|address| address.0);
    request.extensions_mut().insert(Caller { address, ..session.caller });
    let mut response = next.run(request).await;
    if let Some(value) = session.replace_cookie {
        cookie::set(response.headers_mut(), cookie::SESSION, value.expose_secret(), None);
    }
    response
}

/// Whether a person looks at what comes back.
fn is_browser(request: &Request) -> bool {
    let accept = request.headers().get(header::ACCEPT).and_then(|accept| accept.to_str().ok()).unwrap_or_default();
    request.method() == Method::GET && accept.contains("text/html")
}
