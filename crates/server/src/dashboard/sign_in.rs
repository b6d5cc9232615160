//! `/dashboard/sign-in`: the ways in, and the one by an API token.

use std::time::Duration;

use app::SignedIn;
use askama::Template;
use axum::Extension;
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::response::Response;
use domain::{Credential, RequestId};

use super::cookie;
use super::destination::Destination;
use super::enter::enter;
use super::form::Form;
use super::page::{Frame, html};
use super::problem::Problem;
use super::state::Dashboard;
use super::visitor::{read_form, with_form_value};
use crate::auth::{Refusal, Shown};
use crate::client::ClientAddress;

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
    what: &'static str,
    todo: String,
}

/// Shows the ways in.
pub(super) async fn get(State(dashboard): State<Dashboard>, uri: Uri, headers: HeaderMap) -> Response {
    let query = Form::of_query(uri.query());
    let notice = match query.one("why") {
        Some("ended") => Some(
            "You were signed out because you had been away, or somebody ended the session. Please sign in again; nothing was changed.",
        ),
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
        html(
            status,
            &SignInPage { frame: Frame::new("sign-in", None), notice, fault, providers, csrf, next: next.as_str() },
        )
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
    match judge(&dashboard, &parts, &request, form.one("token").unwrap_or_default().trim()).await {
        Ok(who) => enter(&dashboard, &parts, &request, who, &next).await,
        Err(refusal) => {
            tracing::warn!(request_id = request.as_str(), cause = ?refusal, "a sign-in with a token was refused");
            Ok(refused(&dashboard, &parts.headers, &refusal, &next))
        }
    }
}

/// Judges a token as if a program had sent it: by the same rules, with the same counting of failures.
async fn judge(dashboard: &Dashboard, parts: &Parts, request: &RequestId, token: &str) -> Result<SignedIn, Refusal> {
    // What fits into no header is judged as what it is: no token.
    let bearer = HeaderValue::from_str(&format!("Bearer {token}")).unwrap_or(HeaderValue::from_static("Bearer"));
    let headers = HeaderMap::from_iter([(header::AUTHORIZATION, bearer)]);
    let address = parts.extensions.get::<ClientAddress>().map(|address| address.0);
    let shown = Shown { headers: &headers, query: None, address, certificate: None, request };
    let caller = dashboard.authenticator.authenticate(shown).await?.caller;
    let Credential::ApiToken(id) = caller.credential else {
        // An access token is for programs and ends soon; nothing would end the session with it.
        dashboard.authenticator.tell_refused(&Refusal::NotGood, Some(&caller.name), address, request);
        return Err(Refusal::NotGood);
    };
    Ok(SignedIn {
        display: caller.name.clone(),
        principal: caller.name,
        roles: caller.roles,
        teams: caller.teams,
        permissions_bound: None,
        only_projects: caller.only_projects,
        token_id: Some(id),
    })
}

fn refused(dashboard: &Dashboard, headers: &HeaderMap, refusal: &Refusal, next: &Destination) -> Response {
    let (status, what, todo, wait) = match refusal {
        Refusal::Locked(wait) => {
            let todo = format!("Wait {}, then try again with a token that you copied in full.", time(*wait));
            (StatusCode::TOO_MANY_REQUESTS, "There were too many tries that failed.", todo, Some(*wait))
        }
        Refusal::NoRole { .. } => {
            let todo = "Ask whoever runs this server for a token with a role that exists.".to_owned();
            (StatusCode::FORBIDDEN, "That token allows nothing here.", todo, None)
        }
        Refusal::Unavailable | Refusal::ProviderDown(_) => {
            let todo = "Nothing is wrong with your token as far as it is known. Try again in a minute.".to_owned();
            (StatusCode::SERVICE_UNAVAILABLE, "The token cannot be looked up at the moment.", todo, None)
        }
        _ => {
            let todo = "It may be mistyped, expired or revoked. Copy it again in full, or get a new one.".to_owned();
            (StatusCode::FORBIDDEN, "That token does not work.", todo, None)
        }
    };
    let mut response = show(dashboard, headers, status, None, Some(&Fault { what, todo }), next);
    if let Some(wait) = wait {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(wait.as_secs().max(1)));
    }
    response
}

fn time(wait: Duration) -> String {
    let seconds = wait.as_secs().max(1);
    if seconds < 120 { format!("{seconds} seconds") } else { format!("{} minutes", seconds.div_ceil(60)) }
}

/// The browser that got the form has no cookie of ours: it keeps none, or the form is of yesterday.
fn no_cookie() -> Problem {
    let todo = "Open the sign-in page again. The browser must keep cookies of this site, and the address must begin with https:// (or be this very computer).";
    Problem::of_sign_in(StatusCode::FORBIDDEN, "The sign-in form was too old, or the browser kept no cookie.", todo)
}
