//! Who asks too often waits, and nobody else does.

use ipnet::IpNet;
use serde_json::json;
use server::{Config, Limits, Rate};

use crate::edge::Edge;
use crate::http_client::*;

const TIGHT: Rate = Rate { per_minute: 6, burst: 5 };
const NONE: Rate = Rate { per_minute: 0, burst: 0 };

fn behind_a_proxy(per_address: Rate, per_caller: Rate) -> Config {
    let proxy: IpNet = "127.0.0.1/32".parse().unwrap();
    let limits = Limits { per_address, per_caller, ..Limits::default() };
    Config { limits, trusted_proxies: vec![proxy], ..Config::default() }
}

async fn health_for(edge: &Edge, client: &str) -> Answer {
    let head = format!("GET /healthz HTTP/1.1\nhost: {}\nx-forwarded-for: {client}", edge.main);
    raw(edge.main, &head, b"").await
}

#[tokio::test]
async fn an_address_that_asks_too_often_waits_and_another_does_not() {
    let edge = Edge::start(behind_a_proxy(TIGHT, NONE)).await;
    for _ in 0..5 {
        assert_eq!(health_for(&edge, "198.51.100.1").await.status, 200);
    }
    let refused = health_for(&edge, "198.51.100.1").await;
    assert_eq!(refused.status, 429);
    let wait: u64 = refused.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=10).contains(&wait), "{wait}");
    assert!(refused.json()["error"]["hint"].as_str().unwrap().contains(&format!("Wait {wait} s")));
    assert_eq!(health_for(&edge, "198.51.100.2").await.status, 200);
    assert_eq!(
        health_for(&edge, "9.9.9.9, 198.51.100.1").await.status,
        429,
        "what it claims of itself is not believed"
    );
    assert_eq!(edge.counted("http_server_requests_refused_total{reason=\"address_rate\"}"), 2);
}

#[tokio::test]
async fn the_listener_for_plaintext_counts_with_the_main_one() {
    let edge = Edge::start(behind_a_proxy(TIGHT, NONE)).await;
    for _ in 0..5 {
        assert_eq!(get(edge.redirect, "/").await.status, 308);
    }
    assert_eq!(get(edge.redirect, "/").await.status, 429);
    assert_eq!(get(edge.main, "/healthz").await.status, 429);
    assert_eq!(get(edge.operations, "/metrics").await.status, 200);
}

#[tokio::test]
async fn a_network_of_ipv6_counts_as_one_address() {
    let edge = Edge::start(behind_a_proxy(TIGHT, NONE)).await;
    for last in 0..5 {
        assert_eq!(health_for(&edge, &format!("2001:db8:1:2::{last}")).await.status, 200);
    }
    assert_eq!(health_for(&edge, "2001:db8:1:2:ffff::1").await.status, 429);
    assert_eq!(health_for(&edge, "2001:db8:1:3::1").await.status, 200);
}

#[tokio::test]
async fn whoever_is_no_trusted_proxy_speaks_for_itself_alone() {
    let limits = Limits { per_address: TIGHT, ..Limits::default() };
    let edge = Edge::start(Config { limits, ..Config::default() }).await;
    for last in 0..5 {
        assert_eq!(health_for(&edge, &format!("198.51.100.{last}")).await.status, 200);
    }
    assert_eq!(health_for(&edge, "198.51.100.9").await.status, 429);
}

#[tokio::test]
async fn a_caller_who_asks_too_often_waits_wherever_it_asks_from() {
    let edge = Edge::start(behind_a_proxy(NONE, TIGHT)).await;
    let ask = async |client: &str| {
        let (headers, body) = modern_request("tools/list", json!({}));
        post(edge.main, &format!("{headers}\nx-forwarded-for: {client}"), body.to_string()).await
    };
    for last in 0..5 {
        assert_eq!(ask(&format!("127.0.0.{last}")).await.status, 200);
    }
    let refused = ask("127.0.0.9").await;
    assert_eq!((refused.status, &refused.json()["error"]["code"]), (429, &json!(-32600)));
    assert!(refused.header("retry-after").is_some());
    assert_eq!(get(edge.main, "/healthz").await.status, 200, "what needs no caller has none to count");
    assert_eq!(edge.counted("http_server_requests_refused_total{reason=\"caller_rate\"}"), 1);
}

#[tokio::test]
async fn a_reload_changes_rates_hosts_origins_proxies_and_sizes() {
    let edge = Edge::start(behind_a_proxy(TIGHT, NONE)).await;
    for _ in 0..5 {
        health_for(&edge, "198.51.100.1").await;
    }
    assert_eq!(health_for(&edge, "198.51.100.1").await.status, 429);
    edge.reload.apply(&behind_a_proxy(TIGHT, NONE)).unwrap();
    assert_eq!(health_for(&edge, "198.51.100.1").await.status, 429, "the same rate remembers what was used");
    let mut changed = behind_a_proxy(NONE, NONE);
    changed.allowed_hosts = vec!["other.example".to_owned()];
    changed.allowed_origins = vec!["https://pages.example".to_owned()];
    changed.limits.url_bytes = 20;
    edge.reload.apply(&changed).unwrap();
    assert_eq!(health_for(&edge, "198.51.100.1").await.status, 403, "this Host is not served any more");
    let ask = async |path: &str, origin: &str| {
        let head = format!("GET {path} HTTP/1.1\nhost: other.example\norigin: {origin}");
        raw(edge.main, &head, b"").await.status
    };
    assert_eq!(ask("/healthz", "https://pages.example").await, 200);
    assert_eq!(ask("/healthz", "http://localhost").await, 403);
    assert_eq!(ask("/healthz?long-enough=1", "https://pages.example").await, 414);
}

#[tokio::test]
async fn one_address_holds_so_many_connections_and_no_more() {
    let limits = Limits { connections_per_address: 3, ..Limits::default() };
    let edge = Edge::start(Config { limits: limits.clone(), ..Config::default() }).await;
    let held: Vec<_> = [(); 3].map(|()| tokio::net::TcpStream::connect(edge.main)).into_iter().collect();
    let mut open = Vec::new();
    for stream in held {
        open.push(stream.await.unwrap());
    }
    while edge.counted("http_server_connections") < 3 {
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    let refused = crate::edge::exchange(edge.main, b"GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n").await;
    assert!(refused.is_empty(), "{}", String::from_utf8_lossy(&refused));
    assert_eq!(edge.counted("http_server_connections_refused_total{reason=\"address\"}"), 1);
    let other = tokio::net::TcpSocket::new_v4().unwrap();
    other.bind("127.0.0.2:0".parse().unwrap()).unwrap();
    let mut other = other.connect(edge.main).await.unwrap();
    let answer = crate::edge::ask(&mut other, "GET /healthz HTTP/1.1\nhost: localhost\n\n").await.unwrap();
    assert_eq!(answer.status, 200);
    let proxied = Config { limits, trusted_proxies: vec!["127.0.0.1/32".parse().unwrap()], ..Config::default() };
    let edge = Edge::start(proxied).await;
    let mut many = Vec::new();
    for _ in 0..9 {
        many.push(tokio::net::TcpStream::connect(edge.main).await.unwrap());
    }
    assert_eq!(get(edge.main, "/healthz").await.status, 200, "a trusted proxy's connections are everybody's");
}
