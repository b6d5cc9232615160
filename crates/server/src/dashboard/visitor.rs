//! Who visits: the one door of all pages that are somebody's. What changes something passes only when a page of ours
//! asked for it, so that no handler can forget to look.

use app::{Call, Error, Quiet, RefusedSignIn, ResumedSession, Services};
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use domain::{Caller, RequestId};

use super::destination::Destination;
use super::form::{Form, Unreadable};
use super::page::{Person, go_to};
use super::problem::{Problem, blocking};
use super::state::Dashboard;
use super::{cookie, guard};
use crate::client::ClientAddress;

/// Who visits.
#[derive(Clone)]
pub(super) struct Visitor {
    /// As what the use cases know them.
    pub(super) caller: Caller,
    /// The name to show.
    pub(super) display: String,
    /// What forms must bring along.
    pub(super) csrf: String,
    /// Whether there is a session to end.
    pub(super) has_session: bool,
}

impl Visitor {
    /// For the frame of a page.
    pub(super) fn person(&self) -> Option<Person> {
        Some(Person { has_session: self.has_session, csrf: self.csrf.clone() })
    }

    /// The same visitor, at this address.
    fn at(mut self, address: Option<&ClientAddress>) -> Self {
        self.caller.address = address.map(|address| address.0);
        self
    }

    /// Lets a use case work for them.
    pub(super) async fn ask<T: Send + 'static>(
        &self,
        dashboard: &Dashboard,
        request: &RequestId,
        work: impl FnOnce(&Services, &Call<'_>) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Problem> {
        let (parts, caller, id) = (dashboard.clone(), self.caller.clone(), request.clone());
        blocking(request, move || work(&parts.services, &Call { caller: &caller, request: &id, watch: &Quiet })).await
    }
}

/// What the browser brought along.
pub(super) enum Arrival {
    /// A session that is good.
    Session(Box<ResumedSession>),
    /// A session that is not, or no more.
    Ended,
    /// None.
    Nothing,
}

/// The session of the browser.
pub(super) async fn arrival(
    dashboard: &Dashboard,
    headers: &HeaderMap,
    address: Option<&ClientAddress>,
    id: &RequestId,
) -> Result<Arrival, Problem> {
    let Some(value) = cookie::read(headers, cookie::SESSION) else { return Ok(Arrival::Nothing) };
    let parts = dashboard.clone();
    let resumed = blocking(id, move || app::resume_session(&parts.services, &value, parts.times)).await?;
    let Some(session) = resumed else {
        let address = address.map(|address| address.0);
        let refused = RefusedSignIn { address, principal: None, reason: "a session that has ended, or none of ours" };
        app::record_sign_in_refused(&dashboard.services, refused, id);
        return Ok(Arrival::Ended);
    };
    Ok(Arrival::Session(Box::new(session)))
}

/// Lets visitors in, and leaves a [`Visitor`] with the request; with a POST its [`Form`], too.
pub(super) async fn admit(State(dashboard): State<Dashboard>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let Some(id) = parts.extensions.get::<RequestId>().cloned() else {
        return Problem::no_randomness().into_response();
    };
    let address = parts.extensions.get::<ClientAddress>();
    let arrival = match arrival(&dashboard, &parts.headers, address, &id).await {
        Ok(arrival) => arrival,
        Err(problem) => return problem.into_response(),
    };
    let has_ended = matches!(arrival, Arrival::Ended);
    let (visitor, keep) = match arrival {
        Arrival::Session(session) => of_session(*session),
        Arrival::Ended | Arrival::Nothing if dashboard.required => return to_sign_in(&parts, has_ended),
        Arrival::Ended | Arrival::Nothing => match local(&dashboard, &parts.headers) {
            Some(local) => local,
            None => return Problem::no_randomness().into_response(),
        },
    };
    let visitor = visitor.at(parts.extensions.get::<ClientAddress>());
    let csrf = visitor.csrf.clone();
    let mut request = Request::from_parts(parts, body);
    request.extensions_mut().insert(visitor);
    let mut response = match checked(&dashboard, request, &csrf).await {
        Ok(request) => next.run(request).await,
        Err(problem) => problem.into_response(),
    };
    keep.set(response.headers_mut());
    response
}

/// Cookies that the answer must set.
enum Keep {
    Nothing,
    Cookie(&'static str, String),
}

impl Keep {
    /// Sets them, unless the answer itself decided on the same cookie, as signing out does.
    fn set(self, headers: &mut HeaderMap) {
        let Self::Cookie(name, value) = self else { return };
        let of_it = |set: &axum::http::HeaderValue| set.to_str().is_ok_and(|set| set.starts_with(name));
        if !headers.get_all(axum::http::header::SET_COOKIE).iter().any(of_it) {
            cookie::set(headers, name, &value, None);
        }
    }
}

fn of_session(session: ResumedSession) -> (Visitor, Keep) {
    use secrecy::ExposeSecret as _;
    let keep = session
        .replace_cookie
        .map_or(Keep::Nothing, |value| Keep::Cookie(cookie::SESSION, value.expose_secret().to_owned()));
    let visitor = Visitor { caller: session.caller, display: session.display, csrf: session.csrf, has_session: true };
    (visitor, keep)
}

/// Whoever reaches a server in development. There is no session to know forms by, so the browser gets a cookie for that.
fn local(dashboard: &Dashboard, headers: &HeaderMap) -> Option<(Visitor, Keep)> {
    let caller = Caller::local(&dashboard.services.policy.get());
    let (csrf, keep) = form_value(headers)?;
    let display = caller.name.clone();
    Some((Visitor { caller, display, csrf, has_session: false }, keep))
}

/// What ties forms to this browser, where there is no session; a new value where it has none yet.
fn form_value(headers: &HeaderMap) -> Option<(String, Keep)> {
    match cookie::read(headers, cookie::FORM) {
        Some(value) => Some((value, Keep::Nothing)),
        None => guard::random().map(|value| (value.clone(), Keep::Cookie(cookie::FORM, value))),
    }
}

/// A page for somebody unknown, whose forms are tied to the browser. `make` gets what they must bring along.
pub(super) fn with_form_value(headers: &HeaderMap, make: impl FnOnce(&str) -> Response) -> Response {
    let Some((value, keep)) = form_value(headers) else { return Problem::no_randomness().into_response() };
    let mut response = make(&value);
    keep.set(response.headers_mut());
    response
}

fn to_sign_in(parts: &Parts, has_ended: bool) -> Response {
    let mut response = if matches!(parts.method, Method::GET | Method::HEAD) {
        let asked = Destination::parse(parts.uri.path());
        let mut place = Destination::or_home(asked.as_ref().map(Destination::as_str)).through_sign_in();
        if has_ended {
            place.push_str(if place.contains('?') { "&why=ended" } else { "?why=ended" });
        }
        go_to(&place)
    } else {
        // What the form held is lost, and whoever sent it must hear that.
        Problem::signed_out().into_response()
    };
    if has_ended {
        cookie::clear(response.headers_mut(), cookie::SESSION);
    }
    response
}

/// Lets requests that only read through, and others when a page of ours made them. Leaves their form with them.
async fn checked(dashboard: &Dashboard, request: Request, csrf: &str) -> Result<Request, Problem> {
    if matches!(*request.method(), Method::GET | Method::HEAD) {
        return Ok(request);
    }
    let (mut parts, body) = request.into_parts();
    let form = read_form(dashboard, &parts, body, csrf).await?;
    parts.extensions.insert(form);
    Ok(Request::from_parts(parts, axum::body::Body::empty()))
}

/// The form of a request that a page of ours made, which knew `csrf`.
pub(super) async fn read_form(
    dashboard: &Dashboard,
    parts: &Parts,
    body: axum::body::Body,
    csrf: &str,
) -> Result<Form, Problem> {
    if !guard::is_same_origin(parts, &dashboard.base) {
        return Err(Problem::forged());
    }
    let form = Form::of_body(&parts.headers, body, dashboard.body_timeout).await.map_err(unreadable)?;
    if !guard::is_same(form.one("csrf").unwrap_or_default(), csrf) {
        return Err(Problem::forged());
    }
    Ok(form)
}

fn unreadable(why: Unreadable) -> Problem {
    let (status, what) = match why {
        Unreadable::Malformed => (StatusCode::UNSUPPORTED_MEDIA_TYPE, "That is not a form of this dashboard."),
        Unreadable::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "What was sent is too large."),
        Unreadable::TooSlow => (StatusCode::REQUEST_TIMEOUT, "What was sent took too long to arrive."),
    };
    Problem::new(status, what, "Nothing was changed. Open the page again and repeat what you did there.")
}
