//! `/dashboard/sign-out`: ends this session, on the server as well as in the browser.

use axum::Extension;
use axum::extract::State;
use axum::response::Response;
use domain::{Credential, RequestId};

use super::cookie;
use super::page::go_to;
use super::problem::Problem;
use super::state::Dashboard;
use super::visitor::Visitor;

/// Signs out.
pub(super) async fn post(
    State(dashboard): State<Dashboard>,
    Extension(visitor): Extension<Visitor>,
    Extension(request): Extension<RequestId>,
) -> Result<Response, Problem> {
    if let Credential::Session(session) = visitor.caller.credential.clone() {
        visitor.ask(&dashboard, &request, move |services, call| app::end_session(services, call, &session)).await?;
    }
    let mut response = go_to("/dashboard/sign-in?why=signed-out");
    cookie::clear(response.headers_mut(), cookie::SESSION);
    Ok(response)
}
