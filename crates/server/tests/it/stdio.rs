//! The standard streams: bounds, bad lines, and who calls.

use serde_json::{Value, json};
use server::Limits;

use crate::fixture::Fixture;
use crate::http_client::{call, complete_arguments, meta};
use crate::running::{House, data_owner, with};
use crate::stream_client::Client;

fn small() -> Client {
    Client::connect(|input, output| async move {
        let config = with(Limits { body_bytes: 4096, ..Limits::default() });
        server::serve_handler_streams(Fixture::default(), data_owner(), input, output, &config).await
    })
}

#[tokio::test]
async fn an_overlong_line_is_refused_at_once_and_the_next_one_is_served() {
    let mut client = small();
    client.initialize(json!({})).await;
    for size in [5_000, 300_000] {
        client.send_raw(&vec![b'x'; size]).await;
        let answer = client.next().await.unwrap();
        assert_eq!(
            (&answer["error"]["code"], &answer["id"]),
            (&json!(-32600), &Value::Null),
            "before the line has ended"
        );
        client.send_raw(b"\n").await;
        let (before, answer) = client.ask(3, "ping", json!({})).await;
        assert_eq!((before.len(), &answer["result"]), (0, &json!({})));
    }
    client.close().await.unwrap();
}

#[tokio::test]
async fn errors_that_come_back_are_not_answered() {
    let mut client = small();
    client.initialize(json!({})).await;
    client.send_raw(b"nonsense\n").await;
    let error = client.next().await.unwrap();
    client.send(error).await;
    let (before, _) = client.ask(1, "ping", json!({})).await;
    assert!(before.is_empty(), "two such programs would talk for ever: {before:?}");
}

#[tokio::test]
async fn line_ends_and_marks_of_all_systems_are_read() {
    let mut client = small();
    client.initialize(json!({})).await;
    client.send_raw(b"\r\n\n  \n\xEF\xBB\xBF{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}\r\n").await;
    assert_eq!(client.next().await.unwrap()["id"], 1);
    client.send_raw(b"{\"jsonrpc\":\"2.0\",").await;
    tokio::task::yield_now().await;
    client.send_raw(b"\"id\":2,\"method\":\"ping\"}\n").await;
    assert_eq!(client.next().await.unwrap()["id"], 2);
}

#[tokio::test]
async fn the_last_message_counts_without_a_line_end() {
    let mut client = small();
    client.send_raw(br#"{"jsonrpc":"2.0","id":1,"method":"ping"}"#).await;
    client.end_input().await;
    assert_eq!(client.next().await.unwrap()["id"], 1);
}

#[tokio::test]
async fn nothing_that_comes_first_ends_the_server() {
    let mut client = small();
    client.send(json!({ "jsonrpc": "2.0", "method": "notifications/initialized" })).await;
    client.send(json!({ "jsonrpc": "2.0", "id": 4, "result": {} })).await;
    client.send_raw(b"hello?\n").await;
    assert_eq!(client.next().await.unwrap()["error"]["code"], -32700);
    let (_, refused) = client.ask(1, "tools/list", json!({})).await;
    assert_eq!(refused["error"]["code"], -32602, "no handshake and no _meta: {refused}");
    client.send(json!({ "jsonrpc": "2.0", "method": "notifications/cancelled", "params": { "requestId": 1 } })).await;
    let (_, looked) = client.ask(2, "server/discover", json!({ "_meta": meta(json!({})) })).await;
    assert!(looked["result"]["supportedVersions"].is_array());
    client.send(json!({ "jsonrpc": "2.0", "method": "notifications/initialized" })).await;
    let (_, listed) = client.ask(3, "tools/list", json!({ "_meta": meta(json!({})) })).await;
    assert!(listed["result"]["tools"].is_array(), "{listed}");
    client.close().await.unwrap();
}

#[tokio::test]
async fn a_call_that_panics_is_answered_and_the_next_one_is_served() {
    let mut client = small();
    client.initialize(json!({})).await;
    let (_, failed) = client.ask(1, "tools/call", json!({ "name": "panic" })).await;
    assert_eq!(failed["error"]["code"], -32603, "{failed}");
    assert!(failed["error"]["message"].as_str().unwrap().contains("(Request req_"), "{failed}");
    let (_, answer) = client.ask(2, "ping", json!({})).await;
    assert_eq!(answer["result"], json!({}));
}

#[tokio::test]
async fn whoever_starts_the_process_is_the_owner() {
    let house = House::new();
    let mut client = Client::to_product(&house.services);
    client.initialize(json!({})).await;
    let (_, made) = client.ask(1, "tools/call", call(complete_arguments("own", json!({})))).await;
    assert_eq!(made["result"]["structuredContent"]["applied"], true, "{made}");
    let (_, list) = client.ask(2, "resources/read", json!({ "uri": "smart-begin://projects" })).await;
    let text = list["result"]["contents"][0]["text"].as_str().unwrap();
    let projects: Value = serde_json::from_str(text).unwrap();
    assert_eq!(projects["projects"][0]["owner"], "owner");
}

#[tokio::test]
async fn calls_under_way_are_answered_after_the_client_closed_its_end() {
    let house = House::new();
    let mut client = Client::to_product(&house.services);
    client.initialize(json!({})).await;
    let params = call(complete_arguments("last", json!({})));
    client.send(json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params })).await;
    client.end_input().await;
    let answer = client.next().await.unwrap();
    assert_eq!(answer["result"]["structuredContent"]["applied"], true, "{answer}");
    assert!(house.project("last").join("README.md").is_file());
}
