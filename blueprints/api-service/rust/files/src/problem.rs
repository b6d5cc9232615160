//! Every error answer: RFC 9457 problem details. What went wrong inside goes to the log and never to the caller.

use std::borrow::Cow;
use std::sync::Arc;

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use crate::database::DatabaseError;

/// An error answer.
#[derive(Debug)]
pub struct Problem {
    status: StatusCode,
    detail: Cow<'static, str>,
    errors: Vec<FieldError>,
    cause: Option<Cause>,
}

/// What is wrong with one field of the request.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct FieldError {
    field: String,
    message: String,
}

/// What went wrong inside, for the log line of the request.
#[derive(Clone, Debug)]
pub struct Cause(Arc<str>);

impl Cause {
    /// The text for the log.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FieldError {
    /// `field` is the name that the caller used, `message` says in plain words what it must be.
    pub fn new(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self { field: field.into(), message: message.into() }
    }
}

impl Problem {
    /// An error that the caller can understand from `detail`.
    pub fn new(status: StatusCode, detail: impl Into<Cow<'static, str>>) -> Self {
        Self { status, detail: detail.into(), errors: Vec::new(), cause: None }
    }

    /// Fields that are wrong, all of them at once.
    pub fn invalid(errors: Vec<FieldError>) -> Self {
        let detail = "The request has fields that are not valid.";
        Self { errors, ..Self::new(StatusCode::BAD_REQUEST, detail) }
    }

    /// Nothing here, or nothing that this caller may know of.
    pub fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "There is nothing here.")
    }

    /// A fault of ours. `cause` goes to the log only.
    pub fn internal(cause: impl Into<Arc<str>>) -> Self {
        let detail = "Something went wrong on our side. Please try again later.";
        Self { cause: Some(Cause(cause.into())), ..Self::new(StatusCode::INTERNAL_SERVER_ERROR, detail) }
    }
}

impl From<DatabaseError> for Problem {
    fn from(error: DatabaseError) -> Self {
        Self::internal(error.to_string())
    }
}

#[derive(Serialize)]
struct Body<'a> {
    r#type: &'static str,
    title: &'a str,
    status: u16,
    detail: &'a str,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    errors: &'a [FieldError],
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let body = Body {
            r#type: "about:blank",
            title: self.status.canonical_reason().unwrap_or("Error"),
            status: self.status.as_u16(),
            detail: &self.detail,
            errors: &self.errors,
        };
        let mut response = (self.status, Json(body)).into_response();
        let problem_json = HeaderValue::from_static("application/problem+json");
        response.headers_mut().insert(header::CONTENT_TYPE, problem_json);
        if let Some(cause) = self.cause {
            response.extensions_mut().insert(cause);
        }
        response
    }
}
