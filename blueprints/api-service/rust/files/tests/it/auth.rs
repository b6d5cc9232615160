//! Nobody gets in without a token of their own.

use axum::http::Method;
use service::auth::PUBLIC_ROUTES;

use crate::app::{ALICE, App, tokens};

#[tokio::test]
async fn every_route_but_health_needs_a_token() {
    let app = App::new();
    let routes = [
        (Method::GET, "/v1/notes"),
        (Method::POST, "/v1/notes"),
        (Method::GET, "/v1/notes/0b0e7f3c-0d3f-4c1e-9a55-6f1f3c1f4c55"),
        (Method::DELETE, "/v1/notes/0b0e7f3c-0d3f-4c1e-9a55-6f1f3c1f4c55"),
        (Method::PATCH, "/v1/notes"),
        (Method::GET, "/no/such/path"),
        (Method::GET, "/"),
        (Method::GET, "/healthz/"),
        (Method::OPTIONS, "/v1/notes"),
    ];
    for (method, path) in routes {
        let answer = app.call(method, path).send().await;
        answer.problem(401);
        assert_eq!(answer.header("www-authenticate"), Some("Bearer"), "{path}");
    }
    assert_eq!(PUBLIC_ROUTES, ["/healthz", "/readyz"]);
}

#[tokio::test]
async fn a_new_route_is_closed_until_it_is_opened() {
    let app = App::with_faulty_routes(&[]);
    app.get("/slow").send().await.problem(401);
}

#[tokio::test]
async fn only_a_known_token_is_let_in() {
    let app = App::new();
    let tokens = tokens();
    let hash = tokens.split([':', ',']).nth(1).unwrap();
    for wrong in ["Bearer", "Bearer ", "Bearer wrong", &format!("Bearer {hash}"), &format!("Basic {ALICE}"), ALICE, "é"]
    {
        app.get("/v1/notes").header("authorization", wrong).send().await.problem(401);
    }
    for right in [format!("Bearer {ALICE}"), format!("bearer {ALICE}")] {
        let answer = app.get("/v1/notes").header("authorization", &right).send().await;
        assert_eq!(answer.status, 200);
    }
}

#[tokio::test]
async fn unknown_paths_and_methods_are_told_to_callers_only() {
    let app = App::new();
    app.get("/no/such/path").token(ALICE).send().await.problem(404);
    let answer = app.call(Method::PATCH, "/v1/notes").token(ALICE).send().await;
    answer.problem(405);
    assert_eq!(answer.header("allow"), Some("GET,HEAD,POST"));
}

#[tokio::test]
async fn without_tokens_nobody_is_let_in() {
    let app = App::with(&[("API_TOKENS", "")]);
    app.get("/v1/notes").token("").send().await.problem(401);
    app.get("/v1/notes").token(ALICE).send().await.problem(401);
}
