//! What every HTTP answer looks like, errors included.

use serde_json::json;
use server::Config;

use crate::fixture::Fixture;
use crate::http_client::*;
use crate::running::{House, Running};

const SECURITY: [(&str, &str); 5] = [
    ("cache-control", "no-store"),
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    ("content-security-policy", "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"),
    ("referrer-policy", "no-referrer"),
];

#[tokio::test]
async fn every_answer_has_security_headers_a_request_id_and_no_inside() {
    let house = House::new();
    let product = Running::product(&house).await;
    let fixture = Running::handler(Fixture::default(), Config::default()).await;
    let at = product.address;
    let no_accept = format!("POST /mcp HTTP/1.1\nhost: {at}\ncontent-type: application/json\ncontent-length: 2");
    let text = no_accept.replace("application/json", "text/plain");
    let mismatch = post(
        at,
        "mcp-protocol-version: 2026-07-28\nmcp-method: tools/call",
        modern_request("tools/list", json!({})).1.to_string(),
    );
    let answers = [
        ("mcp", 200, modern(at, "tools/list", json!({})).await),
        ("healthz", 200, get(at, "/healthz").await),
        ("readyz", 200, get(at, "/readyz").await),
        ("nothing here", 404, get(at, "/").await),
        ("wrong method", 405, raw(at, &format!("DELETE /healthz HTTP/1.1\nhost: {at}"), b"").await),
        ("odd download", 404, get(at, "/downloads/%FF").await),
        ("no such download", 404, get(at, "/downloads/x").await),
        ("foreign host", 403, raw(at, "GET / HTTP/1.1\nhost: evil.example", b"").await),
        ("not JSON", 400, post(at, "", "nonsense").await),
        ("no Accept", 406, raw(at, &no_accept, br#"{}"#).await),
        ("not application/json", 415, raw(at, &text, b"{}").await),
        ("header mismatch", 400, mismatch.await),
        ("unknown method", 404, modern(at, "unknown/method", json!({})).await),
        ("too large", 413, post(at, "", vec![b' '; (1 << 20) + 1]).await),
        ("failure", 200, modern(fixture.address, "tools/call", json!({ "name": "panic" })).await),
    ];
    for (name, status, answer) in answers {
        // "{}" is JSON, but no message: the screen comes before the library's own check of Accept.
        let status = if name == "no Accept" { 400 } else { status };
        assert_eq!(answer.status, status, "{name}: {}", answer.text());
        for (header, value) in SECURITY {
            assert_eq!(answer.header(header), Some(value), "{name}");
        }
        assert!(answer.header("x-request-id").is_some_and(|id| id.starts_with("req_")), "{name}");
        assert_eq!(answer.header("content-type"), Some("application/json"), "{name}: {}", answer.text());
        let shown = answer.text();
        assert!(!shown.contains("panic") && !shown.contains(".rs") && !shown.contains("rmcp"), "{name}: {shown}");
    }
}

#[tokio::test]
async fn a_wrong_method_is_told_the_right_ones() {
    let house = House::new();
    let at = Running::product(&house).await.address;
    let answer = raw(at, &format!("PUT /healthz HTTP/1.1\nhost: {at}"), b"").await;
    assert_eq!((answer.status, answer.header("allow")), (405, Some("GET,HEAD")));
}

#[tokio::test]
async fn refusals_of_the_library_leave_as_json_rpc_with_the_id() {
    let house = House::new();
    let running = Running::product(&house).await;
    let at = running.address;
    let body = json!({ "jsonrpc": "2.0", "id": "abc", "method": "tools/list" }).to_string();
    let head =
        format!("POST /mcp HTTP/1.1\nhost: {at}\ncontent-type: application/json\ncontent-length: {}", body.len());
    let answer = raw(at, &head, body.as_bytes()).await;
    assert_eq!((answer.status, &answer.json()["id"]), (406, &json!("abc")));
    assert!(answer.json()["error"]["message"].as_str().unwrap().contains("Accept:"), "it says what to do");
}

#[tokio::test]
async fn requests_of_the_newest_revision_are_checked_against_its_rules() {
    let house = House::new();
    let at = Running::product(&house).await.address;
    let without_meta = json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {} }).to_string();
    let answer = post(at, "mcp-protocol-version: 2026-07-28\nmcp-method: tools/list", without_meta).await;
    assert_eq!((answer.status, &answer.json()["error"]["code"]), (400, &json!(-32602)));
    let (_, body) = modern_request("tools/call", call(json!({})));
    let wrong_name = "mcp-protocol-version: 2026-07-28\nmcp-method: tools/call\nmcp-name: other";
    let answer = post(at, wrong_name, body.to_string()).await;
    assert_eq!((answer.status, &answer.json()["error"]["code"]), (400, &json!(-32020)));
    for removed in ["ping", "logging/setLevel", "resources/subscribe", "initialize"] {
        let answer = modern(at, removed, json!({})).await;
        assert_eq!((answer.status, &answer.json()["error"]["code"]), (404, &json!(-32601)), "{removed}");
    }
}

#[tokio::test]
async fn malformed_parameters_of_a_known_method_are_not_called_an_unknown_method() {
    let house = House::new();
    let at = Running::product(&house).await.address;
    let (headers, body) = modern_request("tools/call", json!({ "name": "smart_begin", "arguments": "none" }));
    let error = post(at, &headers, body.to_string()).await.json()["error"].clone();
    assert_eq!(error["code"], -32602, "{error}");
    assert!(error["message"].as_str().unwrap().contains("arguments"), "{error}");
    let unknown = modern(at, "tools/call", json!({ "name": "frobnicate" })).await.json()["error"].clone();
    assert_eq!(unknown["code"], -32602);
    assert_eq!(
        unknown["message"],
        "There is no tool frobnicate. There are check_project, fix_vulnerabilities, smart_begin."
    );
}
