//! Refusals of the HTTP layers, in the form that the path's clients read: JSON-RPC on `/mcp`, a page for people
//! on the dashboard, a plain object elsewhere.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use crate::dashboard::{is_page, refusal_page};
use crate::jsonrpc::Refusal;

/// The path of the MCP endpoint.
pub(crate) const MCP: &str = "/mcp";

/// A JSON answer with `status`.
pub(crate) fn json_response(status: StatusCode, body: &Value) -> Response {
    let mut response = (status, body.to_string()).into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

/// A JSON-RPC error with `status`.
pub(crate) fn rpc_response(status: StatusCode, refusal: &Refusal) -> Response {
    json_response(status, &refusal.to_json())
}

/// A refusal of a request to `path`: what happened and why, and what to do.
pub(crate) fn refuse(path: &str, status: StatusCode, message: &str, hint: &str) -> Response {
    if path.starts_with(MCP) {
        let code = if status.is_server_error() { -32603 } else { -32600 };
        return rpc_response(status, &Refusal::new(Value::Null, code, format!("{message} {hint}")));
    }
    if is_page(path) {
        return refusal_page(status, message, hint);
    }
    let kind = if status.is_server_error() { "unavailable" } else { "invalid" };
    json_response(status, &json!({ "error": { "kind": kind, "message": message, "hint": hint } }))
}
