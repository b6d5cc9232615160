//! The one place where a failure of a use case becomes an answer of MCP or HTTP.

use app::{Error, ErrorKind};
use axum::http::StatusCode;
use domain::RequestId;
use rmcp::model::{CallToolResult, ContentBlock, ErrorCode, ErrorData, MetaObject};
use serde_json::{Map, Value, json};

/// Key in the `_meta` of a failed tool call: the kind of failure, the argument and the request id, for programs.
const META_KEY: &str = "smart-begin/error";

/// The JSON-RPC code of each kind of failure.
fn mcp_code(kind: ErrorKind) -> ErrorCode {
    match kind {
        ErrorKind::Invalid | ErrorKind::Refused => ErrorCode::INVALID_PARAMS,
        ErrorKind::NotFound => ErrorCode::RESOURCE_NOT_FOUND,
        ErrorKind::Cancelled => ErrorCode::INVALID_REQUEST,
        ErrorKind::Unavailable | ErrorKind::Internal => ErrorCode::INTERNAL_ERROR,
    }
}

/// The HTTP status of each kind of failure.
pub(crate) fn http_status(kind: ErrorKind) -> StatusCode {
    match kind {
        ErrorKind::Invalid => StatusCode::BAD_REQUEST,
        ErrorKind::Refused => StatusCode::FORBIDDEN,
        ErrorKind::NotFound => StatusCode::NOT_FOUND,
        ErrorKind::Cancelled => StatusCode::REQUEST_TIMEOUT,
        ErrorKind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        ErrorKind::Internal => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// A failure as the answer of a tool: the model reads it and can correct itself.
pub(crate) fn tool_result(error: &Error, field: Option<&str>, request: &RequestId) -> CallToolResult {
    log_cause(error, request);
    let field = field.or(error.field);
    let mut text = String::new();
    if let Some(field) = field {
        text.push_str(field);
        text.push_str(": ");
    }
    text.push_str(&error.message);
    if !error.hint.is_empty() {
        text.push(' ');
        text.push_str(&error.hint);
    }
    if matches!(error.kind, ErrorKind::Internal | ErrorKind::Unavailable) {
        text.push_str(&format!(" (Request {request}.)"));
    }
    let detail = json!({ "kind": error.kind.as_str(), "field": field, "requestId": request.as_str() });
    let meta = MetaObject::from(Map::from_iter([(META_KEY.to_owned(), detail)]));
    CallToolResult::error(vec![ContentBlock::text(text)]).with_meta(Some(meta))
}

/// A failure as a JSON-RPC error, with `about` (such as the resource's address) beside it.
pub(crate) fn error_data(error: &Error, about: (&str, &str), request: &RequestId) -> ErrorData {
    log_cause(error, request);
    let data =
        json!({ about.0: about.1, "kind": error.kind.as_str(), "hint": error.hint, "requestId": request.as_str() });
    ErrorData::new(mcp_code(error.kind), error.message.clone(), Some(data))
}

/// A failure as the JSON body of an HTTP answer.
pub(crate) fn http_body(error: &Error, request: &RequestId) -> Value {
    log_cause(error, request);
    json!({ "error": {
        "kind": error.kind.as_str(), "message": error.message, "hint": error.hint, "requestId": request.as_str(),
    }})
}

/// The kind of failure that a tool's answer tells of, for the log.
pub(crate) fn kind_of(result: &CallToolResult) -> Option<&str> {
    result.meta.as_ref()?.get(META_KEY)?.get("kind")?.as_str()
}

/// The cause goes to the log, once, and nowhere else.
pub(crate) fn log_cause(error: &Error, request: &RequestId) {
    let request_id = request.as_str();
    let kind = error.kind.as_str();
    match (&error.source, error.kind) {
        (Some(cause), ErrorKind::Internal) => {
            tracing::error!(request_id, kind, cause = chain(cause.as_ref()), "failed")
        }
        (Some(cause), _) => tracing::warn!(request_id, kind, cause = chain(cause.as_ref()), "failed"),
        (None, _) => {}
    }
}

/// An error with all that caused it, for the log.
pub(crate) fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        next = cause.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    const KINDS: [ErrorKind; 6] = [
        ErrorKind::Invalid,
        ErrorKind::Refused,
        ErrorKind::NotFound,
        ErrorKind::Cancelled,
        ErrorKind::Unavailable,
        ErrorKind::Internal,
    ];

    #[test]
    fn the_cause_reaches_no_client() {
        let request = RequestId::random().unwrap();
        for kind in KINDS {
            let error = Error::new(kind, "It failed.", "Try again.").because("secret detail");
            let told = [
                serde_json::to_string(&tool_result(&error, None, &request)).unwrap(),
                serde_json::to_string(&error_data(&error, ("uri", "x://y"), &request)).unwrap(),
                http_body(&error, &request).to_string(),
            ];
            for text in told {
                assert!(!text.contains("secret detail") && text.contains("It failed."), "{text}");
            }
        }
    }

    #[test]
    fn only_our_own_faults_are_server_errors() {
        for kind in KINDS {
            let ours = matches!(kind, ErrorKind::Internal | ErrorKind::Unavailable);
            assert_eq!(http_status(kind).is_server_error(), ours, "{kind:?}");
            assert_eq!(mcp_code(kind) == ErrorCode::INTERNAL_ERROR, ours, "{kind:?}");
        }
    }
}
