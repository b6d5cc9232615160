//! `/dashboard/sign-in`: the ways in, and the one by an API token.

use std::time::Duration;

use app::SignedIn;
use askama::Template;
use axum::Extension;
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use domain::{Caller, Credential, Face, RequestId};

use super::cookie;
use super::destination::Destination;
use super::enter::enter;
use super::form::Form;
use super::page::{Frame, html};
use super::problem::{Problem, blocking};
use super::state::Dashboard;
use super::visitor::{read_form, with_form_value};
use crate::http::ClientAddress;

#[derive(Template)]
#[template(path = "sign_in.html")]
struct SignInPage<'a> {
    frame: Frame,
    notice: Option<&'static str>,
    fault: Option<&'a Fault>,
    providers: Vec<Way>,
    csrf: &'a str,
    next: &'a str,
}

/// A provider to sign in with.
struct Way {
    name: String,
    address: String,
}

struct Fault {
    what: String,
    todo: String,
}

/// Shows the ways in.
pub(super) async fn get(State(dashboard): State<Dashboard>, uri: Uri, headers: HeaderMap) -> Response {
    let query = Form::of_query(uri.query());
    let notice = match query.one("why") {
        Some("ended") => Some("You were signed out because you had been away, or somebody ended the session. Please sign in again; nothing was changed."),
        Some("signed-out") => Some("You are signed out."),
        _ => None,
    };
    let next = Destination::or_home(query.one("next"));
    show(&dashboard, &headers, StatusCode::OK, notice, None, &next)
}

fn show(
    dashboard: &Dashboard,
    headers: &HeaderMap,
    status: StatusCode,
    notice: Option<&'static str>,
    fault: Option<&Fault>,
    next: &Destination,
) -> Response {
    let way = |name: &str| {
        let mut address = format!("/dashboard/sign-in/{name}");
        if next.as_str() != super::destination::HOME {
            address.push_str(&format!("?next={next}"));
        }
        Way { name: name.to_owned(), address }
    };
    let providers: Vec<Way> = dashboard.providers().map(|(provider, _)| way(&provider.settings().name)).collect();
    with_form_value(headers, |csrf| {
        html(status, &SignInPage { frame: Frame::new("sign-in", None), notice, fault, providers, csrf, next: next.as_str() })
    })
}

/// Signs in with an API token.
pub(super) async fn post(
    State(dashboard): State<Dashboard>,
    Extension(request): Extension<RequestId>,
    whole: Request,
) -> Result<Response, Problem> {
    let (parts, body) = whole.into_parts();
    // Without this, another site could sign people in as somebody else, who would then see what they do (login CSRF).
    let expected = cookie::read(&parts.headers, cookie::FORM).ok_or_else(no_cookie)?;
    let form = read_form(&dashboard, &parts, body, &expected).await?;
    let next = Destination::or_home(form.one("next"));
    let keys = address_key(&parts);
    if let Some(wait) = locked(&dashboard, &request, &keys).await? {
        return Ok(locked_page(&dashboard, &parts.headers, wait, &next));
    }
    let token = form.one("token").unwrap_or_default().trim().to_owned();
    let (of_work, of_keys) = (dashboard.clone(), keys.clone());
    let found = blocking(&request, move || {
        let found = app::sign_in_with_token(&of_work.services, Face::Http, &token)?;
        match found {
            Some(_) => app::record_success(&of_work.services, &of_keys)?,
            None => app::record_failure(&of_work.services, &of_keys, of_work.lockout)?,
        }
        Ok(found)
    });
    match found.await? {
        Some(caller) => enter(&dashboard, &parts, &request, of_token(caller), &next).await,
        None => {
            tracing::warn!(request_id = request.as_str(), "a token that is not good was tried on the dashboard");
            let fault = Fault {
                what: "That token does not work.".to_owned(),
                todo: "It may be mistyped, expired or revoked. Copy it again in full, or get a new one.".to_owned(),
            };
            Ok(show(&dashboard, &parts.headers, StatusCode::FORBIDDEN, None, Some(&fault), &next))
        }
    }
}

/// The browser that got the form has no cookie of ours: it keeps none, or the form is of yesterday.
fn no_cookie() -> Problem {
    let todo = "Open the sign-in page again. The browser must keep cookies of this site, and the address must begin with https:// (or be this very computer).";
    Problem::of_sign_in(StatusCode::FORBIDDEN, "The sign-in form was too old, or the browser kept no cookie.", todo)
}

fn of_token(caller: Caller) -> SignedIn {
    let token_id = match caller.credential {
        Credential::ApiToken(id) => Some(id),
        _ => None,
    };
    SignedIn {
        display: caller.name.clone(),
        principal: caller.name,
        roles: caller.roles,
        teams: caller.teams,
        permissions_bound: None,
        only_projects: caller.only_projects,
        token_id,
    }
}

/// Who shares the count of failures.
fn address_key(parts: &Parts) -> Vec<String> {
    let address = parts.extensions.get::<ClientAddress>();
    address.map(|address| format!("address:{}", address.0)).into_iter().collect()
}

async fn locked(dashboard: &Dashboard, request: &RequestId, keys: &[String]) -> Result<Option<Duration>, Problem> {
    let (of_work, keys) = (dashboard.clone(), keys.to_vec());
    blocking(request, move || app::locked_until(&of_work.services, &keys)).await
}

fn locked_page(dashboard: &Dashboard, headers: &HeaderMap, wait: Duration, next: &Destination) -> Response {
    let seconds = wait.as_secs().max(1);
    let time = if seconds < 120 { format!("{seconds} seconds") } else { format!("{} minutes", seconds.div_ceil(60)) };
    let fault = Fault {
        what: "There were too many tries that failed.".to_owned(),
        todo: format!("Wait {time}, then try again with a token that you copied in full."),
    };
    let mut response = show(dashboard, headers, StatusCode::TOO_MANY_REQUESTS, None, Some(&fault), next);
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    response.into_response()
}
