//! `/openapi.json`: the HTTP routes besides MCP, for programs. Made from the routes themselves.

use std::sync::{Arc, OnceLock};

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use utoipa::openapi::path::PathItemBuilder;
use utoipa::openapi::schema::Type;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{
    ComponentsBuilder, HttpMethod, InfoBuilder, ObjectBuilder, OpenApi, OpenApiBuilder, PathsBuilder, Schema,
};

use crate::route::{Access, BEARER, Doc, PROBLEM, Route};

/// The routes and the one that describes them all.
/// `required`: whether everybody must sign in.
pub(crate) fn described(mut routes: Vec<Route>, required: bool) -> Vec<Route> {
    let text = Arc::new(OnceLock::new());
    let doc = Doc::of("openapi", "This document.").answers(200, &["application/json"], "OpenAPI 3.1.");
    routes.push(Route::at("/openapi.json", Access::Anyone).get(get, Arc::clone(&text), doc));
    // A document that cannot be written would be a fault of the program, and is not worth ending it.
    let _ = text.set(document(&routes, required).to_json().unwrap_or_default());
    routes
}

async fn get(State(text): State<Arc<OnceLock<String>>>) -> Response {
    let text = text.get().cloned().unwrap_or_default();
    ([(header::CONTENT_TYPE, "application/json")], text).into_response()
}

fn document(routes: &[Route], required: bool) -> OpenApi {
    let info = InfoBuilder::new()
        .title("smart-begin")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some("The HTTP routes of smart-begin besides MCP, which is at /mcp and describes itself."));
    let paths =
        routes.iter().fold(PathsBuilder::new(), |paths, route| paths.path(route.path, item(route, required).build()));
    let bearer = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .description(Some("An access token of the identity provider, or an API token of this server."));
    let components = ComponentsBuilder::new()
        .schema(PROBLEM, problem())
        .security_scheme(BEARER, SecurityScheme::Http(bearer.build()));
    OpenApiBuilder::new().info(info.build()).paths(paths.build()).components(Some(components.build())).build()
}

fn item(route: &Route, required: bool) -> PathItemBuilder {
    let signed_in = required && route.access != Access::Anyone;
    let mut item = PathItemBuilder::new();
    for (method, doc) in &route.described {
        item = item.operation(method.clone(), doc.operation(method, signed_in));
    }
    let has = |wanted: &HttpMethod| route.described.iter().find(|(method, _)| method == wanted);
    if let (Some((_, doc)), None) = (has(&HttpMethod::Get), has(&HttpMethod::Head)) {
        item = item.operation(HttpMethod::Head, doc.operation(&HttpMethod::Head, signed_in));
    }
    item
}

/// What `problem::refuse` and `fault::http_body` answer with.
fn problem() -> Schema {
    let text = |about: &'static str| ObjectBuilder::new().schema_type(Type::String).description(Some(about));
    let error = ObjectBuilder::new()
        .schema_type(Type::Object)
        .property("kind", text("What kind of failure it is, for programs."))
        .required("kind")
        .property("message", text("What happened and why."))
        .required("message")
        .property("hint", text("What to do next."))
        .required("hint")
        .property("requestId", text("Names the request in the log of the server."));
    ObjectBuilder::new().schema_type(Type::Object).property("error", error).required("error").build().into()
}
