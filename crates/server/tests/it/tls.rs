//! TLS on the listener: which versions, whose certificate, and what a reload does to those who are connected.

use std::time::Duration;

use server::{ClientCertificates, Config, Grant, Limits, SignIn};
use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;

use crate::edge::{Authority, Edge, ask, connect, set_mode, shown};
use crate::http_client::{self, MODERN, modern_request};

const HEALTH: &str = "GET /healthz HTTP/1.1\nhost: localhost\n\n";

async fn with(authority: &Authority, clients: ClientCertificates) -> Edge {
    Edge::start(Config { tls: Some(authority.tls("one", clients)), ..Config::default() }).await
}

#[tokio::test]
async fn https_is_served_and_only_there_browsers_are_told_to_stay() {
    let authority = Authority::new();
    authority.issue("one", 2100);
    let edge = with(&authority, ClientCertificates::Off).await;
    let mut stream = connect(&authority.client(None), edge.main).await.unwrap();
    let answer = ask(&mut stream, HEALTH).await.unwrap();
    assert_eq!(
        (answer.status, answer.header("strict-transport-security")),
        (200, Some("max-age=31536000; includeSubDomains"))
    );
    let missing = ask(&mut stream, "GET /nothing HTTP/1.1\nhost: localhost\n\n").await.unwrap();
    assert_eq!(
        (missing.status, missing.header("strict-transport-security")),
        (404, Some("max-age=31536000; includeSubDomains"))
    );
    for plain in [edge.redirect, edge.operations] {
        let answer = http_client::get(plain, "/healthz").await;
        assert_eq!(answer.header("strict-transport-security"), None);
    }
    assert_eq!(edge.counted("tls_certificate_not_after_seconds"), 4_102_444_800);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tls_1_1_is_refused_and_1_2_and_1_3_are_spoken() {
    let authority = Authority::new();
    authority.issue("one", 2100);
    let edge = with(&authority, ClientCertificates::Off).await;
    for (version, spoken) in [("-tls1", false), ("-tls1_1", false), ("-tls1_2", true), ("-tls1_3", true)] {
        let at = edge.main.to_string();
        let arguments = ["s_client", "-connect", &at, version, "-cipher", "ALL:@SECLEVEL=0"];
        let run = testkit::Run::new("openssl").args(arguments).stdin("").within(Duration::from_secs(20));
        let outcome = tokio::task::spawn_blocking(move || run.run()).await.unwrap();
        assert_eq!(outcome.ok(), spoken, "{version}: {outcome:?}");
    }
    assert!(edge.counted("http_server_connections_refused_total{reason=\"handshake_failed\"}") >= 2);
}

#[tokio::test]
async fn a_reload_replaces_the_certificate_under_open_connections() {
    let authority = Authority::new();
    authority.issue("one", 2100);
    let edge = with(&authority, ClientCertificates::Off).await;
    let client = authority.client(None);
    let mut before = connect(&client, edge.main).await.unwrap();
    assert_eq!(ask(&mut before, HEALTH).await.unwrap().status, 200);
    authority.issue("two", 2101);
    let changed = Config { tls: Some(authority.tls("two", ClientCertificates::Off)), ..Config::default() };
    edge.reload.apply(&changed).unwrap();
    assert_eq!(ask(&mut before, HEALTH).await.unwrap().status, 200, "the connection of before goes on");
    let after = connect(&client, edge.main).await.unwrap();
    assert_eq!((shown(&before), shown(&after)), ("one".to_owned(), "two".to_owned()));
    assert_eq!(edge.counted("tls_certificate_not_after_seconds"), 4_133_980_800);
    assert_eq!(edge.counted("tls_certificate_reloads_total{outcome=\"ok\"}"), 1);
}

#[tokio::test]
async fn a_bad_new_certificate_keeps_the_old_one() {
    let authority = Authority::new();
    for (name, year) in [("one", 2100), ("other", 2100), ("ended", 2001)] {
        authority.issue(name, year);
    }
    let edge = with(&authority, ClientCertificates::Off).await;
    std::fs::write(authority.path("empty.pem"), "").unwrap();
    authority.put_key("empty.key", "");
    std::fs::copy(authority.path("other.pem"), authority.path("mixed.pem")).unwrap();
    std::fs::copy(authority.path("one.key"), authority.path("mixed.key")).unwrap();
    std::fs::copy(authority.path("other.pem"), authority.path("open.pem")).unwrap();
    std::fs::copy(authority.path("other.key"), authority.path("open.key")).unwrap();
    set_mode(&authority.path("open.key"), 0o604);
    let mut failed = 0;
    for (name, why) in [
        ("absent", "cannot be read"),
        ("empty", "no certificate"),
        ("mixed", "was not made for the key"),
        ("open", "can be read by everybody"),
        ("ended", "not valid today"),
    ] {
        let changed = Config { tls: Some(authority.tls(name, ClientCertificates::Off)), ..Config::default() };
        let fault = edge.reload.apply(&changed).unwrap_err().to_string();
        assert!(fault.contains(why), "{name}: {fault}");
        failed += 1;
        let stream = connect(&authority.client(None), edge.main).await.unwrap();
        assert_eq!(shown(&stream), "one", "{name}");
        assert_eq!(edge.counted("tls_certificate_reloads_total{outcome=\"failed\"}"), failed);
    }
    assert!(edge.reload.apply(&Config::default()).unwrap_err().to_string().contains("Restart"));
    let roots = ClientCertificates::Required(authority.path("empty.pem"));
    let changed = Config { tls: Some(authority.tls("other", roots)), ..Config::default() };
    assert!(edge.reload.apply(&changed).is_err(), "authorities that are none");
}

#[tokio::test]
async fn client_certificates_are_asked_for_as_configured() {
    let (authority, stranger) = (Authority::new(), Authority::new());
    for name in ["one", "ada"] {
        authority.issue(name, 2100);
        stranger.issue(name, 2100);
    }
    let asks = |clients| with(&authority, clients);
    let (shows, nothing) = (authority.client(Some("ada")), authority.client(None));
    let edge = asks(ClientCertificates::Required(authority.file())).await;
    let mut stream = connect(&shows, edge.main).await.unwrap();
    assert_eq!(ask(&mut stream, HEALTH).await.unwrap().status, 200);
    // With TLS 1.3 a client learns of the refusal with its first read.
    for refused in [&nothing, &with_other_certificate(&authority, &stranger)] {
        let outcome = match connect(refused, edge.main).await {
            Ok(mut stream) => ask(&mut stream, HEALTH).await.map(|answer| answer.status),
            Err(error) => Err(error),
        };
        assert!(outcome.is_err(), "{outcome:?}");
    }
    let edge = asks(ClientCertificates::Optional(authority.file())).await;
    for client in [&shows, &nothing] {
        let mut stream = connect(client, edge.main).await.unwrap();
        assert_eq!(ask(&mut stream, HEALTH).await.unwrap().status, 200);
    }
}

/// Trusts `authority`, but shows a certificate of `stranger`.
fn with_other_certificate(authority: &Authority, stranger: &Authority) -> tokio_rustls::TlsConnector {
    std::fs::copy(stranger.path("ada.pem"), authority.path("eve.pem")).unwrap();
    std::fs::copy(stranger.path("ada.key"), authority.path("eve.key")).unwrap();
    authority.client(Some("eve"))
}

#[tokio::test]
async fn the_certificate_of_the_connection_signs_in() {
    let authority = Authority::new();
    for name in ["one", "ada"] {
        authority.issue(name, 2100);
    }
    let grant = Grant {
        claim: "common_name".to_owned(),
        value: "ada".to_owned(),
        roles: vec!["member".to_owned()],
        teams: Vec::new(),
    };
    let sign_in = SignIn { required: true, certificate_grants: vec![grant], ..SignIn::default() };
    let tls = Some(authority.tls("one", ClientCertificates::Optional(authority.file())));
    let edge = Edge::start(Config { tls, sign_in, ..Config::default() }).await;
    let (_, body) = modern_request("tools/list", serde_json::json!({}));
    let body = body.to_string();
    let request = format!(
        "POST /mcp HTTP/1.1\nhost: localhost\ncontent-type: application/json\naccept: application/json, text/event-stream\n\
         mcp-protocol-version: {MODERN}\nmcp-method: tools/list\ncontent-length: {}\n\n{body}",
        body.len()
    );
    for (name, status) in [(Some("ada"), 200), (Some("one"), 401), (None, 401)] {
        let mut stream = connect(&authority.client(name), edge.main).await.unwrap();
        assert_eq!(ask(&mut stream, &request).await.unwrap().status, status, "{name:?}");
    }
}

#[tokio::test]
async fn a_handshake_is_not_waited_for() {
    let authority = Authority::new();
    authority.issue("one", 2100);
    let limits = Limits { handshake_timeout: Duration::from_millis(300), ..Limits::default() };
    let tls = Some(authority.tls("one", ClientCertificates::Off));
    let edge = Edge::start(Config { tls, limits, ..Config::default() }).await;
    let mut silent = TcpStream::connect(edge.main).await.unwrap();
    let mut half = TcpStream::connect(edge.main).await.unwrap();
    tokio::io::AsyncWriteExt::write_all(&mut half, &[0x16, 0x03, 0x01, 0x02, 0x00, 0x01]).await.unwrap();
    for stream in [&mut silent, &mut half] {
        let mut rest = Vec::new();
        let closed = tokio::time::timeout(Duration::from_secs(60), stream.read_to_end(&mut rest)).await;
        assert!(closed.is_ok(), "it is closed");
    }
    assert_eq!(edge.counted("http_server_connections_refused_total{reason=\"handshake_timeout\"}"), 2);
}

#[tokio::test]
async fn a_key_that_everybody_can_read_keeps_the_server_from_starting() {
    let authority = Authority::new();
    authority.issue("one", 2100);
    set_mode(&authority.path("one.key"), 0o644);
    let house = crate::running::House::new();
    let config = Config { tls: Some(authority.tls("one", ClientCertificates::Off)), ..Config::default() };
    let metrics = std::sync::Arc::new(observe::Metrics::new("test"));
    let refused = server::Server::new(house.services, config, metrics).err().unwrap();
    assert!(refused.to_string().contains("can be read by everybody"), "{refused}");
}
