//! A JSON object as the body of a request, decoded strictly, and its faults told to the caller.

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{FromRequest, Request};
use axum::http::StatusCode;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::problem::{FieldError, Problem};

/// Takes the place of `axum::Json` in handlers, so that faults become problems.
pub struct JsonBody<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for JsonBody<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        // Only an object will do: serde alone would take an array for a struct, too.
        let object = Json::<Map<String, Value>>::from_request(request, state).await;
        let Json(object) = object.map_err(|rejection| explain(&rejection))?;
        serde_path_to_error::deserialize(Value::Object(object)).map(Self).map_err(|error| {
            let fault = FieldError::new(error.path().to_string(), error.inner().to_string());
            Problem::invalid(vec![fault])
        })
    }
}

fn explain(rejection: &JsonRejection) -> Problem {
    let detail = match rejection.status() {
        StatusCode::UNSUPPORTED_MEDIA_TYPE => "Send JSON, with `Content-Type: application/json`.",
        StatusCode::PAYLOAD_TOO_LARGE => "The body is larger than 64 KiB.",
        _ => return Problem::new(StatusCode::BAD_REQUEST, "The body is not a JSON object."),
    };
    Problem::new(rejection.status(), detail)
}
