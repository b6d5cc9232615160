//! Signing in with an identity provider: OpenID Connect's authorization code flow with PKCE (RFC 7636), `state`, `nonce`
//! and the check of who answers (RFC 9207).

use app::{RefusedSignIn, SignedIn};
use axum::Extension;
use axum::extract::{Path, Request, State};
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use domain::RequestId;

use super::code;
use super::cookie;
use super::destination::Destination;
use super::enter::enter;
use super::form::Form;
use super::guard;
use super::page::go_to;
use super::pending::Pending;
use super::problem::Problem;
use super::state::Dashboard;
use crate::auth::Person;
use crate::client::ClientAddress;

/// Where providers send people back to, behind the address of this server.
pub(super) const CALLBACK: &str = "/dashboard/callback";

/// Sends the person to the provider.
pub(super) async fn begin(
    State(dashboard): State<Dashboard>,
    Extension(request): Extension<RequestId>,
    Path(name): Path<String>,
    uri: Uri,
    whole: Request,
) -> Result<Response, Problem> {
    let (parts, _) = whole.into_parts();
    let next = Destination::or_home(Form::of_query(uri.query()).one("next"));
    if guard::is_cross_site(&parts.headers) {
        // Only our own page begins a sign-in: another could do so behind somebody's back.
        return Ok(go_to(&next.through_sign_in()));
    }
    let (provider, client) = dashboard.provider(&name).ok_or_else(unknown_provider)?;
    let own_host = dashboard.base.split("://").nth(1);
    if guard::host(&parts) != own_host {
        // The provider sends people back to the address of the configuration, and cookies do not follow to another.
        return Ok(go_to(&format!("{}{uri}", dashboard.base)));
    }
    let endpoints = provider.endpoints().await.map_err(|cause| Fault::Unreachable.page(&request, &name, &cause))?;
    let pending = Pending::begin(&name, next.as_str()).ok_or_else(Problem::no_randomness)?;
    let endpoint = endpoints.authorization.as_deref().unwrap_or_default();
    let place = authorization(endpoint, &client.id, &dashboard.base, &pending);
    let mut response = go_to(&place.map_err(|cause| Fault::Unreachable.page(&request, &name, &cause))?);
    pending.keep(response.headers_mut()).ok_or_else(Problem::no_randomness)?;
    Ok(response)
}

fn authorization(endpoint: &str, client: &str, base: &str, pending: &Pending) -> Result<String, url::ParseError> {
    let mut place = url::Url::parse(endpoint)?;
    place
        .query_pairs_mut()
        .append_pair("response_type", "code")
        .append_pair("client_id", client)
        .append_pair("redirect_uri", &format!("{base}{CALLBACK}"))
        .append_pair("scope", "openid profile email")
        .append_pair("state", &pending.state)
        .append_pair("nonce", &pending.nonce)
        .append_pair("code_challenge", &pending.challenge())
        .append_pair("code_challenge_method", "S256");
    Ok(place.into())
}

/// Takes the person back.
pub(super) async fn callback(
    State(dashboard): State<Dashboard>,
    Extension(request): Extension<RequestId>,
    whole: Request,
) -> Response {
    let address = whole.extensions().get::<ClientAddress>().map(|address| address.0);
    let came = come_back(&dashboard, &request, whole).await;
    if let Err(TurnedAway { reason: Some(reason), .. }) = &came {
        let refused = RefusedSignIn { address, principal: None, reason };
        app::record_sign_in_refused(&dashboard.services, refused, &request);
    }
    let mut response = came.unwrap_or_else(|turned| turned.page.into_response());
    // Good for one answer only, whatever that was.
    cookie::clear(response.headers_mut(), cookie::PENDING);
    response
}

/// Somebody who comes back and is not let in.
struct TurnedAway {
    page: Problem,
    /// For the audit log, nothing that came in the address; none where the fault is not theirs.
    reason: Option<&'static str>,
}

impl From<Problem> for TurnedAway {
    fn from(page: Problem) -> Self {
        Self { page, reason: None }
    }
}

fn because(reason: &'static str) -> impl Fn(Problem) -> TurnedAway {
    move |page| TurnedAway { page, reason: Some(reason) }
}

async fn come_back(dashboard: &Dashboard, request: &RequestId, whole: Request) -> Result<Response, TurnedAway> {
    let (parts, _) = whole.into_parts();
    let answer = Form::of_query(parts.uri.query());
    let unasked = because("an answer to a sign-in that was not begun here");
    let pending = Pending::read(&parts.headers).ok_or_else(|| unasked(not_begun()))?;
    if !guard::is_same(answer.one("state").unwrap_or_default(), &pending.state) {
        return Err(unasked(not_begun()));
    }
    let name = pending.provider.as_str();
    let (provider, client) = dashboard.provider(name).ok_or_else(unknown_provider)?;
    let endpoints = provider.endpoints().await.map_err(|cause| Fault::Unreachable.page(request, name, &cause))?;
    let is_issuer = match answer.one("iss") {
        Some(issuer) => issuer == provider.settings().issuer,
        None => !endpoints.issuer_beside_code && !answer.repeats("iss"),
    };
    if !is_issuer {
        let page = Fault::NotBelieved.page(request, name, &"another issuer answered");
        return Err(because("an answer of another issuer")(page));
    }
    if answer.one("error") == Some("access_denied") {
        return Err(because("cancelled at the provider")(cancelled()));
    }
    // Whatever else it says stays out of the page and out of the log: anybody can write such an address.
    let no_code = || because("an answer without a code")(Fault::Refused.page(request, name, &"it sent no code"));
    let code = answer.one("code").ok_or_else(no_code)?;
    let redirect = format!("{}{CALLBACK}", dashboard.base);
    let endpoint = endpoints.token.as_deref().unwrap_or_default();
    let token = code::exchange(provider.http(), endpoint, client, code, &redirect, &pending.verifier).await;
    let token = token.map_err(|cause| TurnedAway {
        reason: cause.is_about_the_code().then_some("a code that the provider refused"),
        page: Fault::Refused.page(request, name, &cause),
    })?;
    let claims = provider.id_token(&token, &client.id, &pending.nonce).await;
    let person = claims.and_then(|claims| Person::new(provider.settings(), &claims));
    let not_believed = because("an ID token that is not good");
    let person = person.map_err(|cause| not_believed(Fault::NotBelieved.page(request, name, &cause)))?;
    let who = SignedIn {
        principal: person.principal,
        display: person.display,
        roles: person.roles,
        teams: person.teams,
        // Scopes bound what a program may do for a person; here the person acts.
        permissions_bound: None,
        only_projects: None,
        token_id: None,
    };
    Ok(enter(dashboard, &parts, request, who, &Destination::or_home(Some(&pending.next))).await?)
}

/// What can go wrong between this server and a provider.
#[derive(Clone, Copy)]
enum Fault {
    Unreachable,
    Refused,
    NotBelieved,
}

impl Fault {
    /// The page for the person; the cause goes to the log.
    fn page(self, request: &RequestId, provider: &str, cause: &dyn std::fmt::Display) -> Problem {
        tracing::warn!(request_id = request.as_str(), provider, cause = cause.to_string(), "a sign-in failed");
        let (status, what, todo) = match self {
            Self::Unreachable => (
                StatusCode::BAD_GATEWAY,
                format!("The sign-in service “{provider}” cannot be reached."),
                "Try again in a minute. If it stays so, tell whoever runs this server; an API token works meanwhile.",
            ),
            Self::Refused => (
                StatusCode::FORBIDDEN,
                format!("The sign-in service “{provider}” did not complete the sign-in."),
                "Sign in again. If it happens again, tell whoever runs this server: its log says why.",
            ),
            Self::NotBelieved => (
                StatusCode::FORBIDDEN,
                format!("What came back from “{provider}” cannot be trusted."),
                "You are not signed in. Sign in again from this site’s own page; if it happens again, tell whoever runs this server.",
            ),
        };
        Problem::of_sign_in(status, what, todo)
    }
}

fn unknown_provider() -> Problem {
    let todo = "Go to the sign-in page, which shows the ways in that there are.";
    Problem::of_sign_in(StatusCode::NOT_FOUND, "There is no such way to sign in.", todo)
}

fn cancelled() -> Problem {
    let todo = "You are not signed in, and nothing was changed. Begin again whenever you like.";
    Problem::of_sign_in(StatusCode::FORBIDDEN, "The sign-in was cancelled.", todo)
}

/// There is no sign-in under way in this browser, or another one: an old page, a second tab, or somebody else's answer.
fn not_begun() -> Problem {
    let todo =
        "It may have taken longer than ten minutes, or was begun in another tab or at another address. Sign in again.";
    Problem::of_sign_in(StatusCode::FORBIDDEN, "This sign-in was not begun in this browser, or is over.", todo)
}
