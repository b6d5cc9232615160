//! The moment of coming in, whichever way it was shown who it is: a new session, and its cookie.

use app::{Call, Error, ErrorKind, Origin, Quiet, Services, SessionTimes, SignedIn};
use axum::http::header;
use axum::http::request::Parts;
use axum::response::Response;
use domain::{Credential, RequestId};
use secrecy::ExposeSecret as _;

use super::cookie;
use super::destination::Destination;
use super::page::go_to;
use super::problem::{Problem, blocking};
use super::state::Dashboard;
use crate::client::ClientAddress;

/// How long a browser's name for itself may be, to be kept.
const AGENT_CHARS: usize = 300;

/// Begins a session for `who` and leads to `next`.
///
/// A session that the browser had before is ended, never taken over: whoever planted it would else be signed in as this
/// person, too (session fixation).
pub(super) async fn enter(
    dashboard: &Dashboard,
    parts: &Parts,
    request: &RequestId,
    who: SignedIn,
    next: &Destination,
) -> Result<Response, Problem> {
    let address = parts.extensions.get::<ClientAddress>().map(|address| address.0);
    let agent = parts.headers.get(header::USER_AGENT).and_then(|agent| agent.to_str().ok());
    let agent = agent.map(|agent| agent.chars().take(AGENT_CHARS).collect::<String>());
    let before = cookie::read(&parts.headers, cookie::SESSION);
    let (of_work, id) = (dashboard.clone(), request.clone());
    tracing::info!(request_id = request.as_str(), caller = who.principal, "signed in to the dashboard");
    let started = blocking(request, move || {
        let services = &of_work.services;
        if let Some(before) = before {
            end(services, &id, &before, of_work.times)?;
        }
        let origin = Origin { address, user_agent: agent.as_deref() };
        app::start_session(services, &id, &who, &origin, of_work.times)
    });
    let started = started.await?;
    let mut response = go_to(next.as_str());
    let headers = response.headers_mut();
    cookie::set(headers, cookie::SESSION, started.cookie.expose_secret(), None);
    cookie::clear(headers, cookie::PENDING);
    cookie::clear(headers, cookie::FORM);
    Ok(response)
}

/// Ends the session with this cookie, where there is one still.
fn end(services: &Services, request: &RequestId, cookie: &str, times: SessionTimes) -> Result<(), Error> {
    let Some(session) = app::resume_session(services, cookie, times)? else { return Ok(()) };
    let Credential::Session(id) = session.caller.credential.clone() else { return Ok(()) };
    let call = Call { caller: &session.caller, request, watch: &Quiet };
    match app::end_session(services, &call, &id) {
        // Somebody else was quicker.
        Err(error) if error.kind == ErrorKind::NotFound => Ok(()),
        ended => ended,
    }
}
