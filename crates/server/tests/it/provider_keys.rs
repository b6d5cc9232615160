//! A provider that changes its keys, goes down, lies, or leads elsewhere.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::http_client::*;
use crate::identity_provider::*;
use crate::running::{House, Running};

async fn status(running: &Running, token: &str) -> u16 {
    let (headers, body) = modern_request("tools/list", json!({}));
    post(running.address, &format!("{headers}\nauthorization: Bearer {token}"), body.to_string()).await.status
}

async fn running(house: &House, corp: &IdentityProvider) -> Running {
    Running::product_with(house, corp.config()).await
}

fn with_key(corp: &IdentityProvider, id: &str, key: &Key) -> String {
    signed(&json!({ "alg": "RS256", "kid": id }).to_string(), &corp.claims().to_string(), key)
}

#[tokio::test]
async fn keys_are_changed_without_a_restart() {
    let corp = IdentityProvider::start().await;
    let house = House::new();
    let running = running(&house, &corp).await;
    assert_eq!(status(&running, &corp.token()).await, 200);
    let second = signed(&json!({ "alg": "ES256", "kid": "two" }).to_string(), &corp.claims().to_string(), &corp.second);
    assert_eq!(status(&running, &second).await, 200, "the other algorithm");
    let new = Key::rsa();
    let token = with_key(&corp, "new", &new);
    assert_eq!(status(&running, &token).await, 401, "not published yet");
    corp.publish(&[new.jwk("new"), corp.key.jwk("one")]);
    assert_eq!(status(&running, &token).await, 200);
    assert_eq!(status(&running, &corp.token()).await, 200, "the old one is still published");
    corp.publish(&[new.jwk("new")]);
    assert_eq!(status(&running, &token).await, 200);
}

#[tokio::test]
async fn names_of_keys_that_are_made_up_do_not_make_the_server_ask() {
    let corp = IdentityProvider::start().await;
    let house = House::new();
    let mut config = corp.config();
    config.sign_in.lockout.attempts = 100_000;
    let running = Running::product_with(&house, config).await;
    assert_eq!(status(&running, &corp.token()).await, 200);
    let forged: Vec<_> =
        (0..40).map(|number| corp.token_with(|header, _| header["kid"] = json!(format!("made-up-{number}")))).collect();
    for token in &forged {
        assert_eq!(status(&running, token).await, 401);
    }
    assert!(corp.asked() <= 3, "asked {} times", corp.asked());
    assert_eq!(status(&running, &corp.token()).await, 200);
}

#[tokio::test]
async fn a_provider_that_is_down_keeps_nobody_out_who_has_a_token() {
    let corp = IdentityProvider::start().await;
    let house = House::new();
    let running = running(&house, &corp).await;
    let token = corp.token();
    assert_eq!(status(&running, &token).await, 200);
    corp.stop();
    assert_eq!(status(&running, &token).await, 200);
    let unknown = corp.token_with(|header, _| header["kid"] = json!("three"));
    assert_eq!(status(&running, &unknown).await, 401);
    assert_eq!(status(&running, &token).await, 200, "what is known stays known");
}

#[tokio::test]
async fn a_server_starts_before_its_provider_and_says_so_meanwhile() {
    let corp = IdentityProvider::start().await;
    let discovery = json!({ "issuer": corp.issuer, "jwks_uri": format!("{}{JWKS}", corp.issuer) });
    corp.set(DISCOVERY, Value::Null);
    let house = House::new();
    let running = running(&house, &corp).await;
    let (headers, body) = modern_request("tools/list", json!({}));
    let headers = format!("{headers}\nauthorization: Bearer {}", corp.token());
    let answer = post(running.address, &headers, body.to_string()).await;
    assert_eq!((answer.status, answer.header("retry-after")), (503, Some("10")));
    assert!(answer.text().contains("identity provider corp"), "{}", answer.text());
    assert_eq!(get(running.address, "/healthz").await.status, 200);
    corp.set(DISCOVERY, discovery);
    assert_eq!(status(&running, &corp.token()).await, 200, "and then it goes on by itself");
}

#[tokio::test]
async fn a_slow_provider_is_asked_by_one_alone_and_not_waited_for_long() {
    let corp = IdentityProvider::start().await;
    corp.answer_slowly(Duration::from_secs(300));
    let house = House::new();
    let running = running(&house, &corp).await;
    let started = Instant::now();
    assert_eq!(status(&running, &corp.token()).await, 503);
    assert!(started.elapsed() < Duration::from_secs(60), "{:?}", started.elapsed());
}

#[tokio::test]
async fn a_document_that_lies_or_leads_elsewhere_is_not_believed() {
    let victim = tokio::net::TcpListener::bind("127.0.0.2:0").await.unwrap();
    let inner = format!("http://{}/keys", victim.local_addr().unwrap());
    for (name, issuer, jwks) in [
        ("another issuer", Some("https://evil.example"), None),
        ("a slash more", Some("/"), None),
        ("keys on a machine within", None, Some(inner.as_str())),
        ("keys at a metadata service", None, Some("http://169.254.169.254/latest/meta-data/iam")),
        ("keys in a file", None, Some("file:///etc/passwd")),
        ("keys without TLS", None, Some("http://keys.example/jwks")),
    ] {
        let corp = IdentityProvider::start().await;
        let house = House::new();
        let mut config = corp.config();
        config.sign_in.private_networks = vec!["127.0.0.1/32".parse().unwrap()];
        let said = match issuer {
            Some("/") => format!("{}/", corp.issuer),
            Some(other) => other.to_owned(),
            None => corp.issuer.clone(),
        };
        let jwks = jwks.map_or_else(|| format!("{}{JWKS}", corp.issuer), str::to_owned);
        corp.set(DISCOVERY, json!({ "issuer": said, "jwks_uri": jwks }));
        let running = Running::product_with(&house, config).await;
        assert_eq!(status(&running, &corp.token()).await, 503, "{name}");
        assert_eq!(corp.asked(), 0, "{name}");
    }
    let reached = tokio::time::timeout(Duration::from_millis(100), victim.accept()).await;
    assert!(reached.is_err(), "nobody was connected to");
}

#[tokio::test]
async fn an_issuer_in_a_private_network_is_out_of_reach_unless_it_is_allowed() {
    let corp = IdentityProvider::start().await;
    let house = House::new();
    let mut config = corp.config();
    config.sign_in.private_networks.clear();
    let running = Running::product_with(&house, config).await;
    assert_eq!(status(&running, &corp.token()).await, 503);
    assert_eq!(corp.asked(), 0);
}

#[tokio::test]
async fn keys_that_are_not_for_signatures_check_none() {
    let corp = IdentityProvider::start().await;
    let mut for_encryption = corp.key.jwk("one");
    for_encryption["use"] = json!("enc");
    corp.publish(&[for_encryption, corp.second.jwk("two")]);
    let house = House::new();
    let running = running(&house, &corp).await;
    assert_eq!(status(&running, &corp.token()).await, 401);
}
