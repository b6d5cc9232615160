//! Pages as answers: rendered, and with the headers that bound what a browser may do with them.

use askama::Template;
use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::asset::{ICON, STYLE};
use crate::route::Html;

/// Nothing but our own style sheet and icon: no script at all, no frame, no form that goes elsewhere.
const POLICY: &str =
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

const HEADERS: [(HeaderName, HeaderValue); 2] = [
    (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY)),
    // With `no-referrer` browsers would say `Origin: null` with our own forms.
    (header::REFERRER_POLICY, HeaderValue::from_static("same-origin")),
];

/// What the layout of every page needs.
pub(super) struct Frame {
    /// The address of the style sheet.
    pub(super) style: &'static str,
    /// The address of the icon.
    pub(super) icon: &'static str,
    /// Which page it is, for the list of pages.
    pub(super) page: &'static str,
    /// Whose page it is.
    pub(super) person: Option<Person>,
}

/// Whose page it is.
pub(super) struct Person {
    /// Whether there is something to sign out of.
    pub(super) has_session: bool,
    /// What forms must bring along.
    pub(super) csrf: String,
}

impl Frame {
    /// The frame of `page`.
    pub(super) fn new(page: &'static str, person: Option<Person>) -> Self {
        Self { style: &STYLE.address, icon: &ICON.address, page, person }
    }
}

/// `template` as an answer.
pub(super) fn html(status: StatusCode, template: &impl Template) -> Response {
    match template.render() {
        Ok(page) => (status, [(header::CONTENT_TYPE, "text/html; charset=utf-8")], page).into_response(),
        Err(fault) => {
            tracing::error!(kind = "internal", cause = fault.to_string(), "a page could not be made");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// Leads the browser to `place`, which it asks for with GET.
pub(super) fn go_to(place: &str) -> Response {
    match HeaderValue::from_str(place) {
        Ok(place) => (StatusCode::SEE_OTHER, [(header::LOCATION, place)]).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// Puts the headers on every answer of the dashboard.
pub(super) async fn bounds(request: Request, next: Next) -> Response {
    bounded(next.run(request).await)
}

/// The answer, with the headers.
pub(super) fn bounded(mut response: Response) -> Response {
    response.extensions_mut().insert(Html);
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        headers.insert(name, value);
    }
    response
}
