//! The gaps of the MCP library, each by the number it has in our list; the unit tests hold those that need no server
//! (1: a request without a caller; 2: the schema enforced; 12: no numeric formats).

use serde_json::{Value, json};
use server::Config;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::fixture::Fixture;
use crate::http_client::*;
use crate::running::{House, Running, data_owner};
use crate::stream_client::Client;

const SERVER_INFO: &str = "io.modelcontextprotocol/serverInfo";

#[tokio::test]
async fn gap_1_without_sign_in_only_this_machine_is_served() {
    for address in ["0.0.0.0:0", "[::]:0"] {
        let Ok(listener) = TcpListener::bind(address).await else { continue };
        let ended =
            server::serve_handler_http(Fixture::default(), listener, Config::default(), CancellationToken::new());
        assert!(matches!(ended.await, Err(server::Error::NotLoopback(_))), "{address}");
    }
    let house = House::new();
    let running = Running::product(&house).await;
    let made =
        modern(running.address, "tools/call", call(complete_arguments("mine", json!({ "delivery": "archive" })))).await;
    assert_eq!(made.json()["result"]["structuredContent"]["applied"], true, "{}", made.text());
    let list = modern(running.address, "resources/read", json!({ "uri": "smart-begin://projects" })).await.json();
    let projects: Value = serde_json::from_str(list["result"]["contents"][0]["text"].as_str().unwrap()).unwrap();
    assert_eq!(projects["projects"][0]["owner"], "local");
}

#[tokio::test]
async fn gap_2_bad_arguments_are_tool_results_that_name_the_field() {
    let house = House::new();
    let running = Running::product(&house).await;
    for (arguments, field) in [
        (json!({ "projectName": "a", "year": 1_000_000_000_000_000_i64 }), "year"),
        (json!({ "projectName": "a", "unheardOf": true }), "unheardOf"),
        (json!({}), "projectName"),
    ] {
        let result = modern(running.address, "tools/call", call(arguments)).await.json()["result"].clone();
        assert_eq!(result["isError"], true, "{result}");
        assert_eq!(result["_meta"]["smart-begin/error"]["field"], field);
        assert!(result["content"][0]["text"].as_str().unwrap().starts_with(field), "{result}");
    }
}

#[tokio::test]
async fn gap_3_every_answer_of_the_newest_revision_names_the_server() {
    let house = House::new();
    let running = Running::product(&house).await;
    let prompt = json!({ "type": "ref/prompt", "name": "start_a_project" });
    for (method, params) in [
        ("server/discover", json!({})),
        ("tools/list", json!({})),
        ("tools/call", call(json!({ "projectName": "a", "apply": false }))),
        ("tools/call", call(json!({}))),
        ("resources/list", json!({})),
        ("resources/templates/list", json!({})),
        ("resources/read", json!({ "uri": "smart-begin://blueprints" })),
        ("prompts/list", json!({})),
        ("prompts/get", json!({ "name": "start_a_project" })),
        ("completion/complete", json!({ "ref": prompt, "argument": { "name": "stack", "value": "" } })),
    ] {
        let answer = modern(running.address, method, params).await.json();
        assert_eq!(answer["result"]["_meta"][SERVER_INFO]["name"], "smart-begin", "{method}: {answer}");
    }
    let older = legacy(running.address, "tools/list", json!({})).await.json();
    assert_eq!(older["result"].get("_meta"), None, "older revisions do not know it");
}

#[tokio::test]
async fn gap_4_a_foreign_origin_or_host_is_refused_by_default() {
    let running = Running::handler(Fixture::default(), Config::default()).await;
    let (headers, body) = modern_request("tools/list", json!({}));
    let body = body.to_string();
    for origin in ["http://evil.example", "null", "https://127.0.0.1"] {
        let answer = post(running.address, &format!("{headers}\norigin: {origin}"), &body).await;
        assert_eq!((answer.status, answer.json()["error"]["code"].as_i64()), (403, Some(-32600)), "{origin}");
    }
    let answer = post(running.address, &format!("{headers}\norigin: http://localhost:3000"), &body).await;
    assert_eq!(answer.status, 200);
    let page = format!("GET /healthz HTTP/1.1\nhost: {}\norigin: http://evil.example", running.address);
    assert_eq!(raw(running.address, &page, b"").await.status, 403, "not on /mcp alone");
    let head = post_head(running.address, &headers, body.len());
    let head = head.replace(&format!("host: {}", running.address), "host: evil.example");
    assert_eq!(raw(running.address, &head, body.as_bytes()).await.status, 403);
    assert_eq!(raw(running.address, "GET /healthz HTTP/1.1\nhost: evil.example", b"").await.status, 403);
}

#[tokio::test]
async fn gap_5_no_tasks_are_offered_until_they_have_an_owner() {
    let house = House::new();
    let running = Running::product(&house).await;
    let found = modern(running.address, "server/discover", json!({})).await.json();
    assert_eq!(found["result"]["capabilities"].get("extensions"), None);
    for method in ["tasks/get", "tasks/cancel"] {
        let (headers, body) = modern_request(method, json!({ "taskId": "t" }));
        let answer = post(running.address, &format!("{headers}\nmcp-name: t"), body.to_string()).await;
        assert_eq!((answer.status, &answer.json()["error"]["code"]), (404, &json!(-32601)), "{method}");
    }
}

#[tokio::test]
async fn gap_6_what_is_no_message_gets_a_json_rpc_error_on_both_transports() {
    let deep =
        format!(r#"{{"jsonrpc":"2.0","id":1,"method":"m","params":{{"a":{}{}}}}}"#, "[".repeat(60), "]".repeat(60));
    let cases = [
        ("{nonsense", -32700),
        (r#"[{"jsonrpc":"2.0","id":1,"method":"ping"}]"#, -32600),
        (r#"{"jsonrpc":"2.0","id":null,"method":"ping"}"#, -32600),
        (r#"{"jsonrpc":"2.0","id":1}"#, -32600),
        (r#"{"jsonrpc":"2.0","id":1,"method":"ping","params":[]}"#, -32602),
        (deep.as_str(), -32600),
    ];
    let running = Running::handler(Fixture::default(), Config::default()).await;
    let mut client = Client::connect(|input, output| async move {
        server::serve_handler_streams(Fixture::default(), data_owner(), input, output, &Config::default()).await
    });
    client.initialize(json!({})).await;
    for (message, code) in cases {
        let answer = post(running.address, "", message).await;
        assert_eq!((answer.status, answer.json()["error"]["code"].as_i64()), (400, Some(code)), "{message}");
        assert_eq!(answer.header("content-type"), Some("application/json"));
        client.send_raw(format!("{message}\n").as_bytes()).await;
        let answer = client.next().await.unwrap();
        assert_eq!(answer["error"]["code"].as_i64(), Some(code), "{message}");
    }
    let (_, answer) = client.ask(9, "ping", json!({})).await;
    assert_eq!(answer["result"], json!({}), "it goes on afterwards");
}

#[tokio::test]
async fn gap_7_an_unsupported_revision_is_refused_with_the_supported_ones() {
    let running = Running::handler(Fixture::default(), Config::default()).await;
    let body = json!({ "jsonrpc": "2.0", "id": 7, "method": "tools/list" }).to_string();
    for version in ["2024-11-05", "2025-03-26", "1.0", "2099-01-01"] {
        let answer = post(running.address, &format!("mcp-protocol-version: {version}"), &body).await;
        let error = answer.json();
        assert_eq!(
            (answer.status, &error["error"]["code"], &error["id"]),
            (400, &json!(-32022), &json!(7)),
            "{version}"
        );
        assert_eq!(error["error"]["data"]["supported"], json!(["2025-06-18", "2025-11-25", "2026-07-28"]));
    }
    let (headers, body) = modern_request("tools/list", json!({}));
    let (headers, body) = (headers.replace(MODERN, "2024-11-05"), body.to_string().replace(MODERN, "2024-11-05"));
    let answer = post(running.address, &headers, body).await;
    assert_eq!((answer.status, &answer.json()["error"]["code"]), (400, &json!(-32022)));
    let info = json!({ "name": "t", "version": "1" });
    let old = json!({ "protocolVersion": "2024-11-05", "capabilities": {}, "clientInfo": info });
    let body = json!({ "jsonrpc": "2.0", "id": 1, "method": "initialize", "params": old });
    let offered = post(running.address, "", body.to_string()).await.json();
    assert_eq!(offered["result"]["protocolVersion"], LEGACY, "the handshake offers what is spoken: {offered}");
}

#[tokio::test]
async fn gap_9_a_client_that_looks_and_leaves_is_no_failure() {
    let house = House::new();
    let mut client = Client::to_product(&house.services);
    let (_, answer) = client.ask(1, "server/discover", json!({ "_meta": meta(json!({})) })).await;
    assert_eq!(answer["result"]["supportedVersions"], json!(["2025-06-18", "2025-11-25", "2026-07-28"]));
    client.close().await.unwrap();
    Client::to_product(&house.services).close().await.unwrap();
}

#[tokio::test]
async fn gap_10_a_stateless_client_of_an_older_revision_is_served_without_questions() {
    let house = House::new();
    let running = Running::product(&house).await;
    let params = call(json!({ "projectName": "unasked", "delivery": "archive" }));
    let result = legacy(running.address, "tools/call", params).await.json()["result"].clone();
    assert_eq!(result["structuredContent"]["applied"], true, "{result}");
    let assumptions = result["structuredContent"]["assumptions"].to_string();
    assert!(assumptions.contains("typescript"), "the default is told: {assumptions}");
}

#[tokio::test]
async fn gap_11_no_session_is_kept() {
    let house = House::new();
    let running = Running::product(&house).await;
    let info = json!({ "name": "t", "version": "1" });
    let params = json!({ "protocolVersion": LEGACY, "capabilities": {}, "clientInfo": info });
    let answer = legacy(running.address, "initialize", params).await;
    assert_eq!((answer.status, answer.header("mcp-session-id")), (200, None));
    for method in ["GET", "DELETE"] {
        let head =
            format!("{method} /mcp HTTP/1.1\nhost: {}\naccept: text/event-stream\nmcp-session-id: x", running.address);
        let answer = raw(running.address, &head, b"").await;
        assert_eq!((answer.status, answer.header("allow")), (405, Some("POST")), "{method}");
    }
}

#[tokio::test]
async fn gap_13_answers_say_how_long_and_for_whom_they_may_be_kept() {
    let house = House::new();
    let running = Running::product(&house).await;
    for (method, params, lives, scope) in [
        ("server/discover", json!({}), true, "public"),
        ("tools/list", json!({}), true, "private"),
        ("prompts/list", json!({}), true, "private"),
        ("resources/list", json!({}), true, "private"),
        ("resources/templates/list", json!({}), true, "private"),
        ("resources/read", json!({ "uri": "smart-begin://blueprints" }), true, "public"),
        ("resources/read", json!({ "uri": "smart-begin://projects" }), false, "private"),
    ] {
        let result = modern(running.address, method, params).await.json()["result"].clone();
        assert_eq!(result["cacheScope"], scope, "{method}");
        assert_eq!(result["ttlMs"].as_u64().unwrap() > 0, lives, "{method}");
    }
}
