//! What a message must be before the MCP library sees it: small enough, flat enough, one JSON-RPC message.
//!
//! The library answers such messages with plain text, with nothing at all, or not within bounds; this does, and the
//! same on both transports.

mod envelope;
mod shape;

use serde::de::IgnoredAny;
use serde_json::{Value, json};

use envelope::{Envelope, Params};
pub(crate) use shape::Bounds;

const PARSE_ERROR: i32 = -32700;
const INVALID_REQUEST: i32 = -32600;
const INVALID_PARAMS: i32 = -32602;

/// Why a message is not passed on: a JSON-RPC error, told in plain words.
#[derive(Debug, PartialEq)]
pub(crate) struct Refusal {
    pub(crate) id: Value,
    pub(crate) code: i32,
    pub(crate) message: String,
    pub(crate) data: Option<Box<Value>>,
    /// Whether the message is beyond a bound, and not merely malformed.
    pub(crate) beyond: bool,
}

impl Refusal {
    pub(crate) fn new(id: Value, code: i32, message: impl Into<String>) -> Self {
        Self { id, code, message: message.into(), data: None, beyond: false }
    }

    pub(crate) fn invalid_request(id: Value, message: impl Into<String>) -> Self {
        Self::new(id, INVALID_REQUEST, message)
    }

    /// The message is larger than `limit` bytes.
    pub(crate) fn too_large(limit: usize) -> Self {
        let message = format!("The message is larger than {limit} bytes. Send less, or split it into several calls.");
        Self::beyond(message)
    }

    fn beyond(message: String) -> Self {
        Self { beyond: true, ..Self::invalid_request(Value::Null, message) }
    }

    /// The refusal as a JSON-RPC error message.
    pub(crate) fn to_json(&self) -> Value {
        let mut error = json!({ "code": self.code, "message": self.message });
        if let Some(data) = &self.data {
            error["data"] = Value::clone(data);
        }
        json!({ "jsonrpc": "2.0", "id": self.id, "error": error })
    }
}

/// What is known of a message that was let through.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Frame {
    /// The id of a request; `None` for a notification.
    pub(crate) id: Option<Value>,
    /// The method; `None` for an answer to one of our requests.
    pub(crate) method: Option<String>,
    /// The protocol version that the message itself names in `_meta`.
    pub(crate) protocol_version: Option<String>,
}

/// Lets one well-formed JSON-RPC message through.
pub(crate) fn screen(message: &[u8], bounds: &Bounds) -> Result<Frame, Refusal> {
    if message.len() > bounds.bytes {
        return Err(Refusal::too_large(bounds.bytes));
    }
    shape::check(message, bounds).map_err(Refusal::beyond)?;
    match message.iter().find(|byte| !byte.is_ascii_whitespace()) {
        Some(b'{') => {}
        Some(b'[') if serde_json::from_slice::<IgnoredAny>(message).is_ok() => {
            let text = "Batches are not part of MCP since 2025-06-18. Send each message on its own.";
            return Err(Refusal::invalid_request(Value::Null, text));
        }
        _ => return Err(not_json(message)),
    }
    let envelope: Envelope = match serde_json::from_slice(message) {
        Ok(envelope) => envelope,
        Err(error) if error.is_data() => {
            return Err(Refusal::invalid_request(Value::Null, format!("This is not a JSON-RPC message: {error}.")));
        }
        Err(_) => return Err(not_json(message)),
    };
    check(envelope)
}

fn not_json(message: &[u8]) -> Refusal {
    match serde_json::from_slice::<IgnoredAny>(message) {
        Ok(_) => Refusal::invalid_request(Value::Null, "This is not a JSON-RPC message: it is no object."),
        Err(error) => Refusal::new(Value::Null, PARSE_ERROR, format!("This is not JSON: {error}.")),
    }
}

fn check(envelope: Envelope) -> Result<Frame, Refusal> {
    let is_answer = envelope.answer && envelope.method.is_none();
    let id = match envelope.id {
        None => None,
        // An error about a message that could not be read has no other id. Refusing it would be answered in kind.
        Some(Value::Null) if is_answer => None,
        Some(id) if id.is_string() || id.is_i64() => Some(id),
        Some(_) => {
            let text = "`id` must be a string or a whole number, not null. Leave it out for a notification.";
            return Err(Refusal::invalid_request(Value::Null, text));
        }
    };
    let shown = id.clone().unwrap_or(Value::Null);
    if envelope.jsonrpc.as_ref().and_then(Value::as_str) != Some("2.0") {
        return Err(Refusal::invalid_request(shown, "`jsonrpc` must be \"2.0\"."));
    }
    let method = match envelope.method {
        None if is_answer => None,
        Some(Value::String(method)) if !method.is_empty() => Some(method),
        _ => return Err(Refusal::invalid_request(shown, "`method` is missing or is not text.")),
    };
    let protocol_version = match envelope.params {
        None => None,
        Some(Params::Object(version)) => version,
        Some(Params::Other) => {
            return Err(Refusal::new(shown, INVALID_PARAMS, "`params` must be an object."));
        }
    };
    Ok(Frame { id, method, protocol_version })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::config::Limits;

    const MAX_DEPTH: usize = 32;

    fn of_size(bytes: usize) -> Bounds {
        Bounds { bytes, ..Bounds::of(&Limits::default()) }
    }

    fn code(message: &str) -> Option<i32> {
        screen(message.as_bytes(), &of_size(1 << 20)).err().map(|refusal| refusal.code)
    }

    #[test]
    fn requests_notifications_and_answers_pass() {
        for message in [
            r#"{"jsonrpc":"2.0","id":1,"method":"ping"}"#,
            r#"  {"jsonrpc":"2.0","id":"a","method":"tools/list","params":{}}"#,
            r#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#,
            r#"{"jsonrpc":"2.0","id":1,"result":{"action":"accept"}}"#,
            r#"{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"m"}}"#,
        ] {
            assert_eq!(code(message), None, "{message}");
        }
        let meta = r#"{"jsonrpc":"2.0","id":1,"method":"m","params":{"_meta":{"io.modelcontextprotocol/protocolVersion":"v"}}}"#;
        assert_eq!(screen(meta.as_bytes(), &of_size(999)).unwrap().protocol_version.as_deref(), Some("v"));
    }

    #[test]
    fn what_is_no_message_is_refused_with_its_code() {
        for (message, expected) in [
            ("", PARSE_ERROR),
            ("nonsense", PARSE_ERROR),
            (r#"{"jsonrpc":"2.0","id":1,"method":"ping""#, PARSE_ERROR),
            ("[{", PARSE_ERROR),
            ("7", INVALID_REQUEST),
            (r#"[{"jsonrpc":"2.0","id":1,"method":"ping"}]"#, INVALID_REQUEST),
            (r#"{"jsonrpc":"2.0","id":null,"method":"ping"}"#, INVALID_REQUEST),
            (r#"{"jsonrpc":"2.0","id":1.5,"method":"ping"}"#, INVALID_REQUEST),
            (r#"{"jsonrpc":"2.0","id":{},"method":"ping"}"#, INVALID_REQUEST),
            (r#"{"jsonrpc":"1.0","id":1,"method":"ping"}"#, INVALID_REQUEST),
            (r#"{"id":1,"method":"ping"}"#, INVALID_REQUEST),
            (r#"{"jsonrpc":"2.0","id":1}"#, INVALID_REQUEST),
            (r#"{"jsonrpc":"2.0","id":1,"method":7}"#, INVALID_REQUEST),
            (r#"{"jsonrpc":"2.0","id":1,"id":2,"method":"ping"}"#, INVALID_REQUEST),
            (r#"{"jsonrpc":"2.0","id":1,"method":"ping","params":[1]}"#, INVALID_PARAMS),
            (r#"{"jsonrpc":"2.0","id":1,"method":"ping","params":null}"#, INVALID_PARAMS),
        ] {
            assert_eq!(code(message), Some(expected), "{message}");
        }
    }

    #[test]
    fn a_refusal_keeps_the_id_where_there_is_one() {
        let refusal = screen(br#"{"jsonrpc":"2.0","id":"x","method":7}"#, &of_size(99)).unwrap_err();
        assert_eq!(refusal.to_json()["id"], "x");
        let batch = screen(br#"[{"jsonrpc":"2.0","id":1,"method":"ping"}]"#, &of_size(99)).unwrap_err();
        assert!(batch.message.contains("Send each message on its own"), "{batch:?}");
    }

    #[test]
    fn depth_counts_brackets_but_not_those_in_text() {
        let nested = |levels: usize| {
            format!(
                r#"{{"jsonrpc":"2.0","id":1,"method":"m","params":{{"a":{}{}}}}}"#,
                "[".repeat(levels),
                "]".repeat(levels)
            )
        };
        assert_eq!(code(&nested(MAX_DEPTH - 2)), None);
        assert_eq!(code(&nested(MAX_DEPTH - 1)), Some(INVALID_REQUEST));
        assert_eq!(code(&nested(400_000)), Some(INVALID_REQUEST));
        let text = format!(r#"{{"jsonrpc":"2.0","id":1,"method":"m","params":{{"a":"\"{}"}}}}"#, "[".repeat(99));
        assert_eq!(code(&text), None);
    }

    proptest! {
        #[test]
        fn no_bytes_break_the_screen(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            holds(&bytes);
        }

        #[test]
        fn no_soup_of_message_parts_breaks_the_screen(parts in prop::collection::vec(prop::sample::select(PARTS), 0..40)) {
            holds(parts.concat().as_bytes());
        }
    }

    const PARTS: &[&str] = &[
        "{",
        "}",
        "[",
        "]",
        ":",
        ",",
        "\"",
        "\\",
        "\"jsonrpc\":\"2.0\"",
        "\"id\":1",
        "\"id\":null",
        "\"method\":\"m\"",
        "\"params\":{",
        "\"_meta\":{",
        "null",
        "1e999",
        "\u{0}",
        "\u{FEFF}",
        " ",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"m\"",
    ];

    /// Whatever is let through is one JSON object within the bounds.
    fn holds(message: &[u8]) {
        if screen(message, &of_size(200)).is_ok() {
            let value: Value = serde_json::from_slice(message).unwrap();
            assert!(value.is_object() && message.len() <= 200);
        }
    }

    #[test]
    fn a_message_over_the_limit_is_refused() {
        assert_eq!(screen(b"{}   ", &of_size(4)).unwrap_err(), Refusal::too_large(4));
    }
}
