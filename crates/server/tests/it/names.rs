//! Names and paths that lead elsewhere: hosts that are not ours, targets that are no paths, paths that climb, and line
//! ends where there must be none.

use serde_json::json;
use server::{Config, Limits, Rate};

use crate::edge::{Edge, exchange};
use crate::http_client::*;

async fn start() -> Edge {
    let unbounded = Rate { per_minute: 0, burst: 0 };
    let limits = Limits { per_address: unbounded, per_caller: unbounded, ..Limits::default() };
    Edge::start(Config { limits, ..Config::default() }).await
}

#[tokio::test]
async fn only_hosts_that_are_served_are_answered() {
    let edge = start().await;
    for (target, hosts, status) in [
        ("/healthz", "host: localhost", 200),
        ("/healthz", "host: begin.example", 200),
        ("/healthz", "host: begin.example:443", 200),
        ("http://localhost/healthz", "host: localhost", 200),
        ("/healthz", "host: evil.example", 403),
        ("/healthz", "host: localhost.evil.example", 403),
        ("/healthz", "host: 127.0.0.1.nip.io", 403),
        ("/healthz", "host: localhost@evil.example", 403),
        ("/healthz", "host: evil.example#localhost", 403),
        ("/healthz", "host: localhost evil.example", 403),
        ("/healthz", "host: localhost, evil.example", 403),
        ("/healthz", "host: ", 403),
        ("/healthz", "host: 2130706433", 403),
        ("/healthz", "host: 0.0.0.0", 403),
        ("/healthz", "host: localhost\nhost: evil.example", 400),
        ("/healthz", "host: localhost\nhost: localhost", 400),
        ("/healthz", "x: y", 400),
        ("http://evil.example/healthz", "host: localhost", 403),
        ("http://localhost/healthz", "host: evil.example", 403),
        ("/healthz", "host: evil.example\nx-forwarded-host: localhost\nforwarded: host=localhost", 403),
    ] {
        let answer = raw(edge.main, &format!("GET {target} HTTP/1.1\n{hosts}"), b"").await;
        assert_eq!(answer.status, status, "{target} {hosts}: {}", answer.text());
    }
    let old = raw(edge.main, "GET /healthz HTTP/1.0", b"").await;
    assert_eq!(old.status, 400, "HTTP/1.0 without a Host");
    assert!(edge.counted("http_server_requests_refused_total{reason=\"host\"}") >= 14);
}

#[tokio::test]
async fn a_page_of_another_origin_is_refused_whatever_it_asks() {
    let edge = start().await;
    let (headers, body) = modern_request("tools/list", json!({}));
    for (origin, status) in [
        ("http://localhost:3000", 200),
        ("https://begin.example", 200),
        ("http://begin.example", 403),
        ("https://evil.example", 403),
        ("https://begin.example.evil.example", 403),
        ("null", 403),
        ("", 403),
        ("http://localhost\norigin: https://evil.example", 403),
    ] {
        let answer = post(edge.main, &format!("{headers}\norigin: {origin}"), body.to_string()).await;
        assert_eq!(answer.status, status, "{origin}");
        assert_eq!(answer.header("access-control-allow-origin"), None);
    }
    assert_eq!(edge.counted("http_server_requests_refused_total{reason=\"origin\"}"), 6);
}

#[tokio::test]
async fn targets_that_are_no_paths_lead_nowhere() {
    let edge = start().await;
    for (head, statuses) in [
        ("OPTIONS * HTTP/1.1", &[404][..]),
        ("CONNECT evil.example:443 HTTP/1.1", &[400, 403, 404]),
        ("GET ftp://localhost/healthz HTTP/1.1", &[200, 400, 403]),
        ("GET //healthz HTTP/1.1", &[404]),
        ("GET /healthz/ HTTP/1.1", &[404]),
        ("GET /HEALTHZ HTTP/1.1", &[404]),
        ("GET /healthz%00 HTTP/1.1", &[404]),
        ("GET ?x HTTP/1.1", &[400, 404]),
        ("GET healthz HTTP/1.1", &[400, 403, 404]),
    ] {
        let answer = raw(edge.main, &format!("{head}\nhost: localhost"), b"").await;
        assert!(statuses.contains(&answer.status), "{head}: {answer:?}");
    }
}

#[tokio::test]
async fn no_route_climbs_out_of_its_folder() {
    let edge = start().await;
    let document = get(edge.main, "/openapi.json").await.json();
    let mut starts: Vec<String> = document["paths"].as_object().unwrap().keys().cloned().collect();
    starts.extend(["/".to_owned(), "/mcp".to_owned(), "/downloads".to_owned()]);
    let climbs = [
        "../../../../etc/passwd",
        "..%2f..%2f..%2fetc%2fpasswd",
        "%2e%2e/%2e%2e/etc/passwd",
        "..%252f..%252fetc%252fpasswd",
        "..\\..\\etc\\passwd",
        "%2fetc%2fpasswd",
        "/etc/passwd",
        "....//....//etc/passwd",
        "..;/etc/passwd",
        "%00/etc/passwd",
        "%c0%ae%c0%ae/etc/passwd",
    ];
    for start in starts {
        for climb in climbs {
            for path in [format!("{start}/{climb}"), start.replace("{token}", climb)] {
                let answer = get(edge.main, &path).await;
                let text = answer.text();
                assert!(!text.contains("root:") && answer.status != 500, "{path}: {text}");
                let is_other = path.contains("passwd");
                assert!(!is_other || (400..500).contains(&answer.status), "{path}: {}", answer.status);
            }
        }
    }
}

#[tokio::test]
async fn line_ends_in_what_is_said_back_make_no_header() {
    let edge = start().await;
    for head in [
        "GET /downloads/%0d%0aset-cookie:%20a=b HTTP/1.1\nhost: localhost",
        "GET /nothing%0d%0aset-cookie:%20a=b HTTP/1.1\nhost: localhost",
        "GET /healthz HTTP/1.1\nhost: localhost\nx-request-id: a%0d%0aset-cookie: b",
        "SET-COOKIE%0d%0a /healthz HTTP/1.1\nhost: localhost",
    ] {
        let answer = raw(edge.main, head, b"").await;
        assert_eq!(answer.header("set-cookie"), None, "{head}");
        assert!(answer.header("x-request-id").unwrap().starts_with("req_"), "the id is ours, not the client's");
    }
    for bytes in [
        &b"GET /healthz HTTP/1.1\r\nhost: localhost\r\nx: a\rset-cookie: b\r\n\r\n"[..],
        b"GET /healthz HTTP/1.1\r\nhost: localhost\r\nx: a\nset-cookie: b\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nhost: localhost\r\n folded: x\r\n\r\n",
        b"GET /\r\nset-cookie: b HTTP/1.1\r\nhost: localhost\r\n\r\n",
    ] {
        let text = String::from_utf8_lossy(&exchange(edge.main, bytes).await).into_owned();
        assert!(!text.contains("set-cookie:") && text.starts_with("HTTP/1.1 "), "{text}");
    }
}

#[tokio::test]
async fn two_lengths_smuggle_no_second_request() {
    let edge = start().await;
    let inner = "GET /smuggled HTTP/1.1\r\nhost: localhost\r\n\r\n";
    for framing in [
        "content-length: 6\r\ntransfer-encoding: chunked",
        "transfer-encoding: chunked\r\ncontent-length: 6",
        "transfer-encoding: chunked\r\ntransfer-encoding: identity",
        "transfer-encoding: xchunked",
        "transfer-encoding : chunked",
        "content-length: +6",
        "content-length: 6, 6",
        "content-length: 0x6",
    ] {
        let bytes = format!("POST /healthz HTTP/1.1\r\nhost: localhost\r\n{framing}\r\n\r\n0\r\n\r\n{inner}");
        let text = String::from_utf8_lossy(&exchange(edge.main, bytes.as_bytes()).await).into_owned();
        let first = &text[..12.min(text.len())];
        let answers = text.matches("HTTP/1.1 ").count();
        // Chunked wins over a length by the rules; whatever is unclear is refused, and the connection ends.
        assert!(answers <= 2 && (first.starts_with("HTTP/1.1 4")), "{framing}: {text}");
    }
}
