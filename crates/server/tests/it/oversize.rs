//! Too much of anything is refused, with an answer that says so: bytes, lines, levels, entries, and what would be many
//! bytes once it is unpacked.

use serde_json::{Value, json};
use server::{Config, Limits, Rate};

use crate::edge::{Edge, exchange};
use crate::http_client::*;

fn roomy() -> Config {
    let unbounded = Rate { per_minute: 0, burst: 0 };
    let limits = Limits { per_address: unbounded, per_caller: unbounded, ..Limits::default() };
    Config { limits, ..Config::default() }
}

#[tokio::test]
async fn every_dimension_has_its_bound_and_its_answer() {
    let edge = Edge::start(roomy()).await;
    let at = edge.main;
    let with_header = |name: &str, size| format!("GET /healthz HTTP/1.1\nhost: {at}\n{name}: {}", "x".repeat(size));
    let many: String = (0..150).map(|index| format!("x-{index}: 1\n")).collect();
    let length = |text: &str| format!("POST /mcp HTTP/1.1\nhost: {at}\ncontent-type: application/json\n{text}");
    for (name, head, statuses) in [
        ("a long path", format!("GET /{} HTTP/1.1\nhost: {at}", "a".repeat(4_100)), &[414][..]),
        ("a long query", format!("GET /?{} HTTP/1.1\nhost: {at}", "a".repeat(4_100)), &[414]),
        ("a very long path", format!("GET /{} HTTP/1.1\nhost: {at}", "a".repeat(70_000)), &[414, 431]),
        ("a long header", with_header("x-long", 17_000), &[431]),
        ("a very long header", with_header("x-long", 200_000), &[431]),
        ("a long header name", with_header(&"n".repeat(17_000), 1), &[431]),
        ("an endless header name", with_header(&"n".repeat(70_000), 1), &[431, 400]),
        ("many headers", format!("GET /healthz HTTP/1.1\nhost: {at}\n{many}"), &[431]),
        ("a large body", length("content-length: 1048577"), &[413]),
        ("a huge body", length("content-length: 18446744073709551615"), &[413, 400, 431]),
        ("a length beyond all", length("content-length: 99999999999999999999999"), &[400]),
        ("a negative length", length("content-length: -1"), &[400]),
        ("two lengths", length("content-length: 1\ncontent-length: 2"), &[400]),
        ("a long method", format!("{} / HTTP/1.1\nhost: {at}", "M".repeat(300)), &[404, 405, 400]),
    ] {
        let answer = raw(at, &head, b"").await;
        assert!(statuses.contains(&answer.status), "{name}: {answer:?}");
        assert!(answer.header("x-frame-options") == Some("DENY"), "{name}: {answer:?}");
        assert!(!answer.json()["error"]["message"].as_str().unwrap().is_empty(), "{name}");
    }
    assert!(edge.counted("http_server_requests_refused_total{reason=\"size\"}") >= 8);
}

#[tokio::test]
async fn messages_are_bounded_before_anything_is_built_of_them() {
    let edge = Edge::start(roomy()).await;
    let wrap = |value: &str| format!(r#"{{"jsonrpc":"2.0","id":1,"method":"ping","params":{{"a":{value}}}}}"#);
    let nested = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
    let list = |items: usize| format!("[{}]", vec!["1"; items].join(","));
    let object = |items: usize| {
        let members: Vec<_> = (0..items).map(|index| format!("\"{index}\":1")).collect();
        format!("{{{}}}", members.join(","))
    };
    let text = |size: usize| format!("\"{}\"", "x".repeat(size));
    for (name, within, beyond) in [
        ("levels", nested(30), nested(31)),
        ("levels upon levels", nested(30), nested(200_000)),
        ("entries of a list", list(1_000), list(1_001)),
        ("members of an object", object(1_000), object(1_001)),
        ("a text", text(65_536), text(65_537)),
        ("a name", format!("{{{}:1}}", text(65_536)), format!("{{{}:1}}", text(65_537))),
    ] {
        let good = post(edge.main, "mcp-protocol-version: 2025-11-25", wrap(&within)).await;
        assert_eq!(good.status, 200, "{name}: {}", good.text());
        let bad = post(edge.main, "mcp-protocol-version: 2025-11-25", wrap(&beyond)).await;
        let error = bad.json()["error"].clone();
        assert_eq!((bad.status, &error["code"]), (400, &json!(-32600)), "{name}");
        assert!(error["message"].as_str().unwrap().contains("`params.a"), "it says where: {error}");
    }
}

#[tokio::test]
async fn a_compressed_body_is_refused_before_it_is_read() {
    let edge = Edge::start(roomy()).await;
    // The first bytes of a gigabyte of zeros; the rest never needs to be sent.
    let bomb = [0x1f, 0x8b, 0x08, 0, 0, 0, 0, 0, 0, 3, 0xec, 0xc1, 0x01, 0x0d, 0, 0, 0, 0xc2, 0xa0, 0xf7, 0x4f, 0x6d];
    for encoding in ["gzip", "deflate", "br", "zstd", "identity, gzip", "GZIP"] {
        let answer = post(edge.main, &format!("content-encoding: {encoding}"), bomb).await;
        assert_eq!(answer.status, 415, "{encoding}");
        assert_eq!(answer.header("accept-encoding"), Some("identity"));
        assert!(answer.json()["error"]["message"].as_str().unwrap().contains("without Content-Encoding"));
    }
    let plain = post(edge.main, "content-encoding: identity", "nonsense").await;
    assert_eq!(plain.status, 400, "it is read");
    let head = post_head(edge.main, "transfer-encoding: gzip, chunked", 0).replace("content-length: 0\n", "");
    let transferred = raw(edge.main, &head, b"0\r\n\r\n").await;
    assert!([400, 415].contains(&transferred.status), "{transferred:?}");
}

#[tokio::test]
async fn what_the_http_library_refuses_has_headers_and_a_body_too() {
    let edge = Edge::start(roomy()).await;
    for bytes in [
        &b"NONSENSE\r\n\r\n"[..],
        b"GET /a b HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nno colon\r\n\r\n",
        b"GET / HTTP/1.1\r\nbad name: x\r\n\r\n",
        b"GET / HTTP/1.1\r\nx: \x01\r\n\r\n",
        b"GET / HTTP/7.3\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
        // After a good one, on the same connection.
        b"GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\nNONSENSE\r\n\r\n",
    ] {
        let all = exchange(edge.main, bytes).await;
        let text = String::from_utf8_lossy(&all);
        let refusal = text.rsplit("HTTP/1.1 ").next().unwrap();
        assert!(refusal.starts_with("400 Bad Request\r\n"), "{text}");
        for header in ["x-frame-options: DENY", "x-content-type-options: nosniff", "cache-control: no-store", "date: "]
        {
            assert!(refusal.contains(header), "{header} is not in {text}");
        }
        assert!(
            refusal.contains("x-request-id: req_") && refusal.contains("content-security-policy: default-src 'none'")
        );
        let body: Value = serde_json::from_str(refusal.split("\r\n\r\n").nth(1).unwrap()).unwrap();
        assert_eq!(body["error"]["kind"], "invalid", "{text}");
    }
}

#[tokio::test]
async fn many_requests_at_once_find_a_place_or_are_told_to_come_back() {
    let limits = Limits { concurrent_requests: 2, ..roomy().limits };
    let edge = Edge::start(Config { limits, ..Config::default() }).await;
    let at = edge.main;
    let all: Vec<_> = (0..60).map(|_| tokio::spawn(modern(at, "tools/list", json!({})))).collect();
    for answer in all {
        let answer = answer.await.unwrap();
        assert!(answer.status == 200 || (answer.status == 503 && answer.header("retry-after") == Some("1")));
    }
}
