//! Signing in to the dashboard with an identity provider, and everything that must not get through.

use std::collections::HashMap;

use app::{Call, Quiet};
use domain::RequestId;
use serde_json::{Value, json};

use crate::access::member_token;
use crate::audit_entries::{entries, wait};
use crate::browser::{Browser, leads_to};
use crate::http_client::Answer;
use crate::provider_stub::{CLIENT, ProviderStub};
use crate::running::{House, Running, data_owner};

struct Scene {
    stub: ProviderStub,
    running: Running,
    house: House,
}

impl Scene {
    async fn new() -> Self {
        Self::with(Some("s3cr&t")).await
    }

    async fn with(secret: Option<&str>) -> Self {
        let (stub, house) = (ProviderStub::start().await, House::new());
        let running = Running::product_with(&house, stub.config(secret)).await;
        Self { stub, running, house }
    }

    fn browser(&self) -> Browser {
        Browser::at(self.running.address)
    }

    /// Follows the button of the sign-in page. What the provider would be told.
    async fn leave(&self, browser: &mut Browser, query: &str) -> HashMap<String, String> {
        let answer = browser.get(&format!("/dashboard/sign-in/company{query}")).await;
        assert_eq!(answer.status, 303, "{}", answer.text());
        let place = url::Url::parse(answer.header("location").unwrap()).unwrap();
        let told: HashMap<_, _> = place.query_pairs().into_owned().collect();
        self.stub.expects(&told["nonce"]);
        told
    }

    /// Comes back from the provider.
    async fn come_back(&self, browser: &mut Browser, fields: &[(&str, &str)]) -> Answer {
        let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        browser.get_from(&format!("/dashboard/callback?{query}"), "cross-site").await
    }

    async fn sign_in(&self, browser: &mut Browser) -> Answer {
        let told = self.leave(browser, "").await;
        self.come_back(browser, &[("state", &told["state"]), ("code", "abc"), ("iss", &self.stub.issuer())]).await
    }
}

#[tokio::test]
async fn somebody_signs_in_with_a_provider() {
    let scene = Scene::new().await;
    let mut browser = scene.browser();
    leads_to(&browser.get_from("/dashboard", "none").await, "/dashboard/sign-in");
    let page = browser.get("/dashboard/sign-in").await.text();
    assert!(page.contains("href=\"/dashboard/sign-in/company\""), "{page}");
    let told = scene.leave(&mut browser, "").await;
    assert_eq!(told["tenant"], "1", "what the address had before stays");
    assert_eq!((told["response_type"].as_str(), told["client_id"].as_str()), ("code", CLIENT));
    assert_eq!(told["redirect_uri"], format!("http://{}/dashboard/callback", scene.running.address));
    assert_eq!((told["code_challenge_method"].as_str(), told["scope"].as_str()), ("S256", "openid profile email"));
    scene.stub.claims(json!({ "groups": ["builders"] }));
    let answer = scene
        .come_back(&mut browser, &[("state", &told["state"]), ("code", "abc"), ("iss", &scene.stub.issuer())])
        .await;
    leads_to(&answer, "/dashboard");
    assert_eq!(browser.cookies.keys().collect::<Vec<_>>(), ["__Host-smart-begin-session"], "nothing else is left");
    let asked = scene.stub.asked().pop().unwrap();
    assert_eq!(asked.user.as_deref(), Some("dash%20board:s3cr%26t"), "encoded before HTTP Basic, as RFC 6749 wants");
    assert_eq!((asked.field("grant_type"), asked.field("code")), (Some("authorization_code"), Some("abc")));
    assert_eq!(asked.field("redirect_uri"), Some(told["redirect_uri"].as_str()));
    assert_eq!(asked.field("client_id"), None, "said once");
    assert_eq!(challenge(asked.field("code_verifier").unwrap()), told["code_challenge"]);
    let home = browser.get("/dashboard").await.text();
    for part in ["Ada Lovelace", "company:ada", "member", "viewer", "platform", "Plan and begin projects."] {
        assert!(home.contains(part), "{part}: {home}");
    }
}

fn challenge(verifier: &str) -> String {
    use base64::Engine as _;
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, verifier.as_bytes());
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(digest)
}

#[tokio::test]
async fn a_token_does_not_take_the_name_away_that_the_provider_told() {
    let scene = Scene::new().await;
    scene.sign_in(&mut scene.browser()).await;
    let token = member_token(&scene.house, "company:ada", "laptop").value;
    leads_to(&scene.browser().sign_in(&token, "/dashboard").await, "/dashboard");
    let (caller, request) = (data_owner(), RequestId::random().unwrap());
    let call = Call { caller: &caller, request: &request, watch: &Quiet };
    let known = app::list_access(&scene.house.services, &call, Some("company:ada")).unwrap().people;
    assert_eq!(known[0].display.as_deref(), Some("Ada Lovelace"), "{known:?}");
}

#[tokio::test]
async fn a_client_without_a_secret_names_itself_in_the_form() {
    let scene = Scene::with(None).await;
    leads_to(&scene.sign_in(&mut scene.browser()).await, "/dashboard");
    let asked = scene.stub.asked().pop().unwrap();
    assert_eq!((asked.user.as_deref(), asked.field("client_id")), (None, Some(CLIENT)));
}

#[tokio::test]
async fn somebody_goes_on_to_where_they_wanted() {
    let scene = Scene::new().await;
    let mut browser = scene.browser();
    leads_to(&browser.get_from("/dashboard/account", "none").await, "/dashboard/sign-in?next=/dashboard/account");
    let page = browser.get("/dashboard/sign-in?next=/dashboard/account").await.text();
    assert!(page.contains("/dashboard/sign-in/company?next=/dashboard/account"), "{page}");
    let told = scene.leave(&mut browser, "?next=/dashboard/account").await;
    let back = [("state", told["state"].as_str()), ("code", "abc"), ("iss", &scene.stub.issuer())];
    leads_to(&scene.come_back(&mut browser, &back).await, "/dashboard/account");
}

#[tokio::test]
async fn an_answer_to_another_sign_in_signs_nobody_in() {
    let scene = Scene::new().await;
    let issuer = scene.stub.issuer();
    let cases: [(&str, &[(&str, &str)]); 9] = [
        ("no state", &[("code", "abc"), ("iss", &issuer)]),
        ("another state", &[("state", "guess"), ("code", "abc"), ("iss", &issuer)]),
        ("an empty state", &[("state", ""), ("code", "abc"), ("iss", &issuer)]),
        ("a state said twice", &[("state", "STATE"), ("state", "x"), ("code", "abc"), ("iss", &issuer)]),
        ("no code", &[("state", "STATE"), ("iss", &issuer)]),
        ("a code said twice", &[("state", "STATE"), ("code", "a"), ("code", "b"), ("iss", &issuer)]),
        ("another issuer", &[("state", "STATE"), ("code", "abc"), ("iss", "https://evil.example")]),
        ("no issuer", &[("state", "STATE"), ("code", "abc")]),
        ("an issuer said twice", &[("state", "STATE"), ("code", "abc"), ("iss", &issuer), ("iss", &issuer)]),
    ];
    for (name, fields) in cases {
        let mut browser = scene.browser();
        let told = scene.leave(&mut browser, "").await;
        let fields: Vec<_> = fields
            .iter()
            .map(|(key, value)| (*key, if *value == "STATE" { told["state"].as_str() } else { value }))
            .collect();
        let answer = scene.come_back(&mut browser, &fields).await;
        assert_eq!(answer.status, 403, "{name}: {}", answer.text());
        assert!(answer.text().contains("<h1>") && !answer.text().contains("evil.example"), "{name}");
        assert!(browser.cookies.is_empty(), "{name}: {:?}", browser.cookies);
    }
    assert!(scene.stub.asked().is_empty(), "no code was tried");
}

#[tokio::test]
async fn who_comes_back_and_is_not_let_in_is_told_and_nothing_that_came_in_the_address() {
    let scene = Scene::new().await;
    let issuer = scene.stub.issuer();
    let refused = (400, json!({ "error": "invalid_grant-canary" }));
    type Case<'a> = (&'a str, &'a [(&'a str, &'a str)], Value, Option<(u16, Value)>);
    let cases: [Case<'_>; 7] = [
        ("not begun here", &[("state", "guess-canary"), ("code", "canary"), ("iss", &issuer)], json!({}), None),
        ("without a code", &[("state", "STATE"), ("iss", &issuer)], json!({}), None),
        (
            "another issuer",
            &[("state", "STATE"), ("code", "canary"), ("iss", "https://canary.example")],
            json!({}),
            None,
        ),
        ("cancelled", &[("state", "STATE"), ("error", "access_denied"), ("iss", &issuer)], json!({}), None),
        ("the provider refused", &[("state", "STATE"), ("code", "canary"), ("iss", &issuer)], json!({}), Some(refused)),
        ("an ID token", &[("state", "STATE"), ("code", "canary"), ("iss", &issuer)], json!({ "aud": "canary" }), None),
        ("an ID token", &[("state", "STATE"), ("code", "canary"), ("iss", &issuer)], json!({ "exp": 1 }), None),
    ];
    for (reason, fields, claims, answers) in cases {
        scene.stub.claims(claims);
        scene.stub.answers(answers);
        let mut browser = scene.browser();
        let told = scene.leave(&mut browser, "").await;
        let state = |value: &'static str| value;
        let fields: Vec<_> = fields
            .iter()
            .map(|(key, value)| (*key, if *value == state("STATE") { told["state"].as_str() } else { value }))
            .collect();
        assert_eq!(scene.come_back(&mut browser, &fields).await.status, 403, "{reason}");
    }
    // All came from one address and are alike to the log: the first stands alone, the others are a count.
    let first = wait(&scene.house, "sign-in-refused", "the first", |_| true);
    assert!(first.reason().contains("not begun here"), "{}", first.body);
    scene.running.stop().await.unwrap();
    let House { folder, services } = scene.house;
    drop(services);
    let connection = rusqlite::Connection::open(folder.path().join("data/store.db")).unwrap();
    let bodies = "SELECT group_concat(body, ' ') FROM audit_entries WHERE action = 'sign-in-refused'";
    let bodies: String = connection.query_row(bodies, [], |row| row.get(0)).unwrap();
    assert!(bodies.contains("\"count\":6") && bodies.contains("an ID token"), "{bodies}");
    assert!(!bodies.contains("canary"), "{bodies}");
}

#[tokio::test]
async fn a_provider_that_is_down_is_no_refusal_and_each_refusal_says_why() {
    let issuer = |scene: &Scene| scene.stub.issuer();
    for (reason, error) in [("cancelled", true), ("without a code", false)] {
        let scene = Scene::new().await;
        let mut browser = scene.browser();
        let told = scene.leave(&mut browser, "").await;
        let issuer = issuer(&scene);
        let mut fields = vec![("state", told["state"].as_str()), ("iss", &issuer)];
        if error {
            fields.push(("error", "access_denied"));
        }
        scene.come_back(&mut browser, &fields).await;
        let entry = wait(&scene.house, "sign-in-refused", reason, |_| true);
        assert!(entry.reason().contains(reason) && entry.address() == "127.0.0.1", "{}", entry.body);
    }
    let scene = Scene::new().await;
    scene.stub.answers(Some((200, json!({}))));
    scene.sign_in(&mut scene.browser()).await;
    tokio::time::sleep(std::time::Duration::from_millis(1_200)).await;
    assert_eq!(entries(&scene.house, "sign-in-refused").len(), 0, "nonsense of the provider is nobody's try");
}

#[tokio::test]
async fn an_answer_is_good_in_the_browser_that_asked_and_once() {
    let scene = Scene::new().await;
    let (mut victim, mut attacker) = (scene.browser(), scene.browser());
    let told = scene.leave(&mut attacker, "").await;
    let back = [("state", told["state"].as_str()), ("code", "attackers"), ("iss", &scene.stub.issuer())];
    // Login CSRF: the attacker's answer, followed by somebody else.
    assert_eq!(scene.come_back(&mut victim, &back).await.status, 403);
    assert_eq!(victim.session(), None);
    scene.leave(&mut victim, "").await;
    assert_eq!(scene.come_back(&mut victim, &back).await.status, 403, "a sign-in of their own is under way");
    scene.stub.expects(&told["nonce"]);
    leads_to(&scene.come_back(&mut attacker, &back).await, "/dashboard");
    assert_eq!(scene.come_back(&mut attacker, &back).await.status, 403, "again");
}

#[tokio::test]
async fn an_id_token_that_is_not_for_this_sign_in_signs_nobody_in() {
    let scene = Scene::new().await;
    let cases = [
        json!({ "nonce": "another" }),
        json!({ "nonce": Value::Null }),
        json!({ "aud": "somebody-else" }),
        json!({ "aud": [CLIENT, "somebody-else"] }),
        json!({ "azp": "somebody-else" }),
        json!({ "iss": "https://evil.example" }),
        json!({ "exp": 1 }),
        json!({ "sub": Value::Null }),
    ];
    for claims in cases {
        scene.stub.claims(claims.clone());
        let mut browser = scene.browser();
        let answer = scene.sign_in(&mut browser).await;
        assert_eq!(answer.status, 403, "{claims}: {}", answer.text());
        assert!(answer.text().contains("cannot be trusted"), "{claims}: {}", answer.text());
        assert_eq!(browser.session(), None, "{claims}");
    }
}

#[tokio::test]
async fn a_provider_that_refuses_or_answers_nonsense_signs_nobody_in() {
    let scene = Scene::new().await;
    let cases = [
        (400, json!({ "error": "invalid_grant", "error_description": "<script>alert(1)</script>" })),
        (500, json!("inside")),
        (200, json!({})),
        (200, json!({ "id_token": 7 })),
        (302, json!({})),
    ];
    for (status, body) in cases {
        scene.stub.answers(Some((status, body.clone())));
        let mut browser = scene.browser();
        let answer = scene.sign_in(&mut browser).await;
        assert_eq!(answer.status, 403, "{status} {body}: {}", answer.text());
        assert!(!answer.text().contains("script") && !answer.text().contains("invalid_grant"), "{}", answer.text());
        assert_eq!(browser.session(), None);
    }
}

#[tokio::test]
async fn who_cancels_at_the_provider_is_told_so() {
    let scene = Scene::new().await;
    let mut browser = scene.browser();
    let told = scene.leave(&mut browser, "").await;
    let issuer = scene.stub.issuer();
    let fields =
        [("state", told["state"].as_str()), ("error", "access_denied"), ("error_description", "<b>"), ("iss", &issuer)];
    let answer = scene.come_back(&mut browser, &fields).await;
    assert!(answer.status == 403 && answer.text().contains("The sign-in was cancelled."), "{}", answer.text());
    assert!(!answer.text().contains("<b>"));
}

#[tokio::test]
async fn a_provider_that_is_down_is_said_to_be() {
    let stub = ProviderStub::start().await;
    let mut config = stub.config(None);
    // Nobody listens there.
    config.sign_in.providers[0].issuer = "http://127.0.0.1:9".to_owned();
    let house = House::new();
    let running = Running::product_with(&house, config).await;
    let answer = Browser::at(running.address).get("/dashboard/sign-in/company").await;
    assert!(answer.status == 502 && answer.text().contains("cannot be reached"), "{}", answer.text());
}

#[tokio::test]
async fn only_our_own_page_begins_a_sign_in() {
    let scene = Scene::new().await;
    let mut browser = scene.browser();
    let answer = browser.get_from("/dashboard/sign-in/company?next=/dashboard/account", "cross-site").await;
    leads_to(&answer, "/dashboard/sign-in?next=/dashboard/account");
    assert!(browser.cookies.is_empty());
    assert_eq!(browser.get("/dashboard/sign-in/nobody").await.status, 404);
    let from_localhost =
        format!("GET /dashboard/sign-in/company HTTP/1.1\nhost: localhost:{}", scene.running.address.port());
    let answer = crate::http_client::raw(scene.running.address, &from_localhost, b"").await;
    leads_to(&answer, &format!("http://{}/dashboard/sign-in/company", scene.running.address));
}
