//! The listener for plaintext: it sends people to the address with TLS, and takes nothing from anybody.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use url::Url;

use super::admission;
use super::limits::{self, Limits};
use super::live::Live;
use super::outer::{self, Outer};
use super::problem::refuse;
use crate::error::Error;

/// Sends everybody to the same path beneath `public_url`, whatever `Host` they asked for.
pub(crate) fn router(public_url: Option<&str>, live: &Arc<Live>) -> Result<Router, Error> {
    let target = public_url.and_then(|address| Url::parse(address).ok()).filter(|address| address.scheme() == "https");
    let target = target.ok_or(Error::RedirectsNowhere)?;
    let origin: Arc<str> = target.origin().ascii_serialization().into();
    let router = Router::new()
        .fallback(redirect)
        .with_state(origin)
        .layer(from_fn_with_state(Limits::new(Arc::clone(live)), limits::enforce))
        .layer(from_fn_with_state(Arc::clone(live), admission::of_address))
        .layer(from_fn_with_state(Outer::new(Arc::clone(&live.metrics), []), outer::layer));
    Ok(router)
}

async fn redirect(State(origin): State<Arc<str>>, request: Request) -> Response {
    let path = request.uri().path();
    if ![Method::GET, Method::HEAD].contains(request.method()) || !path.starts_with('/') {
        let message = "Nothing is taken over plaintext.";
        let hint = if request.headers().contains_key(header::AUTHORIZATION) {
            format!("Use {origin}. What you sent may have been read on its way: have the credential revoked.")
        } else {
            format!("Use {origin}.")
        };
        return refuse(path, StatusCode::FORBIDDEN, message, &hint);
    }
    let rest = request.uri().path_and_query().map_or("/", |rest| rest.as_str());
    match HeaderValue::from_str(&format!("{origin}{rest}")) {
        Ok(location) => (StatusCode::PERMANENT_REDIRECT, [(header::LOCATION, location)]).into_response(),
        Err(_) => refuse(path, StatusCode::BAD_REQUEST, "This address cannot be redirected.", "Use another one."),
    }
}
