//! Every answer carries the security headers and the id of its request.

use crate::app::{ALICE, Answer, App, tokens};

async fn one_answer_of_each_kind(app: &App) -> Vec<Answer> {
    let path = app.note(ALICE, "Mine").await;
    vec![
        app.get("/healthz").send().await,
        app.get(&path).token(ALICE).send().await,
        app.post("/v1/notes", "{").token(ALICE).send().await,
        app.get("/v1/notes").send().await,
        app.get("/nowhere").token(ALICE).send().await,
        app.call("PUT".parse().unwrap(), "/healthz").send().await,
    ]
}

#[tokio::test]
async fn every_answer_has_the_security_headers() {
    let app = App::new();
    let answers = one_answer_of_each_kind(&app).await;
    assert_eq!(answers.iter().map(|answer| answer.status.as_u16()).collect::<Vec<_>>(), [200, 200, 400, 401, 404, 405]);
    for answer in answers {
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        assert_eq!(answer.header("content-security-policy"), Some("default-src 'none'; frame-ancestors 'none'"));
        assert_eq!(answer.header("referrer-policy"), Some("no-referrer"));
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
        assert_eq!(answer.header("x-frame-options"), Some("DENY"));
        assert_eq!(answer.header("strict-transport-security"), None);
        assert_eq!(answer.header("server").or(answer.header("x-powered-by")), None);
        assert!(answer.header("x-request-id").is_some());
    }
}

#[tokio::test]
async fn a_fault_has_them_too() {
    let answer = App::with_faulty_routes(&[]).get("/panic").token(ALICE).send().await;
    answer.problem(500);
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert!(answer.header("x-request-id").is_some());
}

#[tokio::test]
async fn https_is_insisted_on_where_there_is_tls() {
    for environment in ["staging", "production"] {
        let app = App::with(&[("ENVIRONMENT", environment), ("API_TOKENS", &tokens())]);
        for answer in one_answer_of_each_kind(&app).await {
            let expected = Some("max-age=31536000; includeSubDomains");
            assert_eq!(answer.header("strict-transport-security"), expected, "{environment}");
        }
    }
}

#[tokio::test]
async fn a_plain_request_id_is_kept() {
    let app = App::new();
    for id in ["a", "Trace_1.2-3", &"x".repeat(64)] {
        let answer = app.get("/healthz").header("x-request-id", id).send().await;
        assert_eq!(answer.header("x-request-id"), Some(id));
    }
}

#[tokio::test]
async fn any_other_request_id_is_replaced() {
    let app = App::new();
    for id in ["", "a b", "a\"b", "é", &"x".repeat(65)] {
        let answer = app.get("/healthz").header("x-request-id", id).send().await;
        let new = answer.header("x-request-id").unwrap();
        assert!(new != id && new.len() == 36, "{new}");
    }
}
