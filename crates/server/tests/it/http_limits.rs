//! Bounds over HTTP: every one is answered, none is exceeded.

use std::time::Duration;

use serde_json::json;
use server::{Config, Limits};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use crate::fixture::{Fixture, soon};
use crate::http_client::*;
use crate::running::{Running, with};

fn small() -> Config {
    with(Limits {
        body_bytes: 4096,
        head_timeout: Duration::from_millis(300),
        body_timeout: Duration::from_millis(300),
        ..Limits::default()
    })
}

#[tokio::test]
async fn a_body_over_the_limit_is_refused_whether_its_length_is_announced_or_not() {
    let running = Running::handler(Fixture::default(), small()).await;
    let answer = post(running.address, "", vec![b' '; 5000]).await;
    assert_eq!((answer.status, &answer.json()["error"]["code"]), (413, &json!(-32600)));
    let mut stream = TcpStream::connect(running.address).await.unwrap();
    let head = post_head(running.address, "transfer-encoding: chunked\nconnection: close", 0)
        .replace("content-length: 0\n", "");
    stream.write_all(format!("{}\r\n\r\n", head.replace('\n', "\r\n")).as_bytes()).await.unwrap();
    for _ in 0..8 {
        if stream.write_all(format!("400\r\n{}\r\n", " ".repeat(1024)).as_bytes()).await.is_err() {
            break;
        }
    }
    let answer = read(&mut stream).await;
    assert_eq!(answer.status, 413, "it does not wait for the end of a body without one");
}

#[tokio::test]
async fn a_megabyte_is_refused_by_default_and_just_less_is_read() {
    let running = Running::handler(Fixture::default(), Config::default()).await;
    let of_size = |size: usize| {
        let mut text = r#"{"jsonrpc":"2.0","id":1,"method":"ping","params":{"a":["#.to_owned();
        while size - text.len() > 70_000 {
            text.push_str(&format!("\"{}\",", "x".repeat(60_000)));
        }
        let rest = size - text.len() - 5;
        format!("{text}\"{}\"]}}}}", "x".repeat(rest))
    };
    let header = "mcp-protocol-version: 2025-11-25";
    assert_eq!(post(running.address, header, of_size(1 << 20)).await.status, 200);
    assert_eq!(post(running.address, header, of_size((1 << 20) + 1)).await.status, 413);
}

#[tokio::test]
async fn large_headers_are_refused() {
    let running = Running::handler(Fixture::default(), Config::default()).await;
    let answer = post(running.address, &format!("x-large: {}", "x".repeat(17 << 10)), "{}").await;
    assert_eq!((answer.status, &answer.json()["error"]["code"]), (431, &json!(-32600)));
    let many: String = (0..120).map(|index| format!("x-{index}: 1\n")).collect();
    assert_eq!(post(running.address, &many, "{}").await.status, 431);
}

#[tokio::test]
async fn a_client_that_sends_slowly_is_not_waited_for() {
    let running = Running::handler(Fixture::default(), small()).await;
    let mut slow_body = TcpStream::connect(running.address).await.unwrap();
    let head = post_head(running.address, "", 100).replace('\n', "\r\n");
    slow_body.write_all(format!("{head}\r\n\r\n{{").as_bytes()).await.unwrap();
    assert_eq!(read(&mut slow_body).await.status, 408);
    let mut slow_head = TcpStream::connect(running.address).await.unwrap();
    slow_head.write_all(b"POST /mcp HT").await.unwrap();
    let mut rest = Vec::new();
    let closed = tokio::io::AsyncReadExt::read_to_end(&mut slow_head, &mut rest);
    tokio::time::timeout(Duration::from_secs(60), closed).await.expect("the connection is closed").unwrap();
}

#[tokio::test]
async fn more_requests_at_once_than_there_are_places_are_told_to_come_back() {
    let fixture = Fixture::default();
    let config = with(Limits { concurrent_requests: 1, ..Limits::default() });
    let running = Running::handler(fixture.clone(), config).await;
    let address = running.address;
    let first = tokio::spawn(async move { modern(address, "tools/call", json!({ "name": "wait" })).await });
    soon(&fixture.started).await;
    let second = modern(address, "tools/list", json!({})).await;
    assert_eq!((second.status, second.header("retry-after")), (503, Some("1")));
    assert_eq!(get(address, "/healthz").await.status, 200, "a busy server is not a sick one");
    fixture.go.notify_one();
    assert_eq!(first.await.unwrap().status, 200);
    assert_eq!(modern(address, "tools/list", json!({})).await.status, 200, "the place is free again");
}

#[tokio::test]
async fn a_stream_keeps_its_place_until_it_ends() {
    let fixture = Fixture::default();
    let config = with(Limits { concurrent_requests: 1, ..Limits::default() });
    let running = Running::handler(fixture.clone(), config).await;
    let address = running.address;
    let mut params = json!({ "name": "wait", "_meta": meta(json!({})) });
    params["_meta"]["progressToken"] = json!(1);
    let first = tokio::spawn(async move { modern(address, "tools/call", params).await });
    soon(&fixture.started).await;
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert_eq!(modern(address, "tools/list", json!({})).await.status, 503);
    fixture.go.notify_one();
    let answer = first.await.unwrap();
    let events = answer.events();
    assert_eq!((events[0]["method"].as_str(), events.len()), (Some("notifications/progress"), 2));
    assert_eq!(modern(address, "tools/list", json!({})).await.status, 200);
}
