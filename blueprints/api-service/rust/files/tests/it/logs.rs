//! One line a request, with what operators need and no secret.

use std::io;
use std::sync::{Arc, Mutex};

use serde_json::Value;
use tracing::Level;

use crate::app::{ALICE, App};

#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Lines {
    /// Takes up all events of this thread until the guard is dropped.
    fn capture(level: Level) -> (Self, tracing::subscriber::DefaultGuard) {
        let lines = Self::default();
        let writer = lines.clone();
        let subscriber = service::logging::subscriber(level, move || writer.clone());
        (lines, tracing::subscriber::set_default(subscriber))
    }

    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }

    fn json(&self) -> Vec<Value> {
        self.text().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

#[tokio::test]
async fn a_request_leaves_one_line_without_secrets() {
    let (lines, _guard) = Lines::capture(Level::DEBUG);
    let app = App::new();
    let call = app.post("/v1/notes?token=hush", r#"{"title":"a private title"}"#);
    call.token(ALICE).header("x-request-id", "trace-1").send().await;

    let text = lines.text();
    for secret in [ALICE, "Bearer", "hush", "private"] {
        assert!(!text.contains(secret), "{text}");
    }
    let [line] = &lines.json()[..] else { panic!("{text}") };
    let fields: Vec<_> = line.as_object().unwrap().keys().collect();
    assert_eq!(fields, ["caller", "durationMs", "level", "method", "msg", "path", "requestId", "status", "time"]);
    assert_eq!(line["level"], "info");
    assert_eq!(line["requestId"], "trace-1");
    assert_eq!((&line["method"], &line["path"]), (&"POST".into(), &"/v1/notes".into()));
    assert_eq!((&line["status"], &line["caller"]), (&201.into(), &"alice".into()));
    assert!(line["durationMs"].is_f64());
    assert!(line["time"].as_str().unwrap().parse::<jiff::Timestamp>().is_ok());
}

#[tokio::test]
async fn the_path_is_the_pattern_of_the_route() {
    let (lines, _guard) = Lines::capture(Level::INFO);
    let app = App::new();
    app.get("/v1/notes/0b0e7f3c-0d3f-4c1e-9a55-6f1f3c1f4c55").token(ALICE).send().await;
    app.get("/reset-password/hush").token("a-guess").send().await;
    let told: Vec<_> = lines.json().iter().map(|line| (line["path"].clone(), line["caller"].clone())).collect();
    assert_eq!(told, [("/v1/notes/{id}".into(), "alice".into()), ("(no such route)".into(), Value::Null)]);
}

#[tokio::test]
async fn the_cause_of_a_fault_is_in_the_line_of_its_request() {
    let (lines, _guard) = Lines::capture(Level::INFO);
    let app = App::new();
    app.database.run(|connection| connection.execute_batch("DROP TABLE notes")).await.unwrap();
    let answer = app.get("/v1/notes").token(ALICE).send().await;
    let [line] = &lines.json()[..] else { panic!("{}", lines.text()) };
    assert_eq!((&line["level"], &line["status"]), (&"error".into(), &500.into()));
    assert_eq!(line["requestId"].as_str(), answer.header("x-request-id"));
    assert!(line["cause"].as_str().unwrap().contains("no such table"));
}

#[tokio::test]
async fn below_the_level_there_is_silence() {
    let (lines, _guard) = Lines::capture(Level::WARN);
    App::new().get("/healthz").send().await;
    assert_eq!(lines.text(), "");
}
