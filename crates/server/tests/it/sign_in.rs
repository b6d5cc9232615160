//! Who is let in, as whom, and what is said to those who are not.

use std::time::Duration;

use app::NewToken;
use domain::{Caller, Face, RequestId};
use serde_json::{Value, json};
use server::{Config, Lockout};

use crate::http_client::*;
use crate::identity_provider::*;
use crate::running::{House, Running};

/// A request of the newest revision with a token.
async fn with_token(running: &Running, token: &str, method: &str, params: Value) -> Answer {
    let (headers, body) = modern_request(method, params);
    post(running.address, &format!("{headers}\nauthorization: Bearer {token}"), body.to_string()).await
}

async fn tools(running: &Running, token: &str) -> Answer {
    with_token(running, token, "tools/list", json!({})).await
}

fn plan() -> Value {
    call(complete_arguments("demo", json!({ "apply": false })))
}

fn names(answer: &Answer, list: &str, key: &str) -> Vec<String> {
    let listed = answer.json()["result"][list].as_array().cloned().unwrap_or_default();
    listed.iter().map(|one| one[key].as_str().unwrap().to_owned()).collect()
}

fn owner_call(
    house: &House,
    work: impl FnOnce(&app::Call<'_>) -> Result<app::CreatedToken, app::Error>,
) -> app::CreatedToken {
    let caller = Caller::data_owner(&house.services.policy.get(), Face::Cli);
    let request = RequestId::random().unwrap();
    work(&app::Call { caller: &caller, request: &request, watch: &app::Quiet }).unwrap()
}

fn new_token(house: &House, roles: &[&str]) -> (String, String) {
    let new = NewToken {
        label: "test".to_owned(),
        principal: Some("robot".to_owned()),
        roles: roles.iter().map(|role| (*role).to_owned()).collect(),
        projects: Vec::new(),
        lifetime_days: 1,
    };
    let made = owner_call(house, |call| app::create_token(&house.services, call, new));
    (secrecy::ExposeSecret::expose_secret(&made.token).to_owned(), made.summary.id)
}

/// What a member may use.
const TOOLS: [&str; 3] = ["smart_begin", "check_project", "fix_vulnerabilities"];

#[tokio::test]
async fn the_document_says_how_one_signs_in() {
    let corp = IdentityProvider::start().await;
    let house = House::new();
    let running = Running::product_with(&house, corp.config()).await;
    for path in ["/.well-known/oauth-protected-resource", "/.well-known/oauth-protected-resource/mcp"] {
        let answer = get(running.address, path).await;
        assert_eq!((answer.status, answer.header("content-type")), (200, Some("application/json")), "{path}");
        let expected = json!({
            "resource": AUDIENCE, "resource_name": "Smart Begin", "bearer_methods_supported": ["header"],
            "authorization_servers": [corp.issuer], "scopes_supported": ["openid"],
        });
        assert_eq!(answer.json(), expected);
    }
    let bound = Running::product_with(&house, corp.config_with(|provider| provider.scopes_bound = true)).await;
    let scopes = get(bound.address, "/.well-known/oauth-protected-resource").await.json()["scopes_supported"].clone();
    assert!(scopes.as_array().unwrap().contains(&json!("project:begin")), "{scopes}");
    assert!(!scopes.to_string().contains("offline_access"));
    let named = corp.config_with(|provider| provider.scopes = vec!["api://begin/.default".to_owned()]);
    let named = Running::product_with(&house, named).await;
    let document = get(named.address, "/.well-known/oauth-protected-resource").await.json();
    assert_eq!(document["scopes_supported"], json!(["api://begin/.default"]));
    let challenge = modern(named.address, "tools/list", json!({})).await;
    assert!(
        challenge.header("www-authenticate").unwrap().ends_with(r#"scope="api://begin/.default""#),
        "{challenge:?}"
    );
}

#[tokio::test]
async fn without_a_credential_there_is_a_challenge_and_health_is_open() {
    let corp = IdentityProvider::start().await;
    let house = House::new();
    let running = Running::product_with(&house, corp.config()).await;
    for (method, params) in [("tools/list", json!({})), ("server/discover", json!({})), ("tools/call", plan())] {
        let answer = modern(running.address, method, params).await;
        assert_eq!(answer.status, 401, "{method}");
        assert!(answer.header("www-authenticate").unwrap().contains("resource_metadata="), "{method}");
    }
    for body in ["", "nonsense", "[]"] {
        assert_eq!(post(running.address, "", body).await.status, 401, "nobody's message is read");
    }
    let download = get(running.address, "/downloads/abc").await;
    assert_eq!((download.status, &download.json()["error"]["kind"]), (401, &json!("unauthenticated")));
    for open in ["/healthz", "/readyz", "/.well-known/oauth-protected-resource"] {
        assert_eq!(get(running.address, open).await.status, 200, "{open}");
    }
}

#[tokio::test]
async fn claims_give_roles_and_roles_give_tools() {
    let corp = IdentityProvider::start().await;
    let house = House::new();
    let running = Running::product_with(&house, corp.config()).await;
    let with_roles = |roles: Value| corp.token_with(|_, claims| claims["roles"] = roles);
    let member = tools(&running, &corp.token()).await;
    assert_eq!(names(&member, "tools", "name"), TOOLS);
    assert_eq!(member.json()["result"]["cacheScope"], "private", "what is chosen for a caller is kept by nobody else");
    assert_eq!(
        with_token(&running, &corp.token(), "tools/call", plan()).await.json()["result"]["isError"],
        json!(false)
    );
    let viewer = with_roles(json!(["begin-viewer"]));
    assert_eq!(names(&tools(&running, &viewer).await, "tools", "name"), [""; 0], "a viewer begins nothing");
    let refused = with_token(&running, &viewer, "tools/call", plan()).await;
    assert_eq!((refused.status, &refused.json()["result"]["isError"]), (200, &json!(true)), "no scope would help");
    assert!(refused.text().contains("project:begin"), "{}", refused.text());
    let listed = with_token(&running, &viewer, "resources/list", json!({})).await;
    assert_eq!(names(&listed, "resources", "uri"), ["smart-begin://blueprints", "smart-begin://projects"]);
}

#[tokio::test]
async fn a_person_without_a_role_is_told_who_can_give_one() {
    let corp = IdentityProvider::start().await;
    let house = House::new();
    let running = Running::product_with(&house, corp.config()).await;
    for roles in [json!([]), json!(["something-else"]), json!("begin-member begin-viewer")] {
        let answer = tools(&running, &corp.token_with(|_, claims| claims["roles"] = roles)).await;
        assert_eq!((answer.status, answer.header("www-authenticate")), (403, None), "a new token would not help");
        let message = answer.json()["error"]["message"].as_str().unwrap().to_owned();
        assert!(message.contains("corp:ada") && message.contains("sign_in.providers.corp.grants"), "{message}");
    }
    let everybody = Running::product_with(
        &house,
        corp.config_with(|provider| {
            provider.default_roles = vec!["viewer".to_owned()];
        }),
    );
    let none = corp.token_with(|_, claims| claims["roles"] = json!([]));
    assert_eq!(tools(&everybody.await, &none).await.status, 200);
}

#[tokio::test]
async fn a_token_that_lacks_a_scope_is_told_all_it_needs_at_once() {
    let corp = IdentityProvider::start().await;
    let house = House::new();
    let running = Running::product_with(&house, corp.config_with(|provider| provider.scopes_bound = true)).await;
    let with_scope = |scope: &str| corp.token_with(|_, claims| claims["scope"] = json!(scope));
    let lacking = with_scope("openid blueprint:read project:read");
    let answer = with_token(&running, &lacking, "tools/call", plan()).await;
    assert_eq!((answer.status, &answer.json()["id"]), (403, &json!(1)));
    let challenge = answer.header("www-authenticate").unwrap();
    assert!(challenge.contains(r#"scope="blueprint:read project:begin project:read""#), "{challenge}");
    assert!(challenge.contains(r#"error="insufficient_scope""#), "{challenge}");
    assert_eq!(names(&tools(&running, &lacking).await, "tools", "name"), [""; 0]);
    let enough = with_scope("project:begin");
    assert_eq!(with_token(&running, &enough, "tools/call", plan()).await.json()["result"]["isError"], json!(false));
    let list = json!({ "uri": "smart-begin://projects" });
    let other = with_token(&running, &enough, "resources/read", list.clone()).await;
    assert!(other.header("www-authenticate").unwrap().contains(r#"scope="project:begin project:read""#), "{other:?}");
    // A scope gives nothing that the role does not.
    let viewer = corp.token_with(|_, claims| {
        claims["roles"] = json!(["begin-viewer"]);
        claims["scope"] = json!("project:begin project:read-all configuration:read");
    });
    let refused = with_token(&running, &viewer, "tools/call", plan()).await;
    assert_eq!((refused.status, &refused.json()["result"]["isError"]), (200, &json!(true)), "{}", refused.text());
    assert_eq!(with_token(&running, &with_scope(""), "resources/read", list).await.status, 403);
}

#[tokio::test]
async fn an_unbound_provider_takes_scopes_for_what_they_are_elsewhere() {
    let corp = IdentityProvider::start().await;
    let house = House::new();
    let running = Running::product_with(&house, corp.config()).await;
    let token = corp.token_with(|_, claims| claims["scope"] = json!("openid email"));
    assert_eq!(with_token(&running, &token, "tools/call", plan()).await.json()["result"]["isError"], json!(false));
}

#[tokio::test]
async fn an_api_token_is_good_until_it_is_revoked() {
    let corp = IdentityProvider::start().await;
    let house = House::new();
    let running = Running::product_with(&house, corp.config()).await;
    let (token, id) = new_token(&house, &["member"]);
    assert_eq!(names(&tools(&running, &token).await, "tools", "name"), TOOLS);
    let mut wrong_sum = token.clone();
    wrong_sum.replace_range(wrong_sum.len() - 1.., if token.ends_with('0') { "1" } else { "0" });
    let mut other = token.clone();
    other.replace_range(3..4, if token[3..].starts_with('a') { "b" } else { "a" });
    for forged in
        [&wrong_sum, &other, &token[..token.len() - 1].to_owned(), &format!("{token}0"), &token.to_uppercase()]
    {
        assert_eq!(tools(&running, forged).await.status, 401, "{forged}");
    }
    let caller = Caller::data_owner(&house.services.policy.get(), Face::Cli);
    let request = RequestId::random().unwrap();
    let call = app::Call { caller: &caller, request: &request, watch: &app::Quiet };
    app::revoke_token(&house.services, &call, &id).unwrap();
    let revoked = tools(&running, &token).await;
    assert_eq!(
        (revoked.status, revoked.json()),
        (401, tools(&running, "sb_x").await.json()),
        "like one that never was"
    );
}

#[tokio::test]
async fn in_development_this_machine_is_a_member_and_a_bad_credential_is_still_refused() {
    let corp = IdentityProvider::start().await;
    let mut config = corp.config();
    config.sign_in.required = false;
    let house = House::new();
    let running = Running::product_with(&house, config).await;
    assert_eq!(names(&modern(running.address, "tools/list", json!({})).await, "tools", "name"), TOOLS);
    assert_eq!(tools(&running, &corp.token()).await.status, 200);
    for bad in ["nonsense", "sb_x", &corp.token_with(|_, claims| claims["exp"] = json!(1))] {
        assert_eq!(tools(&running, bad).await.status, 401, "nobody falls back to being local");
    }
    let (headers, body) = modern_request("tools/list", json!({}));
    let basic = post(running.address, &format!("{headers}\nauthorization: Basic YTpi"), body.to_string()).await;
    assert_eq!(basic.status, 401);
}

#[tokio::test]
async fn in_development_a_client_behind_a_proxy_is_not_this_machine() {
    let config = Config { trusted_proxies: vec!["127.0.0.0/8".parse().unwrap()], ..Config::default() };
    let house = House::new();
    let running = Running::product_with(&house, config).await;
    let (headers, body) = modern_request("tools/list", json!({}));
    let from = async |address: &str| {
        post(running.address, &format!("{headers}\nx-forwarded-for: {address}"), body.to_string()).await.status
    };
    assert_eq!(from("127.0.0.1").await, 200);
    assert_eq!(from("198.51.100.7").await, 401);
}

fn quick_lockout(config: Config) -> Config {
    let lockout = Lockout { attempts: 3, first: Duration::from_secs(2), longest: Duration::from_secs(60) };
    let mut config = Config { trusted_proxies: vec!["127.0.0.0/8".parse().unwrap()], ..config };
    config.sign_in.lockout = lockout;
    config
}

/// As if through a proxy, so that a test has as many addresses as it wants.
async fn tools_from(running: &Running, address: &str, token: &str) -> Answer {
    let (headers, body) = modern_request("tools/list", json!({}));
    let headers = format!("{headers}\nauthorization: Bearer {token}\nx-forwarded-for: {address}");
    let answer = post(running.address, &headers, body.to_string()).await;
    // Failures are counted behind the answer's back.
    tokio::time::sleep(Duration::from_millis(50)).await;
    answer
}

#[tokio::test]
async fn who_fails_again_and_again_must_wait_and_locks_nobody_else_out() {
    let corp = IdentityProvider::start().await;
    let house = House::new();
    let running = Running::product_with(&house, quick_lockout(corp.config())).await;
    let (bad, good, us) = ("198.51.100.66", "198.51.100.7", corp.token());
    let (robot, _) = new_token(&house, &["member"]);
    assert_eq!(tools_from(&running, bad, &us).await.status, 200, "ada has been here before");
    for _ in 0..4 {
        assert_eq!(tools_from(&running, bad, "forged.to.ken").await.status, 401);
    }
    let locked = tools_from(&running, bad, "forged.to.ken").await;
    assert_eq!((locked.status, locked.json()["error"]["data"]["kind"].as_str()), (429, Some("locked")));
    let wait: u64 = locked.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=2).contains(&wait), "{wait}");
    assert_eq!(tools_from(&running, bad, &robot).await.status, 429, "nor is what may have been guessed taken");
    assert_eq!(tools_from(&running, bad, &us).await.status, 200, "whoever is known here goes on");
    assert_eq!(tools_from(&running, good, &robot).await.status, 200, "and so does everybody elsewhere");
    // Other processes and a restart know of it.
    let again = Running::product_with(&house, quick_lockout(corp.config())).await;
    assert_eq!(tools_from(&again, bad, &robot).await.status, 429);
    tokio::time::sleep(Duration::from_millis(2_100)).await;
    assert_eq!(tools_from(&running, bad, &robot).await.status, 200);
    assert_eq!(tools_from(&running, bad, "forged.to.ken").await.status, 401);
    let longer: u64 = tools_from(&running, bad, "forged.to.ken").await.header("retry-after").unwrap().parse().unwrap();
    assert!(longer > 2, "each failure doubles the wait: {longer}");
}

#[tokio::test]
async fn nobody_can_lock_somebody_else_out() {
    let corp = IdentityProvider::start().await;
    let house = House::new();
    let running = Running::product_with(&house, quick_lockout(corp.config())).await;
    let good = corp.token();
    let mut unsigned = good.clone();
    unsigned.truncate(good.len() - 8);
    let expired = corp.token_with(|_, claims| claims["exp"] = json!(1));
    let elsewhere = corp.token_with(|_, claims| claims["aud"] = json!("https://other.example"));
    for round in 0..8 {
        for token in [&unsigned, &expired, &elsewhere] {
            tools_from(&running, &format!("198.51.100.{round}"), token).await;
        }
    }
    assert_eq!(
        tools_from(&running, "203.0.113.1", &good).await.status,
        200,
        "claims that nobody vouches for count for nobody"
    );
    for _ in 0..8 {
        assert_eq!(tools_from(&running, "203.0.113.2", &expired).await.status, 401, "late is not forged");
    }
}

#[tokio::test]
async fn a_principal_without_a_role_that_keeps_knocking_must_wait_wherever_it_is() {
    let corp = IdentityProvider::start().await;
    let house = House::new();
    let running = Running::product_with(&house, quick_lockout(corp.config())).await;
    let nobody = corp.token_with(|_, claims| {
        claims["sub"] = json!("bob");
        claims["roles"] = json!([]);
    });
    for round in 0..4 {
        assert_eq!(tools_from(&running, &format!("198.51.100.{round}"), &nobody).await.status, 403);
    }
    assert_eq!(tools_from(&running, "198.51.100.9", &nobody).await.status, 429);
    assert_eq!(tools_from(&running, "198.51.100.9", &corp.token()).await.status, 200);
}

#[tokio::test]
async fn the_name_that_people_see_is_remembered() {
    let corp = IdentityProvider::start().await;
    let house = House::new();
    let running = Running::product_with(&house, corp.config()).await;
    assert_eq!(tools(&running, &corp.token()).await.status, 200);
    tokio::time::sleep(Duration::from_millis(200)).await;
    let caller = Caller::data_owner(&house.services.policy.get(), Face::Cli);
    let request = RequestId::random().unwrap();
    let call = app::Call { caller: &caller, request: &request, watch: &app::Quiet };
    let people = serde_json::to_string(&app::list_access(&house.services, &call, None).unwrap()).unwrap();
    assert!(people.contains("corp:ada") && people.contains("Ada"), "{people}");
}
