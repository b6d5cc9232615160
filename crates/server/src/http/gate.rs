//! The door of `/mcp`: what is no message of a protocol revision we speak is refused here, and what the library answers
//! in plain text leaves as JSON-RPC.

use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;
use domain::{Caller, RequestId};
use http_body_util::BodyExt;
use observe::RequestRefused;
use serde_json::{Value, json};

use super::limits::BodyFault;
use super::live::Live;
use super::problem::rpc_response;
use super::sign_in::SignIn;
use crate::auth::ByRole;
use crate::jsonrpc::{Bounds, Frame, Refusal, screen};
use crate::mcp::VERSIONS;

const UNSUPPORTED_PROTOCOL_VERSION: i32 = -32022;
const VERSION_HEADER: HeaderName = HeaderName::from_static("mcp-protocol-version");

/// Lets well-formed messages through.
pub(crate) async fn layer(State(sign_in): State<SignIn>, request: Request, next: Next) -> Response {
    if request.method() != Method::POST {
        let mut response = answer(
            StatusCode::METHOD_NOT_ALLOWED,
            Value::Null,
            "Only POST is served here: there are no sessions and no streams to resume.",
        );
        response.headers_mut().insert(header::ALLOW, HeaderValue::from_static("POST"));
        return response;
    }
    if !is_json(request.headers()) {
        return answer(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Value::Null,
            "Send the message with Content-Type: application/json.",
        );
    }
    let (parts, body) = request.into_parts();
    let live = &sign_in.live;
    let bounds = Bounds::of(&live.now().limits);
    let message = match read(body, live, &bounds).await {
        Ok(message) => message,
        Err(response) => return response,
    };
    let frame = match screen(&message, &bounds).and_then(|frame| check_version(&parts.headers, frame)) {
        Ok(frame) => frame,
        Err(refusal) => {
            if refusal.beyond {
                live.metrics.request_refused(RequestRefused::Size);
            }
            return rpc_response(StatusCode::BAD_REQUEST, &refusal);
        }
    };
    if let Some(refused) = lacks_scopes(&sign_in, &parts, &message, &frame) {
        return refused;
    }
    let response = next.run(Request::from_parts(parts, Body::from(message))).await;
    as_json_rpc(response, frame.id.unwrap_or(Value::Null))
}

/// The challenge to a caller whose roles allow what the scopes of the token do not.
fn lacks_scopes(sign_in: &SignIn, parts: &Parts, message: &[u8], frame: &Frame) -> Option<Response> {
    let (by_role, caller) = (parts.extensions.get::<ByRole>()?, parts.extensions.get::<Caller>()?);
    let refusal = sign_in.authenticator.admit_message(caller, *by_role, message).err()?;
    sign_in.live.metrics.request_refused(RequestRefused::Forbidden);
    if let Some(request) = parts.extensions.get::<RequestId>() {
        sign_in.authenticator.tell_refused(&refusal, Some(&caller.name), caller.address, request);
    }
    Some(sign_in.authenticator.response(&refusal, parts.uri.path(), frame.id.clone().unwrap_or(Value::Null)))
}

async fn read(body: Body, live: &Live, bounds: &Bounds) -> Result<Bytes, Response> {
    let error = match body.collect().await {
        Ok(collected) => return Ok(collected.to_bytes()),
        Err(error) => error,
    };
    Err(match BodyFault::of(&error) {
        Some(BodyFault::TooLarge) => {
            live.metrics.request_refused(RequestRefused::Size);
            rpc_response(StatusCode::PAYLOAD_TOO_LARGE, &Refusal::too_large(bounds.bytes))
        }
        Some(BodyFault::TooSlow) => {
            live.metrics.request_refused(RequestRefused::Slow);
            answer(StatusCode::REQUEST_TIMEOUT, Value::Null, "The message took too long to arrive.")
        }
        None => answer(StatusCode::BAD_REQUEST, Value::Null, "The message ended before it was whole."),
    })
}

fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = kind.split(';').next().unwrap_or_default();
    essence.trim().eq_ignore_ascii_case("application/json")
}

/// The header of a message without a version of its own must name one that we speak. (Where the message names one, the
/// library compares both and lists the supported ones itself.)
fn check_version(headers: &HeaderMap, frame: Frame) -> Result<Frame, Refusal> {
    let Some(header) = headers.get(VERSION_HEADER) else { return Ok(frame) };
    let requested = header.to_str().unwrap_or("(not text)");
    let supported = VERSIONS.iter().any(|version| version.as_str() == requested);
    if supported || frame.protocol_version.is_some() {
        return Ok(frame);
    }
    let data = json!({ "requested": requested, "supported": VERSIONS });
    let id = frame.id.unwrap_or(Value::Null);
    let message = "The protocol version in MCP-Protocol-Version is not spoken here. Use one of those in `supported`.";
    Err(Refusal { data: Some(Box::new(data)), ..Refusal::new(id, UNSUPPORTED_PROTOCOL_VERSION, message) })
}

fn answer(status: StatusCode, id: Value, message: &str) -> Response {
    let code = if status.is_server_error() { -32603 } else { -32600 };
    rpc_response(status, &Refusal::new(id, code, message))
}

/// Replaces the library's plain-text errors, some of which tell of its inside.
fn as_json_rpc(response: Response, id: Value) -> Response {
    let status = response.status();
    let refused = status.is_client_error() || status.is_server_error();
    if !refused || is_json(response.headers()) {
        return response;
    }
    match status {
        StatusCode::NOT_ACCEPTABLE => {
            answer(status, id, "Send the header Accept: application/json, text/event-stream.")
        }
        StatusCode::PAYLOAD_TOO_LARGE => answer(status, id, "The message is too large."),
        StatusCode::UNSUPPORTED_MEDIA_TYPE => {
            answer(StatusCode::BAD_REQUEST, id, "This is JSON-RPC, but not a message of MCP.")
        }
        StatusCode::FORBIDDEN => answer(status, id, "This Host or Origin is not served here."),
        _ if status.is_client_error() => answer(status, id, "The request's headers and its message do not fit."),
        _ => answer(
            StatusCode::SERVICE_UNAVAILABLE,
            id,
            "The call ended without an answer. Look at smart-begin://projects before you try again.",
        ),
    }
}
