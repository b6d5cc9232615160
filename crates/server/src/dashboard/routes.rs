//! Every page of the dashboard, in one place, with what the OpenAPI document says of it.

use axum::extract::Path;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::Response;

use super::problem::Problem;
use super::state::Dashboard;
use super::{account, asset, home, oidc, page, problem, sign_in, sign_out, visitor};
use crate::route::{Access, Doc, Route};

const HTML: &[&str] = &["text/html"];
const NONE: &[&str] = &[];

/// The pages.
pub(crate) fn routes(dashboard: &Dashboard) -> Vec<Route> {
    let state = || dashboard.clone();
    let of_somebody = [
        at("/dashboard").get(home::get, state(), reads("dashboardHome", "Who you are, and your recent projects.")),
        at("/dashboard/account").get(
            account::get,
            state(),
            reads("dashboardAccount", "Your API tokens and sessions.").query("done", "What was done just now."),
        ),
        at("/dashboard/account/tokens").post(
            account::create_token,
            state(),
            changes("dashboardCreateToken", "Makes an API token; the page shows it this once.")
                .field("label", "What it is for.")
                .field("days", "How many days it lives.")
                .field("role", "A role of it; may be said several times.")
                .answers(201, HTML, "It was made.")
                .answers(404, HTML, "There is no such thing."),
        ),
        at("/dashboard/account/tokens/revoke").post(
            account::revoke_token,
            state(),
            changes("dashboardRevokeToken", "Ends an API token.").field("id", "Its id.").answers(
                404,
                HTML,
                "There is none.",
            ),
        ),
        at("/dashboard/account/sessions/end").post(
            account::end_session,
            state(),
            changes("dashboardEndSession", "Ends a session.").field("id", "Its id.").answers(
                404,
                HTML,
                "There is none.",
            ),
        ),
        at("/dashboard/sign-out").post(sign_out::post, state(), changes("dashboardSignOut", "Ends this session.")),
    ];
    let admitted = |route: Route| {
        route.wrapped(|methods| methods.route_layer(from_fn_with_state(dashboard.clone(), visitor::admit)))
    };
    let all = of_somebody.into_iter().map(admitted).chain(of_anybody(dashboard));
    all.map(|route| route.wrapped(|methods| methods.layer(from_fn(problem::pages)).layer(from_fn(page::bounds))))
        .collect()
}

fn of_anybody(dashboard: &Dashboard) -> [Route; 4] {
    let state = || dashboard.clone();
    [
        at("/dashboard/sign-in")
            .get(
                sign_in::get,
                state(),
                page_doc("dashboardSignIn", "The ways to sign in.")
                    .query("next", "The page to go on to; a place of this server.")
                    .query("why", "Why you are here.")
                    .answers(200, HTML, "The page."),
            )
            .post(
                sign_in::post,
                state(),
                changes("dashboardSignInWithToken", "Signs in with an API token.")
                    .field("token", "The token.")
                    .field("next", "The page to go on to."),
            ),
        at("/dashboard/sign-in/{provider}").get(
            oidc::begin,
            state(),
            page_doc("dashboardSignInWithProvider", "Sends the browser to an identity provider.")
                .path("provider", "Its name here.")
                .query("next", "The page to go on to.")
                .answers(303, NONE, "The provider's page.")
                .answers(404, HTML, "There is no such provider.")
                .answers(502, HTML, "The provider cannot be reached."),
        ),
        at(oidc::CALLBACK).get(
            oidc::callback,
            state(),
            page_doc("dashboardCallback", "Takes the browser back from an identity provider.")
                .query("code", "What the provider gave.")
                .query("state", "What this server gave.")
                .query("iss", "The provider.")
                .query("error", "Why the provider refused.")
                .answers(303, NONE, "Signed in.")
                .answers(502, HTML, "The provider cannot be reached."),
        ),
        at("/dashboard/assets/{name}").get(
            asset_by_name,
            (),
            page_doc("dashboardAsset", "The style sheet and the icon of the pages.")
                .path("name", "Its name, with a hash of what is in it.")
                .answers(200, &["text/css", "image/svg+xml"], "It may be kept for a year.")
                .answers(404, HTML, "There is none of this name."),
        ),
    ]
}

fn at(path: &'static str) -> Route {
    Route::at(path, Access::Anyone)
}

/// What every page may answer, refusals of the layers before it included: people get pages.
fn page_doc(id: &'static str, summary: &'static str) -> Doc {
    Doc::of(id, summary)
        .answers(400, HTML, "The request is not well-formed.")
        .answers(403, HTML, "It is refused; the page says why, and what to do.")
        .answers(408, HTML, "The request took too long to arrive.")
        .answers(413, HTML, "The body is too large.")
        .answers(414, HTML, "The path with its query is too long.")
        .answers(415, HTML, "The body is no form.")
        .answers(429, HTML, "Too many requests, or too many failures; `Retry-After` tells how long to wait.")
        .answers(431, HTML, "The headers are too large.")
        .answers(500, HTML, "A fault of this server.")
        .answers(503, HTML, "The server is busy or lacks something that it needs.")
        .answers(504, HTML, "There was no answer in time.")
}

/// A page of somebody.
fn reads(id: &'static str, summary: &'static str) -> Doc {
    page_doc(id, summary).answers(200, HTML, "The page.").answers(
        303,
        NONE,
        "The sign-in page, for a browser without a session.",
    )
}

/// A form of a page.
fn changes(id: &'static str, summary: &'static str) -> Doc {
    page_doc(id, summary).field("csrf", "What the page that holds the form says.").answers(
        303,
        NONE,
        "Where to go on: it is done.",
    )
}

async fn asset_by_name(Path(name): Path<String>) -> Result<Response, Problem> {
    match asset::find(&name) {
        Some(found) => Ok(found),
        None => Err(Problem::no_such_page()),
    }
}
