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

use super::live::{Live, Now};
use super::problem::refuse;
use super::rates::retry_after;
use crate::client::{ClientAddress, Connected, Neighbourhood, client_address};

/// Leaves the [`ClientAddress`] with the request, and admits it or does not.
pub(crate) async fn layer(State(live): State<Arc<Live>>, mut request: Request, next: Next) -> Response {
    let now = live.now();
    let connected = request.extensions().get::<Connected>().copied();
    let client = connected.map(|connected| client_address(connected.peer.ip(), request.headers(), &now.proxies));
    let mut response = match client.map(|client| now.of_address.take(&Neighbourhood::of(client))) {
        Some(Err(wait)) => {
            live.metrics.request_refused(RequestRefused::AddressRate);
            too_often(request.uri().path(), wait, "Too many requests come from your address.")
        }
        Some(Ok(())) | None => {
            if let Some(client) = client {
                request.extensions_mut().insert(ClientAddress(client));
            }
            admit(&live, &now, request, next).await
        }
    };
    // For the log, which is written further out.
    if let Some(client) = client {
        response.extensions_mut().insert(ClientAddress(client));
    }
    response
}

async fn admit(live: &Live, now: &Now, request: Request, next: Next) -> Response {
    if let Err(foreign) = now.names.check(&request) {
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
