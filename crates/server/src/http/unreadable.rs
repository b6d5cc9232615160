//! The answer to what is no HTTP, or too much of it: the HTTP library has no more to say than a status.

use axum::http::header::{CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, DATE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use domain::RequestId;
use observe::{Metrics, RequestRefused};
use serde_json::json;

use super::headers;

/// The whole answer, in place of `theirs`.
pub(crate) fn answer(theirs: &[u8], tls: bool, metrics: &Metrics) -> Vec<u8> {
    let status = status_of(theirs).unwrap_or(StatusCode::BAD_REQUEST);
    let (message, hint, reason) = match status {
        StatusCode::URI_TOO_LONG => {
            ("The address is too long.", "Send a shorter path and query.", RequestRefused::Size)
        }
        StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE => {
            ("The headers are too large or too many.", "Send fewer or shorter ones.", RequestRefused::Size)
        }
        _ => ("This is not HTTP that can be read.", "Look at what the client sends.", RequestRefused::Unreadable),
    };
    metrics.request_refused(reason);
    let id = RequestId::random().ok();
    let request_id = id.as_ref().map_or("", RequestId::as_str);
    tracing::info!(request_id, operation = "(unreadable)", outcome = status.as_u16(), "request");
    let body = json!({ "error": { "kind": "invalid", "message": message, "hint": hint } }).to_string();
    let mut fields = HeaderMap::new();
    headers::secure(&mut fields, false, tls);
    headers::name(&mut fields, request_id);
    fields.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    fields.insert(CONTENT_LENGTH, HeaderValue::from(body.len()));
    fields.insert(CONNECTION, HeaderValue::from_static("close"));
    if let Some(date) = date_of(theirs) {
        fields.insert(DATE, date);
    }
    let mut whole =
        format!("HTTP/1.1 {} {}\r\n", status.as_u16(), status.canonical_reason().unwrap_or("")).into_bytes();
    for (name, value) in &fields {
        whole.extend_from_slice(name.as_str().as_bytes());
        whole.extend_from_slice(b": ");
        whole.extend_from_slice(value.as_bytes());
        whole.extend_from_slice(b"\r\n");
    }
    whole.extend_from_slice(b"\r\n");
    whole.extend_from_slice(body.as_bytes());
    whole
}

fn status_of(answer: &[u8]) -> Option<StatusCode> {
    StatusCode::from_bytes(answer.strip_prefix(b"HTTP/1.1 ")?.get(..3)?).ok()
}

fn date_of(answer: &[u8]) -> Option<HeaderValue> {
    let text = std::str::from_utf8(answer).ok()?;
    HeaderValue::from_str(text.lines().find_map(|line| line.strip_prefix("date: "))?).ok()
}
