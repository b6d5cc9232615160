//! Tokens of a real Keycloak, as it comes: what its realms must be told, and what happens where they were not.
#![cfg(unix)]

use std::time::Duration;

use serde_json::{Value, json};
use server::{Grant, Provider};
use testkit::Keycloak;

use crate::http_client::*;
use crate::identity_provider::{AUDIENCE, config_with};
use crate::running::{House, Running};

const REALM: &str = "begin";

fn client(id: &str, audience: Option<&str>) -> Value {
    let mapper = |audience: &str| {
        json!({ "name": "audience", "protocol": "openid-connect", "protocolMapper": "oidc-audience-mapper",
                "config": { "included.custom.audience": audience, "access.token.claim": "true" } })
    };
    json!({ "clientId": id, "secret": "only-for-tests", "serviceAccountsEnabled": true, "directAccessGrantsEnabled": true,
            "protocolMappers": audience.map(mapper).into_iter().collect::<Vec<_>>() })
}

fn user(name: &str, roles: &[&str]) -> Value {
    json!({ "username": name, "enabled": true, "email": format!("{name}@example.org"), "emailVerified": true,
            "firstName": name, "lastName": "Example", "realmRoles": roles,
            "credentials": [{ "type": "password", "value": "only-for-tests", "temporary": false }] })
}

fn realm() -> Value {
    json!({
        "realm": REALM, "enabled": true, "sslRequired": "none",
        "roles": { "realm": [{ "name": "begin-member" }] },
        "clients": [client("for-us", Some(AUDIENCE)), client("for-nobody", None)],
        "users": [user("ada", &["begin-member"]), user("bob", &[])],
    })
}

fn settings(keycloak: &Keycloak) -> Provider {
    Provider {
        name: "keycloak".to_owned(),
        issuer: format!("{}/realms/{REALM}", keycloak.base()),
        audiences: Vec::new(),
        algorithms: vec!["RS256".to_owned()],
        token_types: Vec::new(),
        leeway: Duration::from_secs(5),
        client: None,
        scopes_bound: false,
        scopes: Vec::new(),
        default_roles: Vec::new(),
        name_claim: "preferred_username".to_owned(),
        grants: vec![Grant {
            claim: "realm_access.roles".to_owned(),
            value: "begin-member".to_owned(),
            roles: vec!["member".to_owned()],
            teams: Vec::new(),
        }],
    }
}

fn tokens(keycloak: &Keycloak, client: &str, person: &str) -> Value {
    let form = format!(
        "grant_type=password&client_id={client}&client_secret=only-for-tests&username={person}&password=only-for-tests&scope=openid"
    );
    serde_json::from_str(&keycloak.tokens(REALM, &form)).unwrap()
}

/// A key of higher rank, as an administrator makes one.
fn change_keys(keycloak: &Keycloak) {
    let (user, password) = Keycloak::ADMINISTRATOR;
    let form = format!("grant_type=password&client_id=admin-cli&username={user}&password={password}");
    let admin: Value = serde_json::from_str(&keycloak.tokens("master", &form)).unwrap();
    let key = json!({ "name": "newer", "providerId": "rsa-generated", "providerType": "org.keycloak.keys.KeyProvider",
                      "config": { "priority": ["1000"] } });
    let path = format!("/admin/realms/{REALM}/components");
    let made = keycloak.post(&path, "application/json", admin["access_token"].as_str(), &key.to_string());
    assert!(made.starts_with("HTTP/1.1 201"), "{made}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tokens_of_keycloak_are_good_once_they_have_an_audience() {
    let Some(keycloak) = Keycloak::start(REALM, &realm().to_string()) else { return };
    let house = House::new();
    let running = Running::product_with(&house, config_with(vec![settings(&keycloak)])).await;
    let ask = async |token: &Value| {
        let (headers, body) = modern_request("tools/list", json!({}));
        let headers = format!("{headers}\nauthorization: Bearer {}", token.as_str().unwrap());
        post(running.address, &headers, body.to_string()).await
    };
    let ada = tokens(&keycloak, "for-us", "ada");
    let listed = ask(&ada["access_token"]).await;
    assert_eq!((listed.status, &listed.json()["result"]["tools"][0]["name"]), (200, &json!("smart_begin")));
    for other in ["id_token", "refresh_token"] {
        assert_eq!(ask(&ada[other]).await.status, 401, "{other}");
    }
    let for_nobody = ask(&tokens(&keycloak, "for-nobody", "ada")["access_token"]).await;
    let message = for_nobody.json()["error"]["message"].as_str().unwrap().to_owned();
    assert_eq!(for_nobody.status, 401);
    assert!(message.contains(AUDIENCE) && message.contains("sign_in.providers.keycloak.audiences"), "{message}");
    let bob = ask(&tokens(&keycloak, "for-us", "bob")["access_token"]).await;
    assert_eq!(bob.status, 403);
    assert!(bob.text().contains("sign_in.providers.keycloak.grants"), "{}", bob.text());
    change_keys(&keycloak);
    let newer = tokens(&keycloak, "for-us", "ada");
    let key = |tokens: &Value| tokens["access_token"].as_str().unwrap().split('.').next().unwrap().to_owned();
    assert_ne!(key(&ada), key(&newer), "another key signs now");
    assert_eq!(ask(&newer["access_token"]).await.status, 200);
    assert_eq!(ask(&ada["access_token"]).await.status, 200, "the older key is still published");
}
