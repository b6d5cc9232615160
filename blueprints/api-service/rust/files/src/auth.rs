//! Deny by default: a request without a known token goes no further, unless its route is listed here.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::extract::{ConnectInfo, FromRequestParts, MatchedPath, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::app::App;
use crate::limits::Key;
use crate::problem::Problem;
use crate::tokens::Caller;

/// The only routes that need no token. They take no part in the rate limit either, or a flood of requests from the
/// address of a load balancer would make it believe that the service is down.
pub const PUBLIC_ROUTES: [&str; 2] = ["/healthz", "/readyz"];

/// Finds out who calls, holds them to the rate limit, and turns away those who are not known.
pub async fn admit(State(app): State<Arc<App>>, mut request: Request, next: Next) -> Response {
    if is_public(&request) {
        return next.run(request).await;
    }
    let caller = bearer_token(request.headers()).and_then(|token| app.tokens.identify(token));
    let key = caller.clone().map_or_else(|| Key::address(peer(&request)), Key::Caller);
    if let Err(refusal) = app.rate_limit.check(&key) {
        return known_as(caller, refusal.into_response());
    }
    let Some(caller) = caller else {
        return unauthenticated();
    };
    request.extensions_mut().insert(caller.clone());
    known_as(Some(caller), next.run(request).await)
}

/// A handler that takes a `Caller` cannot be reached without one.
impl<S: Sync> FromRequestParts<S> for Caller {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Response> {
        parts.extensions.get().cloned().ok_or_else(unauthenticated)
    }
}

fn is_public(request: &Request) -> bool {
    let route = request.extensions().get::<MatchedPath>();
    route.is_some_and(|route| PUBLIC_ROUTES.contains(&route.as_str()))
}

fn bearer_token(headers: &HeaderMap) -> Option<&[u8]> {
    let value = headers.get(header::AUTHORIZATION)?.as_bytes();
    let (scheme, token) = value.split_at_checked("Bearer ".len())?;
    scheme.eq_ignore_ascii_case(b"Bearer ").then_some(token.trim_ascii())
}

fn peer(request: &Request) -> Option<SocketAddr> {
    request.extensions().get::<ConnectInfo<SocketAddr>>().map(|info| info.0)
}

/// Tells the request log who called.
fn known_as(caller: Option<Caller>, mut response: Response) -> Response {
    if let Some(caller) = caller {
        response.extensions_mut().insert(caller);
    }
    response
}

fn unauthenticated() -> Response {
    let problem = Problem::new(StatusCode::UNAUTHORIZED, "Send a valid token: `Authorization: Bearer TOKEN`.");
    ([(header::WWW_AUTHENTICATE, "Bearer")], problem).into_response()
}
