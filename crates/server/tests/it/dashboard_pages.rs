//! The dashboard's pages as such: headers, assets, escaping, addresses that are none.

use app::{Call, Origin, Quiet, SessionTimes, SignedIn};
use domain::RequestId;
use secrecy::ExposeSecret as _;
use serde_json::json;
use std::time::Duration;

use crate::access::{member_token, token};
use crate::browser::Browser;
use crate::dashboard_sign_in::required;
use crate::http_client::{call, complete_arguments, modern, raw};
use crate::running::{House, Running, data_owner};

#[tokio::test]
async fn in_development_whoever_comes_is_local() {
    let house = House::new();
    let running = Running::product(&house).await;
    let arguments = complete_arguments("shown-here", json!({ "delivery": "archive" }));
    modern(running.address, "tools/call", call(arguments)).await;
    let mut browser = Browser::at(running.address);
    let home = browser.get("/dashboard").await;
    assert_eq!(home.status, 200, "{}", home.text());
    for part in
        ["Hello, <bdi>local</bdi>", "Without signing in", "You begin projects", "shown-here", "ready", "just now"]
    {
        assert!(home.text().contains(part), "{part}: {}", home.text());
    }
    assert!(!home.text().contains("Sign out"), "there is nothing to sign out of");
    let csrf = browser.csrf().await;
    let fields = [("csrf", csrf.as_str()), ("label", "local tool"), ("days", "7"), ("role", "member")];
    let made = browser.post("/dashboard/account/tokens", &fields).await;
    assert!(made.status == 201 && made.text().contains("sb_"), "{}", made.text());
    let forged = browser.post("/dashboard/account/tokens", &[("csrf", "x"), ("label", "x")]).await;
    assert_eq!(forged.status, 403);
    assert_eq!(browser.get("/dashboard/sign-in").await.status, 200, "who likes may sign in");
}

#[tokio::test]
async fn every_page_bounds_what_a_browser_may_do_with_it() {
    let house = House::new();
    let running = Running::product_with(&house, required()).await;
    let mut browser = Browser::at(running.address);
    let mut pages = vec![
        (303, browser.get("/dashboard").await),
        (200, browser.get("/dashboard/sign-in").await),
        (403, browser.sign_in("wrong", "/dashboard").await),
        (403, browser.get("/dashboard/callback?state=x").await),
        (404, browser.get("/dashboard/nothing").await),
        (404, browser.get("/dashboard/assets/style-old.css").await),
        (405, browser.get("/dashboard/sign-out").await),
    ];
    browser.sign_in(&member_token(&house, "ada", "a").value, "/dashboard").await;
    pages.extend([
        (200, browser.get("/dashboard").await),
        (200, browser.get("/dashboard/account").await),
        (403, browser.post("/dashboard/sign-out", &[]).await),
        (404, browser.get("/dashboard/nothing").await),
    ]);
    for (status, page) in pages {
        let text = page.text();
        assert_eq!(page.status, status, "{text}");
        let policy = page.header("content-security-policy").unwrap();
        assert!(
            policy.starts_with("default-src 'none';") && !policy.contains("unsafe") && !policy.contains("script-src")
        );
        for rule in ["style-src 'self'", "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'"] {
            assert!(policy.contains(rule), "{policy}");
        }
        for (name, value) in [
            ("cache-control", "no-store"),
            ("x-content-type-options", "nosniff"),
            ("x-frame-options", "DENY"),
            ("referrer-policy", "same-origin"),
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-resource-policy", "same-origin"),
        ] {
            assert_eq!(page.header(name), Some(value), "{status} {name}");
        }
        assert!(page.header("x-request-id").is_some());
        if status != 303 {
            assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"), "{text}");
            assert!(text.contains("<html lang=\"en\">") && text.contains("<h1>") && text.contains("<main"), "{text}");
            for inline in ["<script", "<style", " style=", " onclick=", "javascript:"] {
                assert!(!text.contains(inline), "{inline}: {text}");
            }
        }
    }
}

#[tokio::test]
async fn assets_are_kept_by_browsers_under_names_that_change_with_them() {
    let house = House::new();
    let running = Running::product_with(&house, required()).await;
    let mut browser = Browser::at(running.address);
    let page = browser.get("/dashboard/sign-in").await.text();
    for (mark, kind) in [
        ("href=\"/dashboard/assets/style-", "text/css; charset=utf-8"),
        ("src=\"/dashboard/assets/icon-", "image/svg+xml"),
    ] {
        let address = page.split(mark).nth(1).unwrap().split('"').next().unwrap();
        let address = format!("{}{address}", mark.split('"').nth(1).unwrap());
        let answer = browser.get(&address).await;
        assert_eq!((answer.status, answer.header("content-type")), (200, Some(kind)), "{address}");
        assert_eq!(answer.header("cache-control"), Some("public, max-age=31536000, immutable"));
        assert!(answer.header("set-cookie").is_none() && answer.body.len() > 50);
    }
}

#[tokio::test]
async fn what_people_and_programs_call_themselves_stays_text() {
    const HOSTILE: &str = "<img src=x onerror=alert(1)>\"'&{{7*7}}<script>";
    let house = House::new();
    let running = Running::product_with(&house, required()).await;
    let mut browser = Browser::at(running.address);
    let request = RequestId::random().unwrap();
    let who = SignedIn {
        principal: "company:<b>mallory</b>".to_owned(),
        display: HOSTILE.to_owned(),
        roles: vec!["member".to_owned(), "<u>role</u>".to_owned()],
        teams: vec!["<i>team</i>".to_owned()],
        permissions_bound: None,
        only_projects: None,
        token_id: None,
    };
    let hour = Duration::from_secs(3600);
    let times = SessionTimes { idle: hour, longest: hour, rotate: hour };
    let origin = Origin { address: None, user_agent: Some(HOSTILE) };
    let started = app::start_session(&house.services, &request, &who, &origin, times).unwrap();
    let cookie = started.cookie.expose_secret().to_owned();
    browser.cookies.insert("__Host-smart-begin-session".to_owned(), cookie);
    let csrf = browser.csrf().await;
    let fields = [("csrf", csrf.as_str()), ("label", HOSTILE), ("days", "7"), ("role", "member")];
    let made = browser.post("/dashboard/account/tokens", &fields).await;
    assert_eq!(made.status, 201, "{}", made.text());
    let refused = browser
        .post("/dashboard/account/tokens", &[("csrf", &csrf), ("label", "x"), ("days", "7"), ("role", HOSTILE)])
        .await;
    let pages = [made, refused, browser.get("/dashboard").await, browser.get("/dashboard/account").await];
    let address = browser.get("/dashboard/%3Cscript%3E?next=%3Cscript%3E&why=%3Cscript%3E&done=%3Cscript%3E").await;
    let query = browser.get("/dashboard/sign-in?next=%22%3E%3Cscript%3E&why=%3Cscript%3E").await;
    for page in pages.into_iter().chain([address, query]) {
        let text = page.text();
        for raw in ["<img src=x", "<script>", "<b>", "<u>", "<i>", "onerror=alert(1)>\"", "7*7}}<"] {
            assert!(!text.contains(raw), "{raw} in {text}");
        }
    }
    let shown = browser.get("/dashboard").await.text();
    assert!(shown.contains("&#60;img src=x onerror=alert(1)&#62;&#34;&#39;&#38;"), "it is shown, as text: {shown}");
    assert!(browser.get("/dashboard/account").await.text().matches("&#60;img").count() >= 4, "label, agent and name");
}

#[tokio::test]
async fn an_auditor_sees_whose_each_project_is() {
    let house = House::new();
    let running = Running::product_with(&house, required()).await;
    let (caller, request) = (data_owner(), RequestId::random().unwrap());
    let asked = app::BeginRequest {
        project_name: "theirs".to_owned(),
        stack: Some("rust".to_owned()),
        delivery: Some(app::Delivery::Archive),
        apply: true,
        ..app::BeginRequest::default()
    };
    let ask = Call { caller: &caller, request: &request, watch: &Quiet };
    app::begin_project(&house.services, &ask, asked, None).unwrap();
    let mut auditor = Browser::at(running.address);
    auditor.sign_in(&token(&house, "audrey", "a", &["auditor"]).value, "/dashboard").await;
    let page = auditor.get("/dashboard").await.text();
    assert!(page.contains("theirs") && page.contains("<bdi>owner</bdi>") && page.contains("Recent projects"), "{page}");
    let mut member = Browser::at(running.address);
    member.sign_in(&member_token(&house, "mia", "m").value, "/dashboard").await;
    let page = member.get("/dashboard").await.text();
    assert!(!page.contains("theirs") && page.contains("There are none yet"), "{page}");
}

#[tokio::test]
async fn without_cookies_and_for_other_methods_there_are_pages_too() {
    let house = House::new();
    let running = Running::product_with(&house, required()).await;
    let at = running.address;
    let put = raw(at, &format!("PUT /dashboard HTTP/1.1\nhost: {at}"), b"").await;
    assert_eq!((put.status, put.header("allow")), (405, Some("GET,HEAD")), "{}", put.text());
    let mut browser = Browser::at(at);
    let head = browser.send("HEAD", "/dashboard/sign-in", "", "").await;
    assert_eq!((head.status, head.body.len()), (200, 0));
    let post = browser.post("/dashboard/sign-out", &[]).await;
    assert_eq!(post.status, 403, "{}", post.text());
    assert!(post.text().contains("You are signed out, so nothing was changed."), "{}", post.text());
    let large = "x".repeat(20_000);
    let page = browser.get("/dashboard/sign-in").await;
    let csrf = crate::browser::field(&page, "csrf");
    assert_eq!(browser.post("/dashboard/sign-in", &[("csrf", &csrf), ("token", &large)]).await.status, 413);
}
