//! What goes wrong inside stays inside.

use serde_json::json;

use crate::app::{ALICE, App};

#[tokio::test]
async fn a_panic_is_answered_without_its_reason() {
    let answer = App::with_faulty_routes(&[]).get("/panic").token(ALICE).send().await;
    answer.problem(500);
    assert!(!answer.text.contains("secret"), "{}", answer.text);
}

#[tokio::test]
async fn a_database_fault_is_answered_without_its_cause() {
    let app = App::new();
    app.database.run(|connection| connection.execute_batch("DROP TABLE notes")).await.unwrap();
    for path in ["/v1/notes", "/v1/notes/0b0e7f3c-0d3f-4c1e-9a55-6f1f3c1f4c55"] {
        let answer = app.get(path).token(ALICE).send().await;
        answer.problem(500);
        assert!(!answer.text.contains("table") && !answer.text.contains("notes"), "{}", answer.text);
    }
}

#[tokio::test]
async fn a_malformed_body_is_a_bad_request() {
    let app = App::new();
    let deep = "[".repeat(60_000);
    for body in ["", "{", "nonsense", r#"{"title":"x"} trailing"#, "null", "5", r#"["title", "body"]"#, &deep] {
        app.post("/v1/notes", body.to_owned()).token(ALICE).send().await.problem(400);
    }
}

#[tokio::test]
async fn a_problem_says_what_to_do() {
    let app = App::new();
    let answer = app.post("/v1/notes", r#"{"title":""}"#).token(ALICE).send().await;
    let expected = json!({
        "type": "about:blank",
        "title": "Bad Request",
        "status": 400,
        "detail": "The request has fields that are not valid.",
        "errors": [{ "field": "title", "message": "must have 1 to 200 characters" }],
    });
    assert_eq!(answer.problem(400), expected);
}
