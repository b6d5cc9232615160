//! The real process: how it starts, refuses to start, serves and stops.

use std::time::{Duration, Instant};

use crate::app::{ALICE, tokens};
use crate::running::{Folder, Running, command, eventually, run};

const BODY: &str = r#"{"title":"In flight"}"#;

/// Begins to send a note and returns when the service waits for the rest of it.
fn begin_note(running: &Running) -> crate::running::Connection {
    let mut connection = running.connect();
    connection.send(&format!(
        "POST /v1/notes HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {ALICE}\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\nExpect: 100-continue\r\n\r\n",
        BODY.len()
    ));
    assert_eq!(connection.until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
    connection.send(&BODY[..5]);
    connection
}

#[test]
fn a_stop_loses_no_request_and_exits_0() {
    for signal in ["-TERM", "-INT"] {
        let folder = Folder::new();
        let running = Running::start(&folder, &[("API_TOKENS", &tokens())]);
        assert!(std::fs::exists(folder.file("data/notes.db-wal")).unwrap(), "the database has a write-ahead log");
        let mut in_flight = begin_note(&running);

        running.terminate(signal);
        let not_ready = eventually(|| running.try_get("/readyz").filter(|answer| !answer.contains(r#""ready""#)));
        assert!(not_ready.starts_with("HTTP/1.1 503 ") && not_ready.contains("shutting down"), "{not_ready}");
        eventually(|| running.try_get("/healthz").is_none().then_some(()));

        in_flight.send(&BODY[5..]);
        let answer = in_flight.rest();
        assert!(answer.starts_with("HTTP/1.1 201 Created\r\n"), "{answer}");
        let (status, log) = running.end();
        assert_eq!(status.code(), Some(0));
        assert_eq!(log.last().unwrap()["msg"], "stopped");

        let again = Running::start(&folder, &[("API_TOKENS", &tokens())]);
        let mut connection = again.connect();
        let head = format!("Host: x\r\nConnection: close\r\nAuthorization: Bearer {ALICE}\r\n\r\n");
        connection.send(&format!("GET /v1/notes HTTP/1.1\r\n{head}"));
        assert!(connection.rest().contains("In flight"), "an acknowledged note is kept");
    }
}

#[test]
fn a_stop_waits_no_longer_than_it_was_told() {
    let folder = Folder::new();
    let settings = [("API_TOKENS", &*tokens()), ("SHUTDOWN_TIMEOUT_SECONDS", "1"), ("REQUEST_TIMEOUT_SECONDS", "60")];
    let running = Running::start(&folder, &settings);
    let _never_finished = begin_note(&running);
    running.terminate("-TERM");
    let started = Instant::now();
    let (status, log) = running.end();
    assert_eq!(status.code(), Some(0));
    assert!(started.elapsed() < Duration::from_secs(10));
    assert!(log.iter().any(|line| line["level"] == "warn"), "{log:?}");
}

#[test]
fn a_bad_configuration_is_refused_with_all_its_faults_and_exit_code_2() {
    let output = run(&[("ENVIRONMENT", "production"), ("PORT", "x"), ("LOG_LEVEL", "debug")]);
    assert_eq!(output.status.code(), Some(2));
    let told = String::from_utf8(output.stderr).unwrap();
    for variable in ["PORT: ", "LOG_LEVEL: ", "API_TOKENS: "] {
        assert!(told.contains(variable), "{told}");
    }
}

#[test]
fn what_it_cannot_use_is_named() {
    let folder = Folder::new();
    std::fs::write(folder.file("notes.db"), "this is no database, and longer than its header would be".repeat(20))
        .unwrap();
    let bad_database = run(&[("PORT", "0"), ("DATABASE_PATH", &folder.file("notes.db"))]);
    assert_eq!(bad_database.status.code(), Some(1));
    let log = String::from_utf8(bad_database.stdout).unwrap();
    assert!(log.contains("cannot start: DATABASE_PATH"), "{log}");

    let running = Running::start(&folder, &[]);
    let port = running.address.rsplit(':').next().unwrap();
    let taken = run(&[("PORT", port), ("DATABASE_PATH", &folder.file("other.db"))]);
    assert_eq!(taken.status.code(), Some(1));
    let log = String::from_utf8(taken.stdout).unwrap();
    assert!(log.contains("cannot start: HOST and PORT"), "{log}");
}

#[test]
fn a_database_of_a_newer_version_is_left_alone() {
    let folder = Folder::new();
    let path = folder.file("notes.db");
    rusqlite::Connection::open(&path).unwrap().pragma_update(None, "user_version", 1000).unwrap();
    let output = run(&[("PORT", "0"), ("DATABASE_PATH", &path)]);
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8(output.stdout).unwrap().contains("newer version"));
}

#[test]
fn development_starts_without_tokens_and_says_so() {
    let folder = Folder::new();
    let running = Running::start(&folder, &[]);
    assert!(running.try_get("/v1/notes").unwrap().starts_with("HTTP/1.1 401 "));
    running.terminate("-TERM");
    let (_, log) = running.end();
    assert_eq!(log[0]["level"], "warn");
    assert!(log[0]["msg"].as_str().unwrap().contains("make token"));
    assert!(log.iter().any(|line| line["msg"] == "request" && line["status"] == 401), "{log:?}");
}

#[test]
fn headers_that_trickle_in_or_never_end_are_cut() {
    let folder = Folder::new();
    let running = Running::start(&folder, &[("REQUEST_TIMEOUT_SECONDS", "1")]);
    let mut slow = running.connect();
    slow.send("GET /healthz HTTP/1.1\r\nHost:");
    assert!(!slow.rest().contains("200"));

    let mut long = running.connect();
    long.send(&format!("GET /healthz HTTP/1.1\r\nHost: x\r\nX-Long: {}\r\n\r\n", "x".repeat(20_000)));
    let answer = long.rest();
    assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 431 "), "{answer}");
    assert!(running.try_get("/healthz").unwrap().starts_with("HTTP/1.1 200 "));
}

#[test]
fn the_health_check_of_the_container_asks_the_service() {
    let folder = Folder::new();
    let running = Running::start(&folder, &[]);
    let port = running.address.rsplit(':').next().unwrap().to_owned();
    let check = || command(&[("PORT", &port)]).arg("healthcheck").status().unwrap().code();
    assert_eq!(check(), Some(0));
    running.terminate("-TERM");
    running.end();
    assert_eq!(check(), Some(1));
}
