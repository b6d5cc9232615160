//! Whatever arrives, the server answers without a fault of its own, and goes on.

use std::time::Duration;

use proptest::prelude::*;
use proptest::test_runner::{Config as Cases, TestRunner};
use server::{Config, Limits, Rate};
use tokio::runtime::Runtime;

use crate::edge::{Edge, exchange};
use crate::http_client::get;

const METHODS: &[&str] = &[
    "GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "TRACE", "CONNECT", "PATCH", "PRI", "get", "M-SEARCH", "\u{0}",
];

const PATHS: &[&str] = &[
    "/",
    "/mcp",
    "/healthz",
    "/readyz",
    "/openapi.json",
    "/downloads/",
    "/downloads/abc",
    "/downloads/%FF%00",
    "/dashboard",
    "/dashboard/sign-in",
    "/.well-known/oauth-protected-resource",
    "*",
    "//",
    "/mcp/../healthz",
    "?",
    "",
    "http://localhost/mcp",
    "/%",
    "/\u{e4}",
    "/a?b=c&d",
    "/metrics",
];

const HEADERS: &[&str] = &[
    "host: localhost",
    "host: evil.example",
    "host:",
    "content-type: application/json",
    "content-type: text/plain",
    "accept: application/json, text/event-stream",
    "accept: text/html",
    "content-length: 0",
    "content-length: 5",
    "content-length: 999",
    "content-length: x",
    "transfer-encoding: chunked",
    "transfer-encoding: gzip",
    "content-encoding: gzip",
    "connection: close",
    "connection: upgrade",
    "upgrade: websocket",
    "expect: 100-continue",
    "mcp-protocol-version: 2026-07-28",
    "mcp-protocol-version: 2025-11-25",
    "mcp-protocol-version: \u{7f}",
    "mcp-method: tools/list",
    "mcp-name: smart_begin",
    "mcp-session-id: x",
    "origin: null",
    "origin: http://localhost",
    "authorization: Bearer x",
    "authorization: Basic eDp5",
    "authorization: Bearer",
    "cookie: __Host-session=x; a=b",
    "x-forwarded-for: 1.2.3.4, [::1]:99, x",
    "range: bytes=0-1",
    "if-none-match: *",
    "sec-purpose: prefetch",
    "te: trailers",
    " folded",
    "bad name: x",
    "x: \u{0}",
    "date: x",
    "content-length: 18446744073709551615",
];

const BODIES: &[&str] = &[
    "",
    "{}",
    "[]",
    "null",
    "5\r\nhello\r\n0\r\n\r\n",
    "0\r\n\r\n",
    "ffffffffffffffff\r\n",
    "hello",
    r#"{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{}}"#,
    r#"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"x","version":"1"}}}"#,
    r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"smart_begin","arguments":{"projectName":"\u0000"}}}"#,
    r#"{"jsonrpc":"2.0","id":1,"method":"resources/read","params":{"uri":"smart-begin://projects/../x"}}"#,
    r#"{"jsonrpc":"2.0","id":1e400,"method":"ping"}"#,
    r#"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":{}}}"#,
];

fn edge(runtime: &Runtime) -> Edge {
    let unbounded = Rate { per_minute: 0, burst: 0 };
    let limits = Limits {
        head_timeout: Duration::from_millis(200),
        body_timeout: Duration::from_millis(200),
        per_address: unbounded,
        per_caller: unbounded,
        ..Limits::default()
    };
    runtime.block_on(Edge::start(Config { limits, ..Config::default() }))
}

fn cases() -> TestRunner {
    let cases = if std::env::var_os("SMART_BEGIN_LONG").is_some() { 20_000 } else { 600 };
    TestRunner::new(Cases { cases, failure_persistence: None, ..Cases::default() })
}

/// What lets a request in, and now and then something else.
fn mostly(usual: &'static str, others: &'static [&'static str]) -> impl Strategy<Value = &'static str> {
    prop_oneof![4 => Just(usual), 1 => prop::sample::select(others)]
}

/// Every answer in what came back: no fault of the server, and the headers that all answers have.
fn check(sent: &[u8], came: &[u8]) -> Result<(), TestCaseError> {
    let text = String::from_utf8_lossy(came);
    let mut rest = text.as_ref();
    while let Some(start) = rest.find("HTTP/1.1 ") {
        rest = &rest[start + 9..];
        let head = rest.split("\r\n\r\n").next().unwrap_or_default();
        if head.starts_with("100") {
            continue;
        }
        let shown = String::from_utf8_lossy(sent);
        prop_assert!(!head.starts_with('5') || head.starts_with("503"), "{shown:?} is answered with {head}");
        prop_assert!(
            head.contains("x-frame-options: DENY") && head.contains("x-request-id: req_"),
            "{shown:?}: {head}"
        );
    }
    Ok(())
}

#[test]
fn no_request_made_of_parts_breaks_the_server() {
    let runtime = Runtime::new().unwrap();
    let edge = edge(&runtime);
    let request = (
        mostly("GET", METHODS),
        prop::sample::select(PATHS),
        mostly("HTTP/1.1", &["HTTP/1.0", "HTTP/2.0", "HTTP/9", ""]),
        mostly("host: localhost", HEADERS),
        prop::collection::vec(prop::sample::select(HEADERS), 0..4),
        prop::sample::select(BODIES),
    );
    let several = prop::collection::vec(request, 1..4);
    cases()
        .run(&several, |requests| {
            let mut bytes = Vec::new();
            for (method, path, version, host, headers, body) in requests {
                let head = format!("{method} {path} {version}\r\n{host}\r\n{}\r\n\r\n{body}", headers.join("\r\n"));
                bytes.extend_from_slice(head.as_bytes());
            }
            check(&bytes, &runtime.block_on(exchange(edge.main, &bytes)))
        })
        .unwrap();
    assert_eq!(runtime.block_on(get(edge.main, "/healthz")).status, 200);
}

#[test]
fn no_bytes_break_the_server() {
    let runtime = Runtime::new().unwrap();
    let edge = edge(&runtime);
    let start =
        prop::sample::select(&["", "GET / HTTP/1.1\r\n", "POST /mcp HTTP/1.1\r\nhost: localhost\r\n", "\r\n"][..]);
    let bytes = (start, prop::collection::vec(any::<u8>(), 0..400));
    cases()
        .run(&bytes, |(start, bytes)| {
            let bytes = [start.as_bytes(), &bytes].concat();
            for at in [edge.main, edge.redirect, edge.operations] {
                check(&bytes, &runtime.block_on(exchange(at, &bytes)))?;
            }
            Ok(())
        })
        .unwrap();
    assert_eq!(runtime.block_on(get(edge.main, "/healthz")).status, 200);
}
