//! The listeners beside the main one, and which addresses the main one may have.

use server::{Config, Error, SignIn};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::edge::Edge;
use crate::http_client::{get, raw};
use crate::running::House;

#[tokio::test]
async fn plaintext_is_redirected_to_the_public_address_and_to_no_other() {
    let edge = Edge::start(Config::default()).await;
    for (target, host, location) in [
        ("/a/b?c=d", "begin.example", "https://begin.example/a/b?c=d"),
        ("/", "evil.example", "https://begin.example/"),
        ("//evil.example/x", "begin.example", "https://begin.example//evil.example/x"),
        ("/\\evil.example", "begin.example", "https://begin.example/\\evil.example"),
        ("/@evil.example", "begin.example", "https://begin.example/@evil.example"),
        ("http://evil.example/x", "begin.example", "https://begin.example/x"),
        ("http://evil.example@begin.example/", "begin.example", "https://begin.example/"),
        ("/%0d%0aset-cookie:a=b", "begin.example", "https://begin.example/%0d%0aset-cookie:a=b"),
    ] {
        for method in ["GET", "HEAD"] {
            let answer = raw(edge.redirect, &format!("{method} {target} HTTP/1.1\nhost: {host}"), b"").await;
            let found = (answer.status, answer.header("location"));
            // What is no target of HTTP is refused before.
            assert!(found == (308, Some(location)) || found == (400, None), "{target} of {host}: {found:?}");
            assert_eq!(answer.header("set-cookie"), None);
            assert_eq!(answer.header("x-frame-options"), Some("DENY"));
        }
    }
    let plain = raw(edge.redirect, "GET /a HTTP/1.1\nhost: evil.example", b"").await;
    assert_eq!(plain.header("location"), Some("https://begin.example/a"));
}

#[tokio::test]
async fn everything_else_over_plaintext_is_refused() {
    let edge = Edge::start(Config::default()).await;
    for method in ["POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE"] {
        let head = format!("{method} /mcp HTTP/1.1\nhost: x\nauthorization: Bearer secret\ncontent-length: 0");
        let answer = raw(edge.redirect, &head, b"").await;
        assert_eq!((answer.status, answer.header("location")), (403, None), "{method}");
        assert!(answer.text().contains("have the credential revoked"), "{}", answer.text());
    }
    let star = raw(edge.redirect, "OPTIONS * HTTP/1.1\nhost: x", b"").await;
    assert_eq!(star.status, 403);
    let long = raw(edge.redirect, &format!("GET /{} HTTP/1.1\nhost: x", "a".repeat(5_000)), b"").await;
    assert_eq!(long.status, 414, "the limits hold there too");
}

#[tokio::test]
async fn who_operates_the_server_sees_health_and_metrics_and_nothing_else() {
    let edge = Edge::start(Config::default()).await;
    assert_eq!(get(edge.main, "/healthz").await.status, 200);
    assert_eq!(get(edge.main, "/metrics").await.status, 404, "not where everybody is");
    assert_eq!(get(edge.operations, "/healthz").await.status, 200);
    assert_eq!(get(edge.operations, "/readyz").await.status, 200);
    assert_eq!(get(edge.operations, "/mcp").await.status, 404);
    let metrics = get(edge.operations, "/metrics").await;
    assert_eq!(metrics.header("content-type"), Some("application/openmetrics-text; version=1.0.0; charset=utf-8"));
    let text = metrics.text();
    for line in [
        "http_server_requests_total{route=\"/healthz\",method=\"GET\",status=\"2xx\"} 2",
        "http_server_requests_total{route=\"(none)\",method=\"GET\",status=\"4xx\"} 2",
        "build_info{version=\"test\"} 1",
    ] {
        assert!(text.lines().any(|found| found == line), "{line} is not in\n{text}");
    }
    assert!(text.contains("http_server_request_duration_seconds_bucket"));
    let rebound = raw(edge.operations, "GET /metrics HTTP/1.1\nhost: rebound.evil.example", b"").await;
    assert_eq!(rebound.status, 403, "a web page's name is not taken for an address");
}

#[tokio::test]
async fn no_text_of_a_client_becomes_a_label() {
    let edge = Edge::start(Config::default()).await;
    for index in 0..50 {
        let head = format!("MADEUP{index} /path-{index} HTTP/1.1\nhost: 127.0.0.1\nx-forwarded-for: 1.2.3.{index}");
        raw(edge.main, &head, b"").await;
        get(edge.main, &format!("/downloads/secret-{index}")).await;
    }
    let text = edge.metrics.to_open_metrics();
    assert!(!text.contains("MADEUP") && !text.contains("path-") && !text.contains("secret"), "{text}");
    assert_eq!(edge.counted("http_server_requests_total{route=\"(none)\",method=\"(other)\",status=\"4xx\"}"), 50);
    let downloads = "http_server_requests_total{route=\"/downloads/{token}\",method=\"GET\",status=\"4xx\"}";
    assert_eq!(edge.counted(downloads), 50);
}

#[tokio::test]
async fn other_machines_reach_it_only_where_they_must_sign_in() {
    for (required, served) in [(false, false), (true, true)] {
        let house = House::new();
        let config = Config { sign_in: SignIn { required, ..SignIn::default() }, ..Config::default() };
        let listener = TcpListener::bind("0.0.0.0:0").await.unwrap();
        let stop = CancellationToken::new();
        stop.cancel();
        let outcome = server::serve_http(house.services, listener, config, stop).await;
        assert_eq!(outcome.is_ok(), served);
        if let Err(error) = outcome {
            assert!(
                matches!(error, Error::NotLoopback(_)) && error.to_string().contains("sign_in.required"),
                "{error}"
            );
        }
    }
}

#[tokio::test]
async fn a_listener_for_plaintext_must_know_where_to_send_people() {
    let house = House::new();
    let metrics = std::sync::Arc::new(observe::Metrics::new("test"));
    let config = Config { public_url: Some("http://begin.example".to_owned()), ..Config::default() };
    let server = server::Server::new(house.services, config, metrics).unwrap();
    let (main, redirect) =
        (TcpListener::bind("127.0.0.1:0").await.unwrap(), TcpListener::bind("127.0.0.1:0").await.unwrap());
    let listeners = server::Listeners { main, redirect: Some(redirect), operations: None };
    let error = server.serve(listeners, CancellationToken::new()).await.unwrap_err();
    assert!(error.to_string().contains("server.public_url"), "{error}");
}

#[tokio::test]
async fn the_operations_listener_stays_until_the_end() {
    let edge = Edge::start(Config::default()).await;
    edge.shutdown.cancel();
    let ended = tokio::time::timeout(std::time::Duration::from_secs(10), edge.task).await;
    ended.expect("it ends").unwrap().unwrap();
    assert!(tokio::net::TcpStream::connect(edge.operations).await.is_err());
}
