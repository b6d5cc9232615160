//! What load balancers and orchestrators rely on.

use axum::http::Method;
use serde_json::json;

use crate::app::App;

#[tokio::test]
async fn a_healthy_service_is_alive_and_ready() {
    let app = App::new();
    let alive = app.get("/healthz").send().await;
    assert_eq!((alive.status.as_u16(), alive.json()), (200, json!({ "status": "ok" })));
    let ready = app.get("/readyz").send().await;
    assert_eq!((ready.status.as_u16(), ready.json()), (200, json!({ "status": "ready" })));
    for path in ["/healthz", "/readyz"] {
        let head = app.call(Method::HEAD, path).send().await;
        assert_eq!((head.status.as_u16(), head.text.as_str()), (200, ""));
    }
}

#[tokio::test]
async fn without_its_database_it_is_alive_but_not_ready() {
    let app = App::new();
    app.database.close().await;
    assert_eq!(app.get("/healthz").send().await.status, 200);
    let ready = app.get("/readyz").send().await;
    let expected = json!({ "status": "not ready", "reason": "the database cannot be reached" });
    assert_eq!((ready.status.as_u16(), ready.json()), (503, expected));
}

#[tokio::test]
async fn a_stuck_database_is_not_ready() {
    let app = App::new();
    let (release, held) = std::sync::mpsc::channel::<()>();
    let database = app.database.clone();
    let stuck = tokio::spawn(async move { database.run(move |_| Ok(held.recv().is_err())).await });
    tokio::task::yield_now().await;
    assert_eq!(app.get("/readyz").send().await.status, 503);
    drop(release);
    assert!(stuck.await.unwrap().unwrap());
    assert_eq!(app.get("/readyz").send().await.status, 200);
}

#[tokio::test]
async fn while_it_drains_it_is_alive_but_not_ready() {
    let app = App::new();
    app.state.start_draining();
    assert_eq!(app.get("/healthz").send().await.status, 200);
    let ready = app.get("/readyz").send().await;
    let expected = json!({ "status": "not ready", "reason": "shutting down" });
    assert_eq!((ready.status.as_u16(), ready.json()), (503, expected));
}
