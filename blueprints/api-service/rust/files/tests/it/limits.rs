//! No caller can use up the service.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::{Body, Bytes, HttpBody};
use axum::http::Method;
use hyper::body::Frame;

use crate::app::{ALICE, App, BOB};

#[tokio::test]
async fn a_body_may_have_64_kib() {
    let app = App::new();
    let body = |size: usize| r#"{"title":"x"}"#.to_owned() + &" ".repeat(size - 13);
    assert_eq!(app.post("/v1/notes", body(64 * 1024)).token(ALICE).send().await.status, 201);
    app.post("/v1/notes", body(64 * 1024 + 1)).token(ALICE).send().await.problem(413);
}

#[tokio::test]
async fn a_body_must_be_json() {
    let app = App::new();
    let note = r#"{"title":"x"}"#;
    for kind in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"] {
        let call = app.call(Method::POST, "/v1/notes").header("content-type", kind).token(ALICE);
        call.send().await.problem(415);
    }
    app.call(Method::POST, "/v1/notes").token(ALICE).send().await.problem(415);
    assert_eq!(app.post("/v1/notes", note).token(ALICE).send().await.status, 201);
}

#[tokio::test]
async fn each_caller_has_a_rate_limit() {
    let app = App::with(&[("RATE_LIMIT_PER_MINUTE", "3")]);
    for _ in 0..3 {
        assert_eq!(app.get("/v1/notes").token(ALICE).address("192.0.2.1:1").send().await.status, 200);
    }
    let answer = app.get("/v1/notes").token(ALICE).address("192.0.2.2:1").send().await;
    answer.problem(429);
    let wait: u32 = answer.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=20).contains(&wait), "a place comes free every 20 seconds, not after {wait}");
    assert_eq!(app.get("/v1/notes").token(BOB).address("192.0.2.1:1").send().await.status, 200);
}

#[tokio::test]
async fn guesses_are_limited_by_address() {
    let app = App::with(&[("RATE_LIMIT_PER_MINUTE", "3")]);
    for guess in ["a", "b", "c"] {
        app.get("/v1/notes").token(guess).address("192.0.2.1:1").send().await.problem(401);
    }
    app.get("/v1/notes").token("d").address("192.0.2.1:2").send().await.problem(429);
    app.get("/v1/notes").token("d").address("192.0.2.2:1").send().await.problem(401);
    assert_eq!(app.get("/v1/notes").token(ALICE).address("192.0.2.1:1").send().await.status, 200);
}

#[tokio::test]
async fn health_is_not_limited() {
    let app = App::with(&[("RATE_LIMIT_PER_MINUTE", "1")]);
    for _ in 0..5 {
        assert_eq!(app.get("/readyz").address("192.0.2.1:1").send().await.status, 200);
    }
}

#[tokio::test]
async fn a_slow_handler_is_cut_off() {
    let app = App::with_faulty_routes(&[("REQUEST_TIMEOUT_SECONDS", "1")]);
    app.get("/slow").token(ALICE).send().await.problem(503);
}

#[tokio::test]
async fn a_body_that_never_ends_is_cut_off() {
    let app = App::with(&[("REQUEST_TIMEOUT_SECONDS", "1")]);
    app.post("/v1/notes", Body::new(Endless)).token(ALICE).send().await.problem(503);
}

/// The body of a caller who sends nothing and does not hang up.
struct Endless;

impl HttpBody for Endless {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Poll::Pending
    }
}
