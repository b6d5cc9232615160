//! The service inside the test process, with a database in memory: `App::new().get("/healthz").send().await`.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, Method, Request, StatusCode, request};
use axum::routing::get;
use serde_json::Value;
use service::config::Config;
use service::database::Database;
use service::{app, router};
use sha2::{Digest, Sha256};
use tower::ServiceExt;

pub(crate) const ALICE: &str = "token-of-alice";
pub(crate) const BOB: &str = "token-of-bob";
const PATIENCE: Duration = Duration::from_secs(30);

pub(crate) struct App {
    router: Router,
    pub(crate) database: Database,
    pub(crate) state: Arc<app::App>,
}

/// What goes into `API_TOKENS`.
pub(crate) fn tokens() -> String {
    let hash = |token: &str| Bytes::copy_from_slice(&Sha256::digest(token));
    format!("alice:{:x},bob:{:x}", hash(ALICE), hash(BOB))
}

impl App {
    pub(crate) fn new() -> Self {
        Self::with(&[])
    }

    /// With these settings besides the tokens of Alice and Bob.
    pub(crate) fn with(settings: &[(&str, &str)]) -> Self {
        Self::build(settings, router::service)
    }

    /// With routes that the service does not have: one that panics and one that never answers.
    pub(crate) fn with_faulty_routes(settings: &[(&str, &str)]) -> Self {
        Self::build(settings, |state| {
            let routes = Router::new()
                .route("/panic", get(async || -> StatusCode { panic!("the secret reason") }))
                .route("/slow", get(async || std::future::pending::<StatusCode>().await));
            router::protect(routes, state)
        })
    }

    fn build(settings: &[(&str, &str)], router: impl Fn(&Arc<app::App>) -> Router) -> Self {
        let lookup = |name: &str| match settings.iter().find(|(key, _)| *key == name) {
            Some((_, value)) => Some((*value).to_owned()),
            None => (name == "API_TOKENS").then(tokens),
        };
        let config = Config::from_lookup(lookup).unwrap();
        let database = Database::open(Path::new(":memory:")).unwrap();
        let state = app::App::new(config, database.clone());
        Self { router: router(&state), database, state }
    }

    pub(crate) fn call(&self, method: Method, path: &str) -> Call {
        let request = Request::builder().method(method).uri(path);
        Call { router: self.router.clone(), request, body: Body::empty() }
    }

    pub(crate) fn get(&self, path: &str) -> Call {
        self.call(Method::GET, path)
    }

    pub(crate) fn post(&self, path: &str, body: impl Into<Body>) -> Call {
        let mut call = self.call(Method::POST, path).header("content-type", "application/json");
        call.body = body.into();
        call
    }

    /// Makes a note of the caller with this token and returns its path.
    pub(crate) async fn note(&self, token: &str, title: &str) -> String {
        let body = serde_json::json!({ "title": title }).to_string();
        let answer = self.post("/v1/notes", body).token(token).send().await;
        assert_eq!(answer.status, StatusCode::CREATED);
        answer.header("location").unwrap().to_owned()
    }
}

pub(crate) struct Call {
    router: Router,
    request: request::Builder,
    body: Body,
}

impl Call {
    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.request = self.request.header(name, value);
        self
    }

    pub(crate) fn token(self, token: &str) -> Self {
        self.header("authorization", &format!("Bearer {token}"))
    }

    pub(crate) fn address(mut self, address: &str) -> Self {
        let peer: SocketAddr = address.parse().unwrap();
        self.request = self.request.extension(ConnectInfo(peer));
        self
    }

    pub(crate) async fn send(self) -> Answer {
        let answer = self.router.oneshot(self.request.body(self.body).unwrap());
        let response = tokio::time::timeout(PATIENCE, answer).await.expect("no answer").unwrap();
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, usize::MAX).await.unwrap();
        let text = String::from_utf8(body.to_vec()).unwrap();
        Answer { status: parts.status, headers: parts.headers, text }
    }
}

#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    /// The problem that this answer is, which must be complete.
    pub(crate) fn problem(&self, status: u16) -> Value {
        assert_eq!(self.status.as_u16(), status, "{}", self.text);
        assert_eq!(self.header("content-type"), Some("application/problem+json"));
        let problem = self.json();
        assert_eq!(problem["type"], "about:blank");
        assert_eq!(problem["status"], status);
        assert!(problem["title"].is_string() && problem["detail"].is_string(), "{problem}");
        problem
    }

    /// The problem that this answer is must blame these fields, in this order.
    pub(crate) fn blames(&self, fields: &[&str]) {
        let problem = self.problem(400);
        let errors = problem["errors"].as_array().unwrap();
        let blamed: Vec<_> = errors.iter().map(|error| error["field"].as_str().unwrap()).collect();
        assert_eq!(blamed, fields);
        assert!(errors.iter().all(|error| error["message"].is_string()));
    }
}
