//! One's tokens and sessions on the dashboard.

use crate::access::{member_token, token};
use crate::browser::{Browser, leads_to};
use crate::dashboard_sign_in::required;
use crate::running::{House, Running};

/// The ids in the page's forms that go to `action`, in order.
fn ids(page: &str, action: &str) -> Vec<String> {
    let forms = page.split("<form").filter(|form| form.contains(&format!("action=\"/dashboard/account/{action}\"")));
    let id = |form: &str| form.split("name=\"id\" value=\"").nth(1)?.split('"').next().map(str::to_owned);
    forms.filter_map(id).collect()
}

#[tokio::test]
async fn a_session_is_ended_from_another_browser() {
    let house = House::new();
    let running = Running::product_with(&house, required()).await;
    let key = member_token(&house, "ada", "laptop").value;
    let (mut lost, mut own) = (Browser::at(running.address), Browser::at(running.address));
    lost.agent = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0) Version/19.0 Mobile Safari/604.1".to_owned();
    lost.sign_in(&key, "/dashboard").await;
    own.sign_in(&key, "/dashboard").await;
    let page = own.get("/dashboard/account").await.text();
    for part in ["Safari on iPhone", "Firefox on Linux", "this one", "127.0.0.1"] {
        assert!(page.contains(part), "{part}: {page}");
    }
    let csrf = own.csrf().await;
    let row = page.split("<tr role=\"row\">").find(|row| row.contains("Safari on iPhone")).unwrap();
    let id = ids(row, "sessions/end").pop().unwrap();
    let answer = own.post("/dashboard/account/sessions/end", &[("csrf", &csrf), ("id", &id)]).await;
    leads_to(&answer, "/dashboard/account?done=session-ended");
    assert!(own.get("/dashboard/account?done=session-ended").await.text().contains("That browser is signed out."));
    leads_to(&lost.get("/dashboard").await, "/dashboard/sign-in?why=ended");
    let again = own.post("/dashboard/account/sessions/end", &[("csrf", &csrf), ("id", &id)]).await;
    assert!(again.status == 404 && again.text().contains("There is no such session."), "{}", again.text());
    let current = ids(&own.get("/dashboard/account").await.text(), "sessions/end").pop().unwrap();
    let answer = own.post("/dashboard/account/sessions/end", &[("csrf", &csrf), ("id", &current)]).await;
    leads_to(&answer, "/dashboard/sign-in?why=signed-out");
    assert_eq!(own.session(), None);
}

#[tokio::test]
async fn a_token_is_made_shown_once_and_revoked() {
    let house = House::new();
    let running = Running::product_with(&house, required()).await;
    let mut browser = Browser::at(running.address);
    browser.sign_in(&member_token(&house, "ada", "laptop").value, "/dashboard").await;
    let csrf = browser.csrf().await;
    let fields = [("csrf", csrf.as_str()), ("label", "nightly build"), ("days", "7"), ("role", "member")];
    let made = browser.post("/dashboard/account/tokens", &fields).await;
    assert_eq!((made.status, made.header("cache-control")), (201, Some("no-store")), "{}", made.text());
    let text = made.text();
    let value = text.split("value=\"").find(|part| part.starts_with("sb_")).unwrap()[..39].to_owned();
    assert!(text.contains("nightly build"), "{text}");
    let page = browser.get("/dashboard/account").await.text();
    assert!(page.contains("nightly build") && !page.contains(&value), "{page}");
    let mut program = Browser::at(running.address);
    leads_to(&program.sign_in(&value, "/dashboard").await, "/dashboard");
    let row = page.split("<tr role=\"row\">").find(|row| row.contains("nightly build")).unwrap();
    let id = ids(row, "tokens/revoke").pop().unwrap();
    let answer = browser.post("/dashboard/account/tokens/revoke", &[("csrf", &csrf), ("id", &id)]).await;
    leads_to(&answer, "/dashboard/account?done=token-revoked");
    leads_to(&program.get("/dashboard").await, "/dashboard/sign-in?why=ended");
    let page = browser.get("/dashboard/account").await.text();
    let row = page.split("<tr role=\"row\">").find(|row| row.contains("nightly build")).unwrap();
    assert!(row.contains("revoked") && ids(row, "tokens/revoke").is_empty(), "{row}");
}

#[tokio::test]
async fn a_token_that_cannot_be_made_is_refused_beside_the_form() {
    let house = House::new();
    let running = Running::product_with(&house, required()).await;
    let mut browser = Browser::at(running.address);
    browser.sign_in(&member_token(&house, "ada", "laptop").value, "/dashboard").await;
    let csrf = browser.csrf().await;
    for (status, fields, told) in [
        (400, [("label", ""), ("days", "7"), ("role", "member")], "This text cannot be used"),
        (400, [("label", "a\u{202e}b"), ("days", "7"), ("role", "member")], "This text cannot be used"),
        (400, [("label", "x"), ("days", "100000"), ("role", "member")], "cannot live that long"),
        (400, [("label", "x"), ("days", "soon"), ("role", "member")], "cannot live that long"),
        (400, [("label", "x"), ("days", "7"), ("other", "")], "no role"),
        (400, [("label", "x"), ("days", "7"), ("role", "chief")], "no such role"),
        (403, [("label", "x"), ("days", "7"), ("role", "admin")], "could do what you may not"),
    ] {
        let all = [&[("csrf", csrf.as_str())], fields.as_slice()].concat();
        let answer = browser.post("/dashboard/account/tokens", &all).await;
        assert_eq!(answer.status, status, "{fields:?}: {}", answer.text());
        assert!(answer.text().contains(told) && !answer.text().contains("sb_"), "{fields:?}: {}", answer.text());
    }
}

#[tokio::test]
async fn nobody_sees_or_ends_what_is_somebody_elses() {
    let house = House::new();
    let running = Running::product_with(&house, required()).await;
    let mut ada = Browser::at(running.address);
    let adas = member_token(&house, "ada", "adas laptop");
    ada.sign_in(&adas.value, "/dashboard").await;
    let page = ada.get("/dashboard/account").await.text();
    let session = ids(&page, "sessions/end").pop().unwrap();
    let mut bob = Browser::at(running.address);
    bob.sign_in(&member_token(&house, "bob", "bobs laptop").value, "/dashboard").await;
    let page = bob.get("/dashboard/account").await.text();
    assert!(page.contains("bobs laptop") && !page.contains("adas laptop") && !page.contains(&session), "{page}");
    let csrf = bob.csrf().await;
    for (action, theirs, unknown) in [
        ("sessions/end", session.as_str(), "ses_000000000000000000000000"),
        ("tokens/revoke", adas.id.as_str(), "tok_000000000000000000000000"),
    ] {
        let path = format!("/dashboard/account/{action}");
        let forbidden = bob.post(&path, &[("csrf", &csrf), ("id", theirs)]).await;
        let missing = bob.post(&path, &[("csrf", &csrf), ("id", unknown)]).await;
        let without_request = |text: String| text.split("<code>req_").next().unwrap().to_owned();
        assert_eq!(forbidden.status, 404, "{}", forbidden.text());
        assert_eq!(without_request(forbidden.text()), without_request(missing.text()), "both answer alike");
    }
    assert_eq!(ada.get("/dashboard").await.status, 200);
}

#[tokio::test]
async fn nothing_is_changed_for_a_page_of_another_site() {
    let house = House::new();
    let running = Running::product_with(&house, required()).await;
    let mut browser = Browser::at(running.address);
    let key = member_token(&house, "ada", "laptop");
    browser.sign_in(&key.value, "/dashboard").await;
    let (csrf, page) = (browser.csrf().await, browser.get("/dashboard/account").await.text());
    let session = ids(&page, "sessions/end").pop().unwrap();
    let mut other = Browser::at(running.address);
    other.sign_in(&key.value, "/dashboard").await;
    let others = other.csrf().await;
    let own = format!("origin: http://{}\nsec-fetch-site: same-origin", running.address);
    let forms: [(&str, Vec<(&str, &str)>); 4] = [
        ("/dashboard/sign-out", vec![]),
        ("/dashboard/account/tokens", vec![("label", "evil"), ("days", "7"), ("role", "member")]),
        ("/dashboard/account/tokens/revoke", vec![("id", &key.id)]),
        ("/dashboard/account/sessions/end", vec![("id", &session)]),
    ];
    for (path, fields) in forms {
        for (name, headers, value) in [
            ("another site", "origin: http://localhost:1\nsec-fetch-site: cross-site", Some(csrf.as_str())),
            ("a neighbour", "sec-fetch-site: same-site", Some(&csrf)),
            ("no origin that can be told", "origin: null", Some(&csrf)),
            ("nothing said", "accept: text/html", Some(&csrf)),
            ("no value", &own, None),
            ("a wrong value", &own, Some("guess")),
            ("an empty value", &own, Some("")),
            ("another session's value", &own, Some(&others)),
        ] {
            let value = value.map(|value| ("csrf", value));
            let fields: Vec<_> = value.into_iter().chain(fields.iter().copied()).collect();
            let answer = browser.post_with(path, headers, &fields).await;
            assert_eq!(answer.status, 403, "{path}, {name}: {}", answer.text());
        }
        let twice: Vec<_> = [("csrf", csrf.as_str()), ("csrf", "x")].into_iter().chain(fields).collect();
        assert_eq!(browser.post_with(path, &own, &twice).await.status, 403, "{path}");
        let json = format!("{own}\ncontent-type: application/json\ncontent-length: 2");
        assert_eq!(browser.send("POST", path, &json, "{}").await.status, 415, "{path}");
        assert_eq!(browser.get(path).await.status, 405, "{path}: no change by following a link");
    }
    let page = browser.get("/dashboard/account").await;
    assert!(page.status == 200 && !page.text().contains("evil"), "{}", page.text());
    assert_eq!(other.get("/dashboard").await.status, 200);
}

#[tokio::test]
async fn who_may_not_make_tokens_is_told_why() {
    let house = House::new();
    let running = Running::product_with(&house, required()).await;
    let mut browser = Browser::at(running.address);
    browser.sign_in(&token(&house, "vera", "look", &["viewer"]).value, "/dashboard").await;
    let page = browser.get("/dashboard/account").await.text();
    assert!(page.contains("You cannot make tokens here: it needs the permission token:create"), "{page}");
    assert!(!page.contains("What is it for?"), "{page}");
    let csrf = browser.csrf().await;
    let fields = [("csrf", csrf.as_str()), ("label", "x"), ("days", "7"), ("role", "viewer")];
    assert_eq!(browser.post("/dashboard/account/tokens", &fields).await.status, 403);
}
