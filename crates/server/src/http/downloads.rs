//! `/downloads/{token}`: the archive of a project, once, for whoever holds the link and may read the project.

use std::sync::Arc;

use app::{ArchiveFile, Call, Error, Quiet, Services};
use axum::Extension;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use domain::{Caller, RequestId};
use serde_json::json;

use super::problem::json_response;
use crate::dashboard::failure_page;
use crate::fault;
use crate::route::{Access, Doc, Route};

/// Where the links lead.
const PATH: &str = "/downloads/";

/// The route.
pub(crate) fn route(services: Arc<Services>) -> Route {
    let doc = || Doc::of("download", "The archive of a project, once.").path("token", "The last part of the link.");
    let get_doc = doc()
        .answers(200, &["application/zip", "application/gzip"], "The archive; the link is used up.")
        .answers(303, &[], "A browser that has not signed in is sent to do so; the link is not used up.")
        .answers(404, &["application/json", "text/html"], "The link is wrong, used up or too old.")
        .answers(400, &["application/json", "text/html"], "The link is not well-formed.")
        .answers(403, &["application/json", "text/html"], "The caller may not have it, or the `Host` is not served.")
        .answers(503, &["application/json", "text/html"], "It cannot be made now.");
    let head_doc = doc().answers(200, &[], "It is not told whether the link is good.");
    Route::at("/downloads/{token}", Access::CallerOrSession).get(get, services, get_doc).head(head, (), head_doc)
}

/// Hands the archive over and uses the link up.
async fn get(
    State(services): State<Arc<Services>>,
    Extension(request): Extension<RequestId>,
    Extension(caller): Extension<Caller>,
    headers: HeaderMap,
    uri: Uri,
) -> Response {
    if is_prefetch(&headers) {
        // A browser that only guesses that the person may want it must not use the link up.
        let body =
            json!({ "error": { "kind": "unavailable", "message": "Not ahead of time.", "hint": "Follow the link." } });
        return json_response(StatusCode::SERVICE_UNAVAILABLE, &body);
    }
    let token = uri.path().strip_prefix(PATH).unwrap_or_default().to_owned();
    let for_log = request.clone();
    let work =
        move || app::download_archive(&services, &Call { caller: &caller, request: &request, watch: &Quiet }, &token);
    let found = tokio::task::spawn_blocking(work).await.unwrap_or_else(|fault| Err(Error::internal(fault)));
    match found {
        Ok(archive) => hand_over(archive),
        Err(error) => refuse(&error, &headers, &for_log),
    }
}

/// Programs look at a link with HEAD before a person follows it: that neither uses it up nor says whether it is good.
async fn head() -> Response {
    [(header::CONTENT_TYPE, "application/octet-stream")].into_response()
}

fn is_prefetch(headers: &HeaderMap) -> bool {
    let purpose = headers.get("sec-purpose").or_else(|| headers.get("purpose"));
    purpose.and_then(|value| value.to_str().ok()).is_some_and(|value| value.contains("prefetch"))
}

fn hand_over(archive: ArchiveFile) -> Response {
    let safe = |character: char| character.is_ascii_alphanumeric() || matches!(character, '.' | '-' | '_');
    let name: String = archive.file_name.chars().filter(|character| safe(*character)).collect();
    let mut response = archive.bytes.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(archive.media_type));
    if let Ok(value) = HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")) {
        headers.insert(header::CONTENT_DISPOSITION, value);
    }
    response
}

/// A page for people, an object for programs.
fn refuse(error: &Error, headers: &HeaderMap, request: &RequestId) -> Response {
    let status = fault::http_status(error.kind);
    let body = fault::http_body(error, request);
    let accept = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if !accept.contains("text/html") {
        return json_response(status, &body);
    }
    failure_page(error, request)
}
