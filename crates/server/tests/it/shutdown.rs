//! Gap 8, and the other ways a call can end before its answer: cancelled, disconnected, too slow.

use std::time::Duration;

use serde_json::json;
use server::{Config, Limits};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::fixture::{Fixture, soon};
use crate::http_client::*;
use crate::running::{Running, data_owner, with};
use crate::stream_client::Client;

/// Sends a call of `wait` and leaves the connection open; with `progress` its answer becomes a stream.
async fn begin_wait(running: &Running, progress: bool) -> TcpStream {
    let mut params = json!({ "name": "wait", "_meta": meta(json!({})) });
    if progress {
        params["_meta"]["progressToken"] = json!("p");
    }
    let (headers, body) = modern_request("tools/call", params);
    let body = body.to_string();
    let head = format!("{}\r\n\r\n", post_head(running.address, &headers, body.len()).replace('\n', "\r\n"));
    let mut stream = TcpStream::connect(running.address).await.unwrap();
    stream.write_all(format!("{head}{body}").as_bytes()).await.unwrap();
    stream
}

#[tokio::test]
async fn gap_8_calls_in_flight_finish_when_the_server_stops() {
    for progress in [false, true] {
        let fixture = Fixture::default();
        let running = Running::handler(fixture.clone(), Config::default()).await;
        let mut stream = begin_wait(&running, progress).await;
        soon(&fixture.started).await;
        running.shutdown.cancel();
        tokio::time::sleep(Duration::from_millis(100)).await;
        assert!(TcpStream::connect(running.address).await.is_err(), "it accepts no more");
        assert!(!running.task.is_finished(), "it waits for the call");
        fixture.go.notify_one();
        let answer = read(&mut stream).await;
        assert_eq!(answer.json()["result"]["content"][0]["text"], "went on", "{answer:?}");
        tokio::time::timeout(Duration::from_secs(60), running.task).await.unwrap().unwrap().unwrap();
    }
}

#[tokio::test]
async fn gap_8_calls_beyond_the_drain_time_are_cancelled_and_told_so() {
    let fixture = Fixture::default();
    let config = with(Limits { drain_timeout: Duration::from_millis(100), ..Limits::default() });
    let running = Running::handler(fixture.clone(), config).await;
    let mut stream = begin_wait(&running, false).await;
    soon(&fixture.started).await;
    running.stop().await.unwrap();
    soon(&fixture.cancelled).await;
    let answer = read(&mut stream).await;
    assert_eq!((answer.status, &answer.json()["error"]["code"]), (503, &json!(-32603)), "{answer:?}");
}

#[tokio::test]
async fn a_closed_response_cancels_its_call() {
    for progress in [false, true] {
        let fixture = Fixture::default();
        let running = Running::handler(fixture.clone(), Config::default()).await;
        let mut stream = begin_wait(&running, progress).await;
        soon(&fixture.started).await;
        if progress {
            let mut some = [0_u8; 64];
            let _ = stream.read(&mut some).await.unwrap();
        }
        drop(stream);
        soon(&fixture.cancelled).await;
    }
}

#[tokio::test]
async fn a_cancelled_notification_cancels_its_call_on_the_streams() {
    let fixture = Fixture::default();
    let served = fixture.clone();
    let mut client = Client::connect(|input, output| async move {
        server::serve_handler_streams(served, data_owner(), input, output, &Config::default()).await
    });
    client.initialize(json!({})).await;
    client.send(json!({ "jsonrpc": "2.0", "id": 5, "method": "tools/call", "params": { "name": "wait" } })).await;
    soon(&fixture.started).await;
    client.send(json!({ "jsonrpc": "2.0", "method": "notifications/cancelled", "params": { "requestId": 5 } })).await;
    soon(&fixture.cancelled).await;
    let (before, _) = client.ask(6, "ping", json!({})).await;
    assert!(before.is_empty(), "a cancelled call is not answered: {before:?}");
}

#[tokio::test]
async fn a_call_that_takes_too_long_is_ended_with_an_answer() {
    let fixture = Fixture::default();
    let config = with(Limits { request_timeout: Duration::from_millis(200), ..Limits::default() });
    let running = Running::handler(fixture.clone(), config).await;
    let answer = modern(running.address, "tools/call", json!({ "name": "wait" })).await;
    assert_eq!((answer.status, &answer.json()["error"]["code"]), (504, &json!(-32603)));
    soon(&fixture.cancelled).await;
}
