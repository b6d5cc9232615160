//! Download links in browsers: a session opens them, and without one a browser signs in first.

use serde_json::json;

use crate::access::member_token;
use crate::browser::{Browser, leads_to};
use crate::dashboard_sign_in::required;
use crate::http_client::{call, complete_arguments, modern_request, post, raw};
use crate::running::{House, Running};

/// Begins a project with this token. The path of its archive.
async fn begin(running: &Running, token: &str) -> String {
    let (headers, body) =
        modern_request("tools/call", call(complete_arguments("boxed", json!({ "delivery": "archive" }))));
    let headers = format!("{headers}\nauthorization: Bearer {token}");
    let made = post(running.address, &headers, body.to_string()).await.json();
    let link = made["result"]["structuredContent"]["archive"]["zip"].as_str().unwrap_or_else(|| panic!("{made}"));
    link.strip_prefix(&format!("http://{}", running.address)).unwrap().to_owned()
}

#[tokio::test]
async fn a_browser_signs_in_first_and_the_link_is_not_used_up() {
    let house = House::new();
    let running = Running::product_with(&house, required()).await;
    let token = member_token(&house, "ada", "laptop").value;
    let path = begin(&running, &token).await;
    let mut browser = Browser::at(running.address);
    leads_to(&browser.get_from(&path, "cross-site").await, &format!("/dashboard/sign-in?next={path}"));
    let page = browser.get(&format!("/dashboard/sign-in?next={path}")).await;
    assert_eq!(crate::browser::field(&page, "next"), path);
    leads_to(&browser.sign_in(&token, &path).await, &path);
    let archive = browser.get(&path).await;
    assert_eq!((archive.status, &archive.body[..2]), (200, b"PK".as_slice()), "{}", archive.text());
    let again = browser.get(&path).await;
    assert!(again.status == 404 && again.text().contains("<h1>This download link does not work"), "{}", again.text());
    assert_eq!(again.header("referrer-policy"), Some("same-origin"), "it is a page like the others");
}

#[tokio::test]
async fn somebody_elses_session_opens_nothing_and_uses_nothing_up() {
    let house = House::new();
    let running = Running::product_with(&house, required()).await;
    let token = member_token(&house, "ada", "laptop").value;
    let path = begin(&running, &token).await;
    let mut bob = Browser::at(running.address);
    bob.sign_in(&member_token(&house, "bob", "laptop").value, "/dashboard").await;
    let forbidden = bob.get(&path).await;
    assert_eq!(forbidden.status, 404, "{}", forbidden.text());
    let mut ada = Browser::at(running.address);
    ada.sign_in(&token, "/dashboard").await;
    assert_eq!(ada.get(&path).await.status, 200);
}

#[tokio::test]
async fn a_program_is_challenged_and_a_token_counts_before_a_session() {
    let house = House::new();
    let running = Running::product_with(&house, required()).await;
    let at = running.address;
    let token = member_token(&house, "ada", "laptop").value;
    let path = begin(&running, &token).await;
    let plain = raw(at, &format!("GET {path} HTTP/1.1\nhost: {at}\naccept: */*"), b"").await;
    assert!(plain.status == 401 && plain.header("www-authenticate").is_some(), "{}", plain.text());
    let mut ada = Browser::at(at);
    ada.sign_in(&token, "/dashboard").await;
    let wrong = ada.send("GET", &path, "accept: text/html\nauthorization: Bearer sb_wrong", "").await;
    assert_eq!(wrong.status, 401, "{}", wrong.text());
    let right = raw(at, &format!("GET {path} HTTP/1.1\nhost: {at}\nauthorization: Bearer {token}"), b"").await;
    assert_eq!(right.status, 200);
}
