//! Every page of the dashboard, in one place.

use axum::Router;
use axum::extract::Path;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::Response;
use axum::routing::{any, get, post};

use super::problem::Problem;
use super::state::Dashboard;
use super::{account, asset, home, oidc, page, problem, sign_in, sign_out, visitor};

/// The pages.
pub(crate) fn routes(dashboard: Dashboard) -> Router {
    let of_somebody = Router::new()
        .route("/dashboard", get(home::get))
        .route("/dashboard/account", get(account::get))
        .route("/dashboard/account/tokens", post(account::create_token))
        .route("/dashboard/account/tokens/revoke", post(account::revoke_token))
        .route("/dashboard/account/sessions/end", post(account::end_session))
        .route("/dashboard/sign-out", post(sign_out::post))
        // Only what is served comes to the door: another method needs no sign-in to be refused.
        .route_layer(from_fn_with_state(dashboard.clone(), visitor::admit));
    Router::new()
        .merge(of_somebody)
        .route("/dashboard/sign-in", get(sign_in::get).post(sign_in::post))
        .route("/dashboard/sign-in/{provider}", get(oidc::begin))
        .route(oidc::CALLBACK, get(oidc::callback))
        .route("/dashboard/assets/{name}", get(asset_by_name))
        .route("/dashboard/{*rest}", any(problem::no_such_page))
        .method_not_allowed_fallback(problem::wrong_method)
        .layer(from_fn(problem::pages))
        .layer(from_fn(page::bounds))
        .with_state(dashboard)
}

async fn asset_by_name(Path(name): Path<String>) -> Result<Response, Problem> {
    match asset::find(&name) {
        Some(found) => Ok(found),
        None => Err(problem::no_such_page().await),
    }
}
