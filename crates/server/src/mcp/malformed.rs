//! Says what is wrong with the parameters of a standard method.
//!
//! The library tries its typed requests in turn and falls back to "unknown method", which sends a client looking in the
//! wrong place.

use rmcp::ErrorData;
use rmcp::model::*;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// The error for `request`, if it is a method of its era of the protocol whose parameters did not decode.
pub(crate) fn explain(request: &CustomRequest, modern: bool) -> Option<ErrorData> {
    let params = request.params.clone().unwrap_or_else(|| Value::Object(JsonObject::new()));
    let fault = match request.method.as_str() {
        "initialize" if !modern => fault::<InitializeRequestParams>(params),
        "tools/call" => fault::<CallToolRequestParams>(params),
        "resources/read" => fault::<ReadResourceRequestParams>(params),
        "prompts/get" => fault::<GetPromptRequestParams>(params),
        "completion/complete" => fault::<CompleteRequestParams>(params),
        "tools/list" | "resources/list" | "resources/templates/list" | "prompts/list" => {
            fault::<PaginatedRequestParams>(params)
        }
        _ => return None,
    };
    let message = format!("The parameters of {} are malformed: {fault}.", request.method);
    Some(ErrorData::invalid_params(message, None))
}

fn fault<T: DeserializeOwned>(params: Value) -> String {
    match serde_path_to_error::deserialize::<_, T>(params) {
        Ok(_) => "they could not be read".to_owned(),
        Err(error) if error.path().iter().next().is_none() => without_value(error.inner()),
        Err(error) => format!("{}: {}", error.path(), without_value(error.inner())),
    }
}

/// What is wrong, without the value that is: it may be a secret in the wrong place.
fn without_value(error: &serde_json::Error) -> String {
    let text = error.to_string();
    match (text.find([':', '`']), text.find(", expected ")) {
        (Some(value), Some(expected)) if value < expected => {
            format!("{}{}", text[..value].trim_end(), &text[expected..])
        }
        _ => text,
    }
}
