//! The routes beside MCP. A handler gets into the router only together with what the OpenAPI document says of it, so that
//! neither can be without the other.

mod describe;

use axum::Router;
use axum::handler::Handler;
use axum::routing::{MethodFilter, MethodRouter};
use utoipa::openapi::HttpMethod;

pub(crate) use describe::{BEARER, Doc, PROBLEM};

/// Who may use a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    /// Everybody: signing in comes later or not at all.
    Anyone,
    /// Whoever has signed in: the handler finds the `Caller` in the request's extensions.
    Caller,
    /// The same, and a browser with a session of the dashboard has signed in too.
    CallerOrSession,
}

/// Put into the extensions of a response that is a page: it keeps the policies that it has set itself, and gets those of
/// pages for the others.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Html;

/// A path, what is served there, and what the document says of it.
pub(crate) struct Route {
    pub(crate) path: &'static str,
    pub(crate) access: Access,
    methods: MethodRouter,
    pub(crate) described: Vec<(HttpMethod, Doc)>,
}

impl Route {
    /// Nothing at `path` yet; a part such as `{token}` is a parameter.
    pub(crate) fn at(path: &'static str, access: Access) -> Self {
        Self { path, access, methods: MethodRouter::new(), described: Vec::new() }
    }

    /// Serves GET, and HEAD unless [`Route::head`] says how.
    pub(crate) fn get<H, T, S>(self, handler: H, state: S, doc: Doc) -> Self
    where
        H: Handler<T, S>,
        T: 'static,
        S: Clone + Send + Sync + 'static,
    {
        self.on(MethodFilter::GET, HttpMethod::Get, handler, state, doc)
    }

    /// Serves HEAD in another way than GET.
    pub(crate) fn head<H, T, S>(self, handler: H, state: S, doc: Doc) -> Self
    where
        H: Handler<T, S>,
        T: 'static,
        S: Clone + Send + Sync + 'static,
    {
        self.on(MethodFilter::HEAD, HttpMethod::Head, handler, state, doc)
    }

    /// Serves POST.
    pub(crate) fn post<H, T, S>(self, handler: H, state: S, doc: Doc) -> Self
    where
        H: Handler<T, S>,
        T: 'static,
        S: Clone + Send + Sync + 'static,
    {
        self.on(MethodFilter::POST, HttpMethod::Post, handler, state, doc)
    }

    /// Wraps all that is served here so far, for a layer that is this path's alone.
    pub(crate) fn wrapped(mut self, wrap: impl FnOnce(MethodRouter) -> MethodRouter) -> Self {
        self.methods = wrap(self.methods);
        self
    }

    fn on<H, T, S>(mut self, filter: MethodFilter, method: HttpMethod, handler: H, state: S, doc: Doc) -> Self
    where
        H: Handler<T, S>,
        T: 'static,
        S: Clone + Send + Sync + 'static,
    {
        self.methods = self.methods.on_service(filter, handler.with_state(state));
        self.described.push((method, doc));
        self
    }
}

/// The routes that `access` may use, as a router.
pub(crate) fn of_access(routes: &[Route], access: Access) -> Router {
    let those = routes.iter().filter(|route| route.access == access);
    those.fold(Router::new(), |router, route| router.route(route.path, route.methods.clone()))
}
