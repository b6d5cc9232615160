//! `/dashboard/account`: one's tokens and sessions, to see and to end; and a new token, shown once.

use app::{Call, CreatedToken, NewToken, Services, SessionSummary, TokenSummary};
use askama::Template;
use axum::Extension;
use axum::extract::State;
use axum::http::{StatusCode, Uri};
use axum::response::Response;
use domain::{Credential, Operation, RequestId, Resource};
use jiff::Timestamp;
use secrecy::ExposeSecret as _;

use super::cookie;
use super::destination::ACCOUNT;
use super::form::Form;
use super::page::{Frame, go_to, html};
use super::problem::{Problem, is_ours};
use super::state::Dashboard;
use super::visitor::Visitor;
use super::words::{self, Moment, Role};

#[derive(Template)]
#[template(path = "account.html")]
struct AccountPage {
    frame: Frame,
    display: String,
    csrf: String,
    notice: Option<&'static str>,
    fault: Option<Fault>,
    made: Option<Made>,
    sessions: Option<Vec<Session>>,
    tokens: Option<Vec<Token>>,
    may_create: bool,
    why_not_create: String,
    roles: Vec<Role>,
}

struct Fault {
    what: String,
    todo: String,
}

struct Made {
    label: String,
    token: String,
    expires: Moment,
}

struct Session {
    id: String,
    browser: String,
    address: String,
    begun: Moment,
    used: Moment,
    current: bool,
}

struct Token {
    id: String,
    label: String,
    last_four: String,
    roles: String,
    projects: usize,
    used: Option<Moment>,
    expires: Moment,
    ends: String,
    live: bool,
}

/// Shows it.
pub(super) async fn get(
    State(dashboard): State<Dashboard>,
    Extension(visitor): Extension<Visitor>,
    Extension(request): Extension<RequestId>,
    uri: Uri,
) -> Result<Response, Problem> {
    let notice = match Form::of_query(uri.query()).one("done") {
        Some("token-revoked") => Some("The token is revoked. Nothing can use it any more."),
        Some("session-ended") => Some("That browser is signed out."),
        _ => None,
    };
    show(&dashboard, &visitor, &request, StatusCode::OK, Shown { notice, ..Shown::default() }).await
}

/// Makes a token, and shows it.
pub(super) async fn create_token(
    State(dashboard): State<Dashboard>,
    Extension(visitor): Extension<Visitor>,
    Extension(request): Extension<RequestId>,
    Extension(form): Extension<Form>,
) -> Result<Response, Problem> {
    let wanted = NewToken {
        label: form.one("label").unwrap_or_default().to_owned(),
        principal: None,
        roles: form.all("role").to_vec(),
        projects: Vec::new(),
        // What is no number is refused like a number that is out of range.
        lifetime_days: form.one("days").and_then(|days| days.parse().ok()).unwrap_or(0),
    };
    if wanted.roles.is_empty() {
        // The use case takes none for all of one's own, which is not what somebody means who ticks none.
        let what = "Nothing was made: the token would have no role, so it could do nothing.".to_owned();
        let fault = Fault { what, todo: "Choose one role at least.".to_owned() };
        let shown = Shown { fault: Some(fault), ..Shown::default() };
        return show(&dashboard, &visitor, &request, StatusCode::BAD_REQUEST, shown).await;
    }
    let made = visitor.ask(&dashboard, &request, move |services, call| Ok(app::create_token(services, call, wanted)));
    let shown = match made.await? {
        Ok(made) => (StatusCode::CREATED, Shown { made: Some(made), ..Shown::default() }),
        Err(error) if is_ours(&error) => return Err(Problem::of(&error, &request)),
        Err(error) => {
            let fault = Fault { what: error.message, todo: error.hint };
            (crate::fault::http_status(error.kind), Shown { fault: Some(fault), ..Shown::default() })
        }
    };
    show(&dashboard, &visitor, &request, shown.0, shown.1).await
}

/// Ends a token.
pub(super) async fn revoke_token(
    State(dashboard): State<Dashboard>,
    Extension(visitor): Extension<Visitor>,
    Extension(request): Extension<RequestId>,
    Extension(form): Extension<Form>,
) -> Result<Response, Problem> {
    let token = form.one("id").unwrap_or_default().to_owned();
    visitor.ask(&dashboard, &request, move |services, call| app::revoke_token(services, call, &token)).await?;
    Ok(go_to(&format!("{ACCOUNT}?done=token-revoked")))
}

/// Ends a session.
pub(super) async fn end_session(
    State(dashboard): State<Dashboard>,
    Extension(visitor): Extension<Visitor>,
    Extension(request): Extension<RequestId>,
    Extension(form): Extension<Form>,
) -> Result<Response, Problem> {
    let session = form.one("id").unwrap_or_default().to_owned();
    let is_own = visitor.caller.credential == Credential::Session(session.clone());
    visitor.ask(&dashboard, &request, move |services, call| app::end_session(services, call, &session)).await?;
    if !is_own {
        return Ok(go_to(&format!("{ACCOUNT}?done=session-ended")));
    }
    let mut response = go_to("/dashboard/sign-in?why=signed-out");
    cookie::clear(response.headers_mut(), cookie::SESSION);
    Ok(response)
}

/// What the page tells beside its lists.
#[derive(Default)]
struct Shown {
    notice: Option<&'static str>,
    fault: Option<Fault>,
    made: Option<CreatedToken>,
}

async fn show(
    dashboard: &Dashboard,
    visitor: &Visitor,
    request: &RequestId,
    status: StatusCode,
    shown: Shown,
) -> Result<Response, Problem> {
    let now = Timestamp::now();
    let policy = dashboard.services.policy.get();
    let may = |operation| visitor.caller.may(&policy, operation, Resource::default());
    let refused = may(Operation::CreateToken).err();
    let lists = lists(dashboard, visitor, request).await?;
    let page = AccountPage {
        frame: Frame::new("account", visitor.person()),
        display: visitor.display.clone(),
        csrf: visitor.csrf.clone(),
        notice: shown.notice,
        fault: shown.fault,
        made: shown.made.map(|made| Made {
            label: made.summary.label,
            token: made.token.expose_secret().to_owned(),
            expires: Moment::new(&made.summary.expires_at, now),
        }),
        sessions: lists.sessions.map(|all| all.into_iter().map(|one| session(one, now)).collect()),
        tokens: lists.tokens.map(|all| all.into_iter().map(|one| token(one, now)).collect()),
        may_create: refused.is_none(),
        why_not_create: refused.map(|denial| format!("You cannot make tokens here: {denial}.")).unwrap_or_default(),
        roles: words::roles(&visitor.caller.roles, &policy),
    };
    Ok(html(status, &page))
}

struct Lists {
    sessions: Option<Vec<SessionSummary>>,
    tokens: Option<Vec<TokenSummary>>,
}

/// What the visitor may see of their own.
async fn lists(dashboard: &Dashboard, visitor: &Visitor, request: &RequestId) -> Result<Lists, Problem> {
    let look = |services: &Services, call: &Call<'_>| {
        let policy = services.policy.get();
        let may = |operation| call.caller.may(&policy, operation, Resource::default()).is_ok();
        let sessions = may(Operation::ListSessions).then(|| app::list_sessions(services, call, None));
        let tokens = may(Operation::ListTokens).then(|| app::list_tokens(services, call, None));
        Ok(Lists { sessions: sessions.transpose()?, tokens: tokens.transpose()? })
    };
    visitor.ask(dashboard, request, look).await
}

fn session(summary: SessionSummary, now: Timestamp) -> Session {
    Session {
        current: summary.current,
        browser: words::browser(summary.user_agent.as_deref()),
        address: summary.address.unwrap_or_else(|| "unknown".to_owned()),
        begun: Moment::new(&summary.created_at, now),
        used: Moment::new(&summary.last_seen_at, now),
        id: summary.id,
    }
}

fn token(summary: TokenSummary, now: Timestamp) -> Token {
    let expires = Moment::new(&summary.expires_at, now);
    let live = summary.state == "active";
    Token {
        ends: if summary.revoked_at.is_some() { "revoked".to_owned() } else { words::ends(&expires, now) },
        used: summary.last_used_at.map(|at| Moment::new(&at, now)),
        roles: summary.roles.join(", "),
        projects: summary.projects.map_or(0, |projects| projects.len()),
        id: summary.id,
        label: summary.label,
        last_four: summary.last_four,
        expires,
        live,
    }
}
