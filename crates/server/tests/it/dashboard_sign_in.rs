//! Signing in to the dashboard with an API token: what gets in, and everything that must not.

use std::time::Duration;

use server::{Config, Lockout, Sessions, SignIn};

use crate::access::member_token;
use crate::browser::{Browser, field, leads_to};
use crate::http_client::{MODERN, raw};
use crate::running::{House, Running};

/// A server that people must sign in to.
pub(crate) fn required() -> Config {
    Config { sign_in: SignIn { required: true, ..SignIn::default() }, ..Config::default() }
}

fn with_sessions(sessions: Sessions) -> Config {
    let mut config = required();
    config.sign_in.sessions = sessions;
    config
}

#[tokio::test]
async fn somebody_signs_in_with_a_token_and_out_again() {
    let house = House::new();
    let running = Running::product_with(&house, required()).await;
    let token = member_token(&house, "ada", "laptop");
    let mut browser = Browser::at(running.address);
    leads_to(&browser.get_from("/dashboard", "none").await, "/dashboard/sign-in");
    let page = browser.get("/dashboard/sign-in").await.text();
    assert!(page.contains("smart-begin token create"), "it says how to get one: {page}");
    leads_to(&browser.sign_in(&format!("  {}\n", token.value), "/dashboard").await, "/dashboard");
    let home = browser.get("/dashboard").await.text();
    assert!(home.contains("Hello, <bdi>ada</bdi>") && home.contains("You begin projects"), "{home}");
    let csrf = browser.csrf().await;
    let stolen = browser.clone();
    leads_to(&browser.post("/dashboard/sign-out", &[("csrf", &csrf)]).await, "/dashboard/sign-in?why=signed-out");
    assert_eq!(browser.session(), None);
    let mut thief = stolen;
    let answer = thief.get("/dashboard").await;
    leads_to(&answer, "/dashboard/sign-in?why=ended");
    assert_eq!(thief.session(), None, "the server ended it, not the browser alone");
}

#[tokio::test]
async fn a_token_that_is_not_good_signs_nobody_in_and_is_not_shown_again() {
    let house = House::new();
    let running = Running::product_with(&house, required()).await;
    let revoked = member_token(&house, "ada", "old");
    revoked.revoke(&house);
    let mut wrong = member_token(&house, "ada", "laptop").value;
    wrong.replace_range(10..11, if &wrong[10..11] == "a" { "b" } else { "a" });
    let long = "x".repeat(10_000);
    let mut seen = Vec::new();
    for token in [revoked.value.as_str(), &wrong, "", "sb_", "nonsense\"><script>", &long] {
        let mut browser = Browser::at(running.address);
        let answer = browser.sign_in(token, "/dashboard").await;
        assert_eq!((answer.status, browser.session()), (403, None), "{token}");
        assert!(!answer.text().contains("<script") && (token.len() < 4 || !answer.text().contains(token)), "{token}");
        seen.push(answer.text().replace(&field(&answer, "csrf"), ""));
    }
    assert!(seen.windows(2).all(|pair| pair[0] == pair[1]), "all refusals look alike");
}

#[tokio::test]
async fn a_sign_in_form_of_another_site_signs_nobody_in() {
    let house = House::new();
    let running = Running::product_with(&house, required()).await;
    let token = member_token(&house, "mallory", "attack").value;
    let at = running.address;
    let page = |browser: &mut Browser| {
        let mut browser = browser.clone();
        async move { (field(&browser.get("/dashboard/sign-in").await, "csrf"), browser) }
    };
    let own = format!("origin: http://{at}\nsec-fetch-site: same-origin");
    for (name, headers, keeps_cookie, csrf) in [
        ("another origin", "origin: http://localhost:1\nsec-fetch-site: cross-site", true, None),
        ("no origin that can be told", "origin: null", true, None),
        ("a neighbour", "sec-fetch-site: same-site", true, None),
        ("nothing said", "accept: text/html", true, None),
        ("no cookie", own.as_str(), false, None),
        ("another value", own.as_str(), true, Some("guess")),
        ("an empty value", own.as_str(), true, Some("")),
    ] {
        let (value, mut browser) = page(&mut Browser::at(at)).await;
        if !keeps_cookie {
            browser.cookies.clear();
        }
        let fields = [("csrf", csrf.unwrap_or(&value)), ("token", token.as_str()), ("next", "/dashboard")];
        let answer = browser.post_with("/dashboard/sign-in", headers, &fields).await;
        assert_eq!((answer.status, browser.session()), (403, None), "{name}: {}", answer.text());
    }
}

#[tokio::test]
async fn nobody_is_sent_to_another_site() {
    const HOSTILE: [&str; 32] = [
        "https://evil.example",
        "http://evil.example/dashboard",
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/dashboard//evil.example",
        "/dashboard/../..//evil.example",
        "/dashboard@evil.example",
        "/dashboard.evil.example",
        "/dashboard\\@evil.example",
        "/dashboard?next=https://evil.example",
        "/dashboard#https://evil.example",
        "/dashboard%2f%2fevil.example",
        "/downloads//evil.example",
        "/downloads/../x",
        "/downloads/..%2fx",
        "/downloads/a?b",
        "/downloads/",
        "/DASHBOARD",
        " /dashboard",
        "/dashboard ",
        "\t//evil.example",
        "/\t/evil.example",
        "/dashboard\r\nset-cookie: a=b",
        "/dashboard\r\nlocation: https://evil.example",
        "javascript:alert(1)",
        "data:text/html,x",
        "dashboard",
        "",
        "/mcp",
        "/\u{ff0f}evil.example",
    ];
    let house = House::new();
    let running = Running::product_with(&house, required()).await;
    let token = member_token(&house, "ada", "laptop").value;
    for next in HOSTILE {
        let mut browser = Browser::at(running.address);
        let query = url::form_urlencoded::Serializer::new(String::new()).append_pair("next", next).finish();
        let page = browser.get(&format!("/dashboard/sign-in?{query}")).await;
        assert_eq!(field(&page, "next"), "/dashboard", "{next}");
        let csrf = field(&page, "csrf");
        let answer = browser.post("/dashboard/sign-in", &[("csrf", &csrf), ("next", next), ("token", &token)]).await;
        leads_to(&answer, "/dashboard");
        assert!(!answer.headers.iter().any(|(_, value)| value.contains("evil") || value.contains("a=b")), "{next}");
    }
}

#[tokio::test]
async fn a_session_that_was_planted_is_not_taken_over() {
    let house = House::new();
    let running = Running::product_with(&house, required()).await;
    let (ada, mallory) = (member_token(&house, "ada", "a"), member_token(&house, "mallory", "m"));
    let mut attacker = Browser::at(running.address);
    attacker.sign_in(&mallory.value, "/dashboard").await;
    let mut victim = Browser { cookies: attacker.cookies.clone(), ..Browser::at(running.address) };
    let planted = victim.session().unwrap().to_owned();
    victim.sign_in(&ada.value, "/dashboard").await;
    assert_ne!(victim.session(), Some(planted.as_str()));
    assert!(victim.get("/dashboard").await.text().contains("Hello, <bdi>ada</bdi>"));
    leads_to(&attacker.get("/dashboard").await, "/dashboard/sign-in?why=ended");
    let mut made_up = Browser::at(running.address);
    made_up.cookies.insert("__Host-smart-begin-session".to_owned(), "0".repeat(52));
    made_up.sign_in(&ada.value, "/dashboard").await;
    assert_ne!(made_up.session(), Some("0".repeat(52).as_str()));
}

#[tokio::test]
async fn a_cookie_is_replaced_and_the_one_before_ends() {
    let house = House::new();
    let sessions = Sessions { rotate: Duration::ZERO, ..Sessions::default() };
    let running = Running::product_with(&house, with_sessions(sessions)).await;
    let mut browser = Browser::at(running.address);
    browser.sign_in(&member_token(&house, "ada", "a").value, "/dashboard").await;
    let first = browser.clone();
    assert_eq!(browser.get("/dashboard").await.status, 200);
    let second = browser.clone();
    assert_ne!(first.session(), second.session());
    assert_eq!(first.clone().get("/dashboard").await.status, 200, "for requests that were under way");
    assert_eq!(browser.get("/dashboard").await.status, 200);
    leads_to(&first.clone().get("/dashboard").await, "/dashboard/sign-in?why=ended");
}

#[tokio::test]
async fn a_session_ends_when_nobody_uses_it_and_after_its_longest_time() {
    let second = Duration::from_secs(1);
    for sessions in
        [Sessions { idle: second, ..Sessions::default() }, Sessions { longest: second, ..Sessions::default() }]
    {
        let house = House::new();
        let running = Running::product_with(&house, with_sessions(sessions)).await;
        let mut browser = Browser::at(running.address);
        browser.sign_in(&member_token(&house, "ada", "a").value, "/dashboard").await;
        assert_eq!(browser.get("/dashboard").await.status, 200);
        tokio::time::sleep(second + Duration::from_millis(200)).await;
        leads_to(&browser.get("/dashboard/account").await, "/dashboard/sign-in?next=/dashboard/account&why=ended");
        let page = browser.get("/dashboard/sign-in?next=/dashboard/account&why=ended").await.text();
        assert!(page.contains("You were signed out"), "{page}");
    }
}

#[tokio::test]
async fn a_session_ends_with_the_token_that_opened_it() {
    let house = House::new();
    let running = Running::product_with(&house, required()).await;
    let token = member_token(&house, "ada", "a");
    let mut browser = Browser::at(running.address);
    browser.sign_in(&token.value, "/dashboard").await;
    token.revoke(&house);
    leads_to(&browser.get("/dashboard").await, "/dashboard/sign-in?why=ended");
}

#[tokio::test]
async fn after_many_failures_even_a_good_token_must_wait() {
    let house = House::new();
    let mut config = required();
    config.sign_in.lockout =
        Lockout { attempts: 3, first: Duration::from_secs(300), longest: Duration::from_secs(900) };
    let running = Running::product_with(&house, config).await;
    let token = member_token(&house, "ada", "a").value;
    // A failure is counted beside its answer, so that it may take one more try until it shows.
    let mut failures = Vec::new();
    while failures.last() != Some(&429) {
        assert!(failures.len() < 50, "{failures:?}");
        failures.push(Browser::at(running.address).sign_in("sb_wrong", "/dashboard").await.status);
    }
    assert!(failures.len() > 3 && failures[..3] == [403; 3], "{failures:?}");
    let mut browser = Browser::at(running.address);
    let answer = browser.sign_in(&token, "/dashboard").await;
    assert_eq!((answer.status, browser.session()), (429, None), "{}", answer.text());
    let wait: u64 = answer.header("retry-after").unwrap().parse().unwrap();
    // Each further failure doubles it.
    assert!((250..=900).contains(&wait), "{wait}");
    assert!(answer.text().contains(&format!("Wait {} minutes", wait.div_ceil(60))), "{}", answer.text());
}

#[tokio::test]
async fn a_session_is_no_credential_for_mcp() {
    let house = House::new();
    let running = Running::product_with(&house, required()).await;
    let at = running.address;
    let mut browser = Browser::at(at);
    browser.sign_in(&member_token(&house, "ada", "a").value, "/dashboard").await;
    let (headers, body) = crate::http_client::modern_request("tools/list", serde_json::json!({}));
    let cookie = format!("cookie: __Host-smart-begin-session={}", browser.session().unwrap());
    let answer = crate::http_client::post(at, &format!("{headers}\n{cookie}"), body.to_string()).await;
    assert_eq!(answer.status, 401, "{}", answer.text());
    assert!(answer.header("www-authenticate").is_some(), "{MODERN}");
}

#[tokio::test]
async fn pages_want_a_session_and_no_bearer_token() {
    let house = House::new();
    let running = Running::product_with(&house, required()).await;
    let bearer = member_token(&house, "ada", "a").value;
    let head = format!("GET /dashboard HTTP/1.1\nhost: {}\nauthorization: Bearer {bearer}", running.address);
    leads_to(&raw(running.address, &head, b"").await, "/dashboard/sign-in");
}
