//! Which requests come in at all: from an address that does not ask too often, to a `Host` that is served, from a page
//! that may.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;
use domain::Caller;
use observe::RequestRefused;

use super::live::Live;
use super::problem::refuse;
use super::rates::retry_after;
use crate::client::{ClientAddress, Connected, Neighbourhood, client_address};

/// Leaves the [`ClientAddress`] with the request, and bounds how often one address asks.
pub(crate) async fn of_address(State(live): State<Arc<Live>>, mut request: Request, next: Next) -> Response {
    let Some(connected) = request.extensions().get::<Connected>().copied() else { return next.run(request).await };
    let now = live.now();
    let client = client_address(connected.peer.ip(), request.headers(), &now.proxies);
    let mut response = match now.of_address.take(&Neighbourhood::of(client)) {
        Ok(()) => {
            request.extensions_mut().insert(ClientAddress(client));
            next.run(request).await
        }
        Err(wait) => {
            live.metrics.request_refused(RequestRefused::AddressRate);
            too_often(request.uri().path(), wait, "Too many requests come from your address.")
        }
    };
    // For the log, which is written further out.
    response.extensions_mut().insert(ClientAddress(client));
    response
}

/// Admits what is meant for this server, and not made by somebody else's page.
pub(crate) async fn of_name(State(live): State<Arc<Live>>, request: Request, next: Next) -> Response {
    if let Err(foreign) = live.now().names.check(&request) {
        live.metrics.request_refused(foreign.reason);
        return refuse(request.uri().path(), foreign.status, foreign.message, foreign.hint);
    }
    next.run(request).await
}

/// Bounds how often one caller asks; stands behind sign-in.
pub(crate) async fn of_caller(State(live): State<Arc<Live>>, request: Request, next: Next) -> Response {
    if let Some(caller) = request.extensions().get::<Caller>()
        && let Err(wait) = live.now().of_caller.take(&caller.name)
    {
        live.metrics.request_refused(RequestRefused::CallerRate);
        return too_often(request.uri().path(), wait, "You make too many requests.");
    }
    next.run(request).await
}

fn too_often(path: &str, wait: Duration, message: &str) -> Response {
    let seconds = retry_after(wait);
    let hint = format!("Wait {seconds} s, then go on more slowly.");
    let mut response = refuse(path, StatusCode::TOO_MANY_REQUESTS, message, &hint);
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    response
}
