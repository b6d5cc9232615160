//! Notes: made, read, listed and deleted, by their owner alone.

use axum::http::Method;
use serde_json::{Value, json};

use crate::app::{ALICE, App, BOB};

#[tokio::test]
async fn a_note_is_made_and_read() {
    let app = App::new();
    let made = app.post("/v1/notes", r#"{"title":"Call the bank"}"#).token(ALICE).send().await;
    assert_eq!(made.status, 201);
    let note = made.json();
    assert_eq!((&note["owner"], &note["title"], &note["body"]), (&json!("alice"), &json!("Call the bank"), &json!("")));
    assert_eq!(made.header("location").unwrap(), format!("/v1/notes/{}", note["id"].as_str().unwrap()));

    let created_at = note["createdAt"].as_str().unwrap();
    assert_eq!(created_at.len(), "2026-01-31T09:30:00.000Z".len());
    let age = jiff::Timestamp::now().duration_since(created_at.parse().unwrap());
    assert!((-1..60).contains(&age.as_secs()), "{created_at}");

    let read = app.get(made.header("location").unwrap()).token(ALICE).send().await;
    assert_eq!((read.status.as_u16(), read.json()), (200, note));
}

#[tokio::test]
async fn a_deleted_note_is_gone() {
    let app = App::new();
    let path = app.note(ALICE, "Soon gone").await;
    let deleted = app.call(Method::DELETE, &path).token(ALICE).send().await;
    assert_eq!((deleted.status.as_u16(), deleted.text.as_str()), (204, ""));
    app.get(&path).token(ALICE).send().await.problem(404);
    app.call(Method::DELETE, &path).token(ALICE).send().await.problem(404);
}

#[tokio::test]
async fn the_note_of_another_is_like_one_that_does_not_exist() {
    let app = App::new();
    let path = app.note(ALICE, "Mine").await;
    let nowhere = "/v1/notes/0b0e7f3c-0d3f-4c1e-9a55-6f1f3c1f4c55";
    for method in [Method::GET, Method::DELETE] {
        let other = app.call(method.clone(), &path).token(BOB).send().await;
        let missing = app.call(method, nowhere).token(BOB).send().await;
        assert_eq!(other.problem(404), missing.problem(404));
    }
    let list = app.get("/v1/notes").token(BOB).send().await;
    assert_eq!(list.json(), json!({ "items": [], "nextCursor": null }));
    assert_eq!(app.get(&path).token(ALICE).send().await.status, 200);
}

#[tokio::test]
async fn what_is_no_id_is_a_note_that_does_not_exist() {
    let app = App::new();
    for id in ["1", "%FF", "..%2f..%2fetc", "0b0e7f3c-0d3f-4c1e-9a55-6f1f3c1f4c5"] {
        app.get(&format!("/v1/notes/{id}")).token(ALICE).send().await.problem(404);
    }
}

#[tokio::test]
async fn pages_run_from_the_newest_to_the_oldest() {
    let app = App::new();
    for number in 1..=25 {
        app.note(ALICE, &format!("Note {number}")).await;
        app.note(BOB, "Not Alice's").await;
    }
    let mut path = "/v1/notes?limit=10".to_owned();
    let mut titles = Vec::new();
    let mut sizes = Vec::new();
    loop {
        let page = app.get(&path).token(ALICE).send().await.json();
        let items = page["items"].as_array().unwrap();
        sizes.push(items.len());
        titles.extend(items.iter().map(|note| note["title"].as_str().unwrap().to_owned()));
        let Some(cursor) = page["nextCursor"].as_str() else { break };
        path = format!("/v1/notes?limit=10&cursor={cursor}");
    }
    assert_eq!(sizes, [10, 10, 5]);
    assert_eq!(titles, (1..=25).rev().map(|number| format!("Note {number}")).collect::<Vec<_>>());

    let page = app.get("/v1/notes").token(ALICE).send().await.json();
    assert_eq!(page["items"].as_array().unwrap().len(), 20);
    let all = app.get("/v1/notes?limit=25").token(ALICE).send().await.json();
    assert_eq!(all["nextCursor"], Value::Null);
}

#[tokio::test]
async fn limit_and_cursor_are_checked() {
    let app = App::new();
    for limit in ["0", "101", "-1", "ten", "1.5", "99999999999999999999", ""] {
        app.get(&format!("/v1/notes?limit={limit}")).token(ALICE).send().await.blames(&["limit"]);
    }
    app.get("/v1/notes?limit=0&cursor=%27--").token(ALICE).send().await.blames(&["limit", "cursor"]);
    app.get("/v1/notes?offset=3").token(ALICE).send().await.problem(400);
    app.get("/v1/notes?limit=1&limit=2").token(ALICE).send().await.problem(400);
    assert_eq!(app.get("/v1/notes?limit=100").token(ALICE).send().await.status, 200);
}

#[tokio::test]
async fn title_and_body_have_bounds_in_characters() {
    let app = App::new();
    let longest = json!({ "title": "ü".repeat(200), "body": "ü".repeat(10_000) });
    let answer = app.post("/v1/notes", longest.to_string()).token(ALICE).send().await;
    assert_eq!(answer.status, 201);
    assert_eq!(answer.json()["body"], longest["body"]);

    let too_long = json!({ "title": "x".repeat(201), "body": "x".repeat(10_001) });
    app.post("/v1/notes", too_long.to_string()).token(ALICE).send().await.blames(&["title", "body"]);
    for empty in [r#"{"title":""}"#, r#"{"body":"x"}"#, "{}"] {
        app.post("/v1/notes", empty).token(ALICE).send().await.blames(&["title"]);
    }
}

#[tokio::test]
async fn only_known_fields_of_the_right_type_are_taken() {
    let app = App::new();
    let cases = [
        (r#"{"title":"x","owner":"bob"}"#, "owner"),
        (r#"{"title":5}"#, "title"),
        (r#"{"title":"x","body":null}"#, "body"),
    ];
    for (body, field) in cases {
        app.post("/v1/notes", body).token(ALICE).send().await.blames(&[field]);
    }
}
