//! What happens to access is told in the audit log: who came in, who was not let in and why, who must wait.

use std::time::Duration;

use aws_lc_rs::digest::{SHA256, digest};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use serde_json::{Value, json};
use server::{ClientCertificates, Config, Grant, Lockout, Provider};

use crate::access::{member_token, token};
use crate::audit_entries::{Entry, entries, open, wait};
use crate::browser::{Browser, leads_to};
use crate::edge::{Authority, Edge, ask, connect};
use crate::http_client::*;
use crate::identity_provider::*;
use crate::running::{House, Running};

fn behind_a_proxy(config: Config) -> Config {
    Config { trusted_proxies: vec!["127.0.0.0/8".parse().unwrap()], ..config }
}

/// A request from that address, with more headers.
async fn from(running: &Running, address: &str, headers: &str) -> Answer {
    let (own, body) = modern_request("tools/list", json!({}));
    let headers = if headers.is_empty() { String::new() } else { format!("\n{headers}") };
    post(running.address, &format!("{own}\nx-forwarded-for: {address}{headers}"), body.to_string()).await
}

/// Entries of class 3002, told of the right person, from the right place.
#[track_caller]
fn assert_authentication(entry: &Entry, caller: &str, address: &str, credential: Option<&str>) {
    assert_eq!((entry.caller.as_str(), entry.address()), (caller, address), "{}", entry.body);
    assert_eq!((&entry.body["class_uid"], &entry.body["category_uid"]), (&json!(3002), &json!(3)), "{}", entry.body);
    assert_eq!(entry.body["user"]["name"], caller, "{}", entry.body);
    assert_eq!(entry.body["unmapped"]["credential"].as_str(), credential, "{}", entry.body);
    let request = entry.body["metadata"]["correlation_uid"].as_str().unwrap();
    assert!(request.starts_with("req_"), "{}", entry.body);
}

#[tokio::test]
async fn who_comes_in_with_a_token_is_told_once_and_again_from_elsewhere() {
    let (corp, house) = (IdentityProvider::start().await, House::new());
    let running = Running::product_with(&house, behind_a_proxy(corp.config())).await;
    let api = member_token(&house, "robot", "ci").value;
    for (token, caller, credential) in
        [(api.as_str(), "robot", "api-token"), (corp.token().as_str(), "corp:ada", "access-token")]
    {
        let of = |house: &House| entries(house, "sign-in").into_iter().filter(|entry| entry.caller == caller).count();
        for (address, count) in [("198.51.100.1", 1), ("198.51.100.1", 1), ("198.51.100.2", 2), ("198.51.100.1", 2)] {
            let answer = from(&running, address, &format!("authorization: Bearer {token}")).await;
            assert_eq!(answer.status, 200, "{}", answer.text());
            assert_eq!(of(&house), count, "{caller} from {address}: it is there when the answer is");
        }
        let first = entries(&house, "sign-in").into_iter().find(|entry| entry.caller == caller).unwrap();
        assert_authentication(&first, caller, "198.51.100.1", Some(credential));
        assert_eq!((&first.body["activity_id"], &first.body["status_id"]), (&json!(1), &json!(1)), "{}", first.body);
    }
    assert_eq!(entries(&house, "sign-in-refused").len(), 0);
}

#[tokio::test]
async fn who_comes_in_with_a_certificate_is_told() {
    let authority = Authority::new();
    ["one", "ada"].iter().for_each(|name| authority.issue(name, 2100));
    let mut config = IdentityProvider::start().await.config();
    config.tls = Some(authority.tls("one", ClientCertificates::Optional(authority.file())));
    let grant = |value: &str| Grant {
        claim: "common_name".to_owned(),
        value: value.to_owned(),
        roles: vec!["member".to_owned()],
        teams: Vec::new(),
    };
    config.sign_in.certificate_grants = vec![grant("ada")];
    let edge = Edge::start(config).await;
    let (_, body) = modern_request("tools/list", json!({}));
    let body = body.to_string();
    let request = format!(
        "POST /mcp HTTP/1.1\nhost: localhost\ncontent-type: application/json\naccept: application/json, text/event-stream\n\
         mcp-protocol-version: {MODERN}\nmcp-method: tools/list\ncontent-length: {}\n\n{body}",
        body.len()
    );
    let mut stream = connect(&authority.client(Some("ada")), edge.main).await.unwrap();
    assert_eq!(ask(&mut stream, &request).await.unwrap().status, 200);
    let told = entries(&edge.house, "sign-in");
    assert_eq!(told.len(), 1, "{told:#?}");
    assert_eq!(told[0].body["unmapped"]["credential"], "certificate");
    assert_eq!(told[0].address(), "127.0.0.1");
    let certificate = CertificateDer::from_pem_file(authority.path("ada.pem")).unwrap();
    assert!(!told[0].body.to_string().contains(&base64url(digest(&SHA256, &certificate))));
}

#[tokio::test]
async fn every_refused_credential_is_told_with_its_reason_and_nothing_of_itself() {
    let (corp, house) = (IdentityProvider::start().await, House::new());
    let config = behind_a_proxy(corp.config_with(|provider| provider.scopes_bound = true));
    let running = Running::product_with(&house, config).await;
    let with = |change: &dyn Fn(&mut Value)| corp.token_with(|_, claims| change(claims));
    let revoked = member_token(&house, "robot", "old");
    revoked.revoke(&house);
    let unknown = format!("sb_{}", "0".repeat(36));
    let bearer = |token: &str| format!("authorization: Bearer {token}");
    let scoped = with(&|claims| claims["scope"] = json!("openid"));
    let cases = [
        ("no credential", String::new(), "no credential", "unknown"),
        ("another scheme", "authorization: Basic Y2FuYXJ5LW5hbWU6cGFzcw".to_owned(), "no credential", "unknown"),
        ("a malformed header", "authorization: Bearer".to_owned(), "not good", "unknown"),
        ("two tokens", format!("{}\n{}", bearer("one.two.three"), bearer("two.three.four")), "wrong place", "unknown"),
        ("an unknown API token", bearer(&unknown), "not good", "unknown"),
        ("a revoked API token", bearer(&revoked.value), "not good", "unknown"),
        ("a forged access token", bearer("forged.to.ken"), "not good", "unknown"),
        ("an expired one", bearer(&with(&|claims| claims["exp"] = json!(1))), "not good", "unknown"),
        (
            "another audience",
            bearer(&with(&|claims| claims["aud"] = json!("https://x.example"))),
            "audience",
            "unknown",
        ),
        ("no role", bearer(&with(&|claims| claims["roles"] = json!([]))), "no role", "corp:ada"),
        ("no scope", bearer(&scoped), "without the scope", "corp:ada"),
    ];
    for (number, (what, headers, reason, caller)) in cases.iter().enumerate() {
        let address = format!("198.51.100.{}", number + 1);
        let answer = if *what == "no scope" {
            let (own, body) = modern_request("tools/call", call(complete_arguments("demo", json!({ "apply": false }))));
            post(running.address, &format!("{own}\nx-forwarded-for: {address}\n{headers}"), body.to_string()).await
        } else {
            from(&running, &address, headers).await
        };
        assert!([400, 401, 403].contains(&answer.status), "{what}: {}", answer.text());
        let entry = wait(&house, "sign-in-refused", what, |entry| entry.address() == address);
        assert_authentication(&entry, caller, &address, None);
        assert!(entry.reason().contains(reason), "{what}: {}", entry.body);
        assert_eq!((&entry.body["status_id"], &entry.body["severity_id"]), (&json!(2), &json!(3)), "{what}");
        for word in headers.split([' ', '\n', '.']).filter(|word| word.len() > 12 && *word != "authorization:") {
            assert!(!entry.body.to_string().contains(word), "{what}: {word} is in {}", entry.body);
        }
    }
    let misplaced = format!("/mcp?access_token={unknown}");
    let (own, body) = modern_request("tools/list", json!({}));
    let head = format!(
        "POST {misplaced} HTTP/1.1\nhost: {}\n{own}\nx-forwarded-for: 198.51.100.99\ncontent-type: application/json\naccept: application/json, text/event-stream\ncontent-length: {}",
        running.address,
        body.to_string().len()
    );
    assert_eq!(raw(running.address, &head, body.to_string().as_bytes()).await.status, 400);
    let entry = wait(&house, "sign-in-refused", "a token in the address", |entry| entry.address() == "198.51.100.99");
    assert!(entry.reason().contains("wrong place") && !entry.body.to_string().contains(&unknown), "{}", entry.body);
}

#[tokio::test]
async fn who_must_wait_is_told_once_and_then_counted() {
    let (corp, house) = (IdentityProvider::start().await, House::new());
    let mut config = behind_a_proxy(corp.config());
    config.sign_in.lockout = Lockout { attempts: 3, first: Duration::from_secs(30), longest: Duration::from_secs(60) };
    let running = Running::product_with(&house, config).await;
    for _ in 0..8 {
        from(&running, "198.51.100.66", "authorization: Bearer forged.to.ken").await;
        tokio::time::sleep(Duration::from_millis(60)).await;
    }
    let locked = wait(&house, "locked-out", "the address", |_| true);
    assert_authentication(&locked, "unknown", "198.51.100.66", None);
    assert_eq!(locked.body["severity_id"], 4, "{}", locked.body);
    let nobody = corp.token_with(|_, claims| {
        claims["sub"] = json!("bob");
        claims["roles"] = json!([]);
    });
    for round in 0..8 {
        from(&running, &format!("198.51.100.{round}"), &format!("authorization: Bearer {nobody}")).await;
        tokio::time::sleep(Duration::from_millis(60)).await;
    }
    let locked = wait(&house, "locked-out", "the principal", |entry| entry.caller == "corp:bob");
    assert_eq!(locked.body["src_endpoint"]["name"], "this machine", "no address is to blame: {}", locked.body);
    assert_eq!(entries(&house, "locked-out").len(), 2);
}

#[tokio::test]
async fn sessions_are_told_from_their_sign_in_to_their_sign_out() {
    let house = House::new();
    let mut config = Config::default();
    config.sign_in.required = true;
    let running = Running::product_with(&house, config).await;
    let mut browser = Browser::at(running.address);
    let api = member_token(&house, "robot", "laptop").value;
    leads_to(&browser.sign_in(&api, "/dashboard").await, "/dashboard");
    let told = entries(&house, "sign-in");
    assert_eq!(told.len(), 2, "the token, and the session that it opened: {told:#?}");
    assert!(told.iter().all(|entry| entry.caller == "robot" && entry.address() == "127.0.0.1"), "{told:#?}");
    let session = told[1].body["resources"][0]["uid"].as_str().unwrap().to_owned();
    assert!(session.starts_with("ses_") && told[1].body["resources"][0]["type"] == "session", "{}", told[1].body);
    let (cookie, csrf) = (browser.session().unwrap().to_owned(), browser.csrf().await);
    let mut stolen = browser.clone();
    let answer = browser.post("/dashboard/sign-out", &[("csrf", &csrf)]).await;
    leads_to(&answer, "/dashboard/sign-in?why=signed-out");
    let out = entries(&house, "sign-out");
    assert_eq!((out.len(), out[0].caller.as_str()), (1, "robot"), "{out:#?}");
    assert_eq!(out[0].body["resources"][0]["uid"], session.as_str());
    assert_authentication(&out[0], "robot", "127.0.0.1", Some("session"));
    assert_eq!(out[0].body["activity_id"], 2);
    // A cookie that is good no more, on a page and on a download.
    stolen.get("/dashboard").await;
    let refused = wait(&house, "sign-in-refused", "the cookie", |entry| entry.reason().contains("session"));
    assert_authentication(&refused, "unknown", "127.0.0.1", None);
    for entry in told.iter().chain(&out).chain([&refused]) {
        let text = entry.body.to_string();
        assert!(!text.contains(&cookie) && !text.contains(&csrf) && !text.contains(&api[3..]), "{text}");
    }
}

/// A server without a public address, which takes the provider's tokens all the same.
fn by_its_address(corp: &IdentityProvider) -> Config {
    let audience = |provider: &mut Provider| provider.audiences = vec!["https://begin.example/mcp".to_owned()];
    Config { public_url: None, ..corp.config_with(audience) }
}

#[tokio::test]
async fn an_access_token_in_the_form_of_the_dashboard_is_told_as_refused() {
    let (corp, house) = (IdentityProvider::start().await, House::new());
    let running = Running::product_with(&house, by_its_address(&corp)).await;
    let mut browser = Browser::at(running.address);
    let answer = browser.sign_in(&corp.token(), "/dashboard").await;
    assert_eq!((answer.status, browser.session()), (403, None), "{}", answer.text());
    wait(&house, "sign-in-refused", "the refusal", |entry| entry.caller == "corp:ada");
}

#[tokio::test]
async fn nobody_comes_in_whose_coming_cannot_be_written_down() {
    let (corp, house) = (IdentityProvider::start().await, House::new());
    let running = Running::product_with(&house, by_its_address(&corp)).await;
    let robot = token(&house, "robot", "ci", &["admin"]).value;
    let jam = "CREATE TRIGGER jam BEFORE INSERT ON audit_entries BEGIN SELECT raise(ABORT, 'jammed'); END";
    open(&house).execute_batch(jam).unwrap();
    for token in [robot.as_str(), corp.token().as_str()] {
        let answer = from(&running, "127.0.0.1", &format!("authorization: Bearer {token}")).await;
        assert_eq!(answer.status, 503, "{}", answer.text());
        assert!(!answer.text().contains("jammed") && !answer.text().contains("smart_begin"), "{}", answer.text());
    }
    let mut browser = Browser::at(running.address);
    let answer = browser.sign_in(&robot, "/dashboard").await;
    assert_eq!((answer.status, browser.session()), (503, None), "{}", answer.text());
    open(&house).execute_batch("DROP TRIGGER jam").unwrap();
    for token in [robot.as_str(), corp.token().as_str()] {
        let answer = from(&running, "127.0.0.1", &format!("authorization: Bearer {token}")).await;
        assert_eq!(answer.status, 200, "it is written with the next try: {}", answer.text());
    }
    assert_eq!(entries(&house, "sign-in").len(), 2);
}

#[tokio::test]
async fn refusals_that_repeat_themselves_are_one_entry_and_a_count() {
    let (corp, house) = (IdentityProvider::start().await, House::new());
    let mut config = behind_a_proxy(corp.config());
    config.sign_in.lockout.attempts = 100_000;
    config.limits.per_address.per_minute = 0;
    let running = Running::product_with(&house, config).await;
    for _ in 0..40 {
        assert_eq!(from(&running, "198.51.100.1", "authorization: Bearer forged.to.ken").await.status, 401);
    }
    wait(&house, "sign-in-refused", "the first", |entry| entry.count() == 1);
    tokio::time::sleep(Duration::from_millis(700)).await;
    assert_eq!(entries(&house, "sign-in-refused").len(), 1);
    running.stop().await.unwrap();
    let House { folder, services } = house;
    drop(services);
    let connection = rusqlite::Connection::open(folder.path().join("data/store.db")).unwrap();
    let counts =
        "SELECT sum(json_extract(body, '$.count')), count(*) FROM audit_entries WHERE action = 'sign-in-refused'";
    let (sum, rows): (i64, i64) = connection.query_row(counts, [], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
    assert_eq!((sum, rows), (40, 2), "what was folded is written at the end");
}
