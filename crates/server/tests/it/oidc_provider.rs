//! Tokens of a real provider, npm `oidc-provider`, with resource indicators: issued, used, outlived and replaced.
#![cfg(unix)]

use std::time::Duration;

use serde_json::{Value, json};
use server::{Config, Grant, Provider};
use testkit::OidcProvider;

use crate::http_client::*;
use crate::identity_provider::{AUDIENCE, config_with};
use crate::running::{House, Running};

fn settings(provider: &OidcProvider) -> Provider {
    let grant = |value: &str, role: &str| Grant {
        claim: "groups".to_owned(),
        value: value.to_owned(),
        roles: vec![role.to_owned()],
        teams: Vec::new(),
    };
    Provider {
        name: "node".to_owned(),
        issuer: provider.issuer(),
        audiences: Vec::new(),
        algorithms: vec!["RS256".to_owned()],
        token_types: vec!["at+jwt".to_owned()],
        leeway: Duration::from_secs(5),
        client: None,
        scopes_bound: true,
        scopes: Vec::new(),
        default_roles: Vec::new(),
        name_claim: "preferred_username".to_owned(),
        grants: vec![grant("builders", "member"), grant("operators", "operator")],
    }
}

fn config(provider: &OidcProvider) -> Config {
    config_with(vec![settings(provider)])
}

async fn ask(running: &Running, token: &str, method: &str, params: Value) -> Answer {
    let (headers, body) = modern_request(method, params);
    post(running.address, &format!("{headers}\nauthorization: Bearer {token}"), body.to_string()).await
}

fn plan() -> Value {
    call(complete_arguments("demo", json!({ "apply": false })))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tokens_of_oidc_provider_are_good_for_what_they_say() {
    let Some(provider) = OidcProvider::start(&[]) else { return };
    let house = House::new();
    let running = Running::product_with(&house, config(&provider)).await;
    let full = provider.machine_token("builder", AUDIENCE, "project:begin project:read");
    let planned = ask(&running, &full, "tools/call", plan()).await;
    assert_eq!((planned.status, &planned.json()["result"]["isError"]), (200, &json!(false)), "{}", planned.text());
    let narrow = provider.machine_token("builder", AUDIENCE, "project:read");
    let stepped = ask(&running, &narrow, "tools/call", plan()).await;
    let challenge = stepped.header("www-authenticate").unwrap();
    assert_eq!(stepped.status, 403);
    assert!(challenge.contains(r#"error="insufficient_scope""#), "{challenge}");
    assert!(challenge.contains(r#"scope="project:begin project:read""#), "{challenge}");
    let scope = challenge.split("scope=\"").nth(1).unwrap().split('"').next().unwrap();
    let again = ask(&running, &provider.machine_token("builder", AUDIENCE, scope), "tools/call", plan()).await;
    assert_eq!(again.status, 200, "the scopes that were asked for are those that it takes");
    let nobody =
        ask(&running, &provider.machine_token("nobody", AUDIENCE, "project:read"), "tools/list", json!({})).await;
    assert_eq!(nobody.status, 403);
    assert!(nobody.text().contains("sign_in.providers.node.grants"), "{}", nobody.text());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_of_oidc_provider_for_another_server_is_told_how_to_become_one_for_us() {
    let Some(provider) = OidcProvider::start(&[]) else { return };
    let house = House::new();
    let running = Running::product_with(&house, config(&provider)).await;
    let other = provider.machine_token("builder", "https://other.example/mcp", "project:read");
    let answer = ask(&running, &other, "tools/list", json!({})).await;
    assert_eq!(answer.status, 401);
    let message = answer.json()["error"]["message"].as_str().unwrap().to_owned();
    for said in ["https://other.example/mcp", "resource=https://begin.example/mcp", "sign_in.providers.node.audiences"]
    {
        assert!(message.contains(said), "{said} is not in: {message}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn oidc_provider_may_change_its_keys_and_be_down() {
    let Some(mut provider) = OidcProvider::start(&[]) else { return };
    let house = House::new();
    let running = Running::product_with(&house, config(&provider)).await;
    let before = provider.machine_token("builder", AUDIENCE, "project:read");
    let status = async |token: &str| ask(&running, token, "tools/list", json!({})).await.status;
    assert_eq!(status(&before).await, 200);
    provider.stop();
    assert_eq!(status(&before).await, 200, "known keys go on");
    provider.resume();
    let after = provider.machine_token("builder", AUDIENCE, "project:read");
    assert_eq!(status(&after).await, 200, "new keys are taken without a restart");
    assert_eq!(status(&before).await, 401, "those that are no more are not");
}
