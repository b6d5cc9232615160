//! Refusals and failures as pages: what happened, and what to do.

use app::{Error, ErrorKind};
use askama::Template;
use axum::extract::Request;
use axum::http::{StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use domain::RequestId;

use super::page::{Frame, bounded, html};
use crate::fault;

/// A refusal or failure. [`pages`] makes a page of it.
#[derive(Clone, Debug)]
pub(super) struct Problem {
    status: StatusCode,
    what: String,
    todo: String,
    link: Link,
}

/// Where the page leads.
#[derive(Clone, Copy, Debug)]
struct Link {
    address: &'static str,
    words: &'static str,
}

const TO_HOME: Link = Link { address: "/dashboard", words: "Go to the overview" };
const TO_SIGN_IN: Link = Link { address: "/dashboard/sign-in", words: "Go to sign-in" };

#[derive(Template)]
#[template(path = "problem.html")]
struct ProblemPage<'a> {
    frame: Frame,
    what: &'a str,
    todo: &'a str,
    link: Link,
    request: &'a str,
}

impl Problem {
    /// What happened, and what to do.
    pub(super) fn new(status: StatusCode, what: impl Into<String>, todo: impl Into<String>) -> Self {
        Self { status, what: what.into(), todo: todo.into(), link: TO_HOME }
    }

    /// One that ends at the sign-in page.
    pub(super) fn of_sign_in(status: StatusCode, what: impl Into<String>, todo: impl Into<String>) -> Self {
        Self { link: TO_SIGN_IN, ..Self::new(status, what, todo) }
    }

    /// A form came from somebody who is signed out.
    pub(super) fn signed_out() -> Self {
        let what = "You are signed out, so nothing was changed.";
        Self::of_sign_in(StatusCode::FORBIDDEN, what, "Sign in, then do it again.")
    }

    /// A failure of a use case. Its cause goes to the log.
    pub(super) fn of(error: &Error, request: &RequestId) -> Self {
        fault::log_cause(error, request);
        Self::told(error)
    }

    fn told(error: &Error) -> Self {
        let todo = if error.hint.is_empty() { "Go back and try again." } else { &error.hint };
        Self::new(fault::http_status(error.kind), &error.message, todo)
    }

    /// No request was made by a page of ours.
    pub(super) fn forged() -> Self {
        let what = "That did not come from a page of this dashboard, or the page was too old.";
        let todo = "Nothing was changed. Open the page again and repeat what you did there. Your browser must keep this site’s cookies.";
        Self::new(StatusCode::FORBIDDEN, what, todo)
    }

    /// There is nothing at this address.
    pub(super) fn no_such_page() -> Self {
        let todo = "Look at the address, or begin at the overview.";
        Self::new(StatusCode::NOT_FOUND, "There is no such page.", todo)
    }

    /// The operating system gave no random bytes.
    pub(super) fn no_randomness() -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "The server cannot make secrets at the moment.", "Try again.")
    }

    fn page(&self, request: &str) -> Response {
        let Self { what, todo, link, .. } = self;
        bounded(html(self.status, &ProblemPage { frame: Frame::new("", None), what, todo, link: *link, request }))
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        // Whole by itself, for those who are not behind `pages`, which knows the request.
        let mut response = self.page("");
        response.extensions_mut().insert(self);
        response
    }
}

/// The page for a failure of a use case whose cause the log has already.
pub(crate) fn failure_page(error: &Error, request: &RequestId) -> Response {
    Problem::told(error).page(request.as_str())
}

/// Work that blocks, where blocking is allowed.
pub(super) async fn blocking<T: Send + 'static>(
    request: &RequestId,
    work: impl FnOnce() -> Result<T, Error> + Send + 'static,
) -> Result<T, Problem> {
    let done = tokio::task::spawn_blocking(work).await.unwrap_or_else(|fault| Err(Error::internal(fault)));
    done.map_err(|error| Problem::of(&error, request))
}

/// Whether the store keeps the thing from being done for now, rather than the one who asks.
pub(super) fn is_ours(error: &Error) -> bool {
    matches!(error.kind, ErrorKind::Internal | ErrorKind::Unavailable)
}

/// Whether people look at what `path` answers.
pub(crate) fn is_page(path: &str) -> bool {
    path.strip_prefix("/dashboard").is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The page for a refusal of a layer before the pages, which says it in the words for programs.
pub(crate) fn refusal_page(status: StatusCode, message: &str, hint: &str) -> Response {
    match status {
        StatusCode::NOT_FOUND => Problem::no_such_page(),
        StatusCode::METHOD_NOT_ALLOWED => {
            Problem::new(status, "That cannot be done at this address.", "Begin at the overview.")
        }
        _ => Problem::new(status, message, hint),
    }
    .into_response()
}

/// Makes pages of problems.
pub(super) async fn pages(request: Request, next: Next) -> Response {
    let id = request.extensions().get::<RequestId>().map(ToString::to_string).unwrap_or_default();
    let response = next.run(request).await;
    let Some(problem) = response.extensions().get::<Problem>().cloned() else { return response };
    let mut page = problem.page(&id);
    // Cookies, and what is allowed instead, stay.
    for name in [header::SET_COOKIE, header::ALLOW] {
        for value in response.headers().get_all(&name) {
            page.headers_mut().append(&name, value.clone());
        }
    }
    page
}
