//! As much of a browser as the dashboard can tell from one: it keeps cookies by their rules, and says where requests
//! come from.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use crate::http_client::{Answer, raw};

/// A browser that visits one server.
#[derive(Clone)]
pub(crate) struct Browser {
    pub(crate) address: SocketAddr,
    pub(crate) cookies: BTreeMap<String, String>,
    pub(crate) agent: String,
}

impl Browser {
    pub(crate) fn at(address: SocketAddr) -> Self {
        Self { address, cookies: BTreeMap::new(), agent: "Mozilla/5.0 (X11; Linux x86_64) Firefox/150.0".to_owned() }
    }

    /// Follows a link on a page of the server itself.
    pub(crate) async fn get(&mut self, path: &str) -> Answer {
        self.get_from(path, "same-origin").await
    }

    /// Follows a link from somewhere: `none`, `same-origin`, `cross-site`.
    pub(crate) async fn get_from(&mut self, path: &str, site: &str) -> Answer {
        let headers = format!("accept: text/html,*/*;q=0.8\nsec-fetch-site: {site}\nsec-fetch-mode: navigate");
        self.send("GET", path, &headers, "").await
    }

    /// Sends a form of a page of the server itself.
    pub(crate) async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let headers = format!("origin: http://{}\nsec-fetch-site: same-origin\nsec-fetch-mode: navigate", self.address);
        self.post_with(path, &headers, fields).await
    }

    /// Sends a form with these headers.
    pub(crate) async fn post_with(&mut self, path: &str, headers: &str, fields: &[(&str, &str)]) -> Answer {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let headers =
            format!("{headers}\ncontent-type: application/x-www-form-urlencoded\ncontent-length: {}", body.len());
        self.send("POST", path, &headers, &body).await
    }

    pub(crate) async fn send(&mut self, method: &str, path: &str, headers: &str, body: &str) -> Answer {
        let Self { address, agent, .. } = self;
        let mut head = format!("{method} {path} HTTP/1.1\nhost: {address}\nuser-agent: {agent}\n{}", headers.trim());
        if !self.cookies.is_empty() {
            let all: Vec<_> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
            head.push_str(&format!("\ncookie: {}", all.join("; ")));
        }
        let answer = raw(*address, &head, body.as_bytes()).await;
        self.keep(&answer);
        answer
    }

    fn keep(&mut self, answer: &Answer) {
        for (_, set) in answer.headers.iter().filter(|(name, _)| name == "set-cookie") {
            let mut parts = set.split("; ");
            let (name, value) = parts.next().unwrap().split_once('=').unwrap();
            let parts: Vec<_> = parts.collect();
            for rule in ["Secure", "HttpOnly", "SameSite=Lax", "Path=/"] {
                assert!(parts.contains(&rule), "{set} lacks {rule}");
            }
            assert!(name.starts_with("__Host-") && !parts.iter().any(|part| part.starts_with("Domain")), "{set}");
            if parts.contains(&"Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
    }

    pub(crate) fn session(&self) -> Option<&str> {
        self.cookies.get("__Host-smart-begin-session").map(String::as_str)
    }

    /// Signs in with an API token, going on to `next`.
    pub(crate) async fn sign_in(&mut self, token: &str, next: &str) -> Answer {
        let page = self.get("/dashboard/sign-in").await;
        let csrf = field(&page, "csrf");
        self.post("/dashboard/sign-in", &[("csrf", &csrf), ("next", next), ("token", token)]).await
    }

    /// What the forms of the account page bring along.
    pub(crate) async fn csrf(&mut self) -> String {
        field(&self.get("/dashboard/account").await, "csrf")
    }
}

/// The value of the first hidden field `name`.
#[track_caller]
pub(crate) fn field(page: &Answer, name: &str) -> String {
    let text = page.text();
    let mark = format!("name=\"{name}\" value=\"");
    let start = text.find(&mark).unwrap_or_else(|| panic!("no field {name} ({}): {text}", page.status)) + mark.len();
    text[start..].split('"').next().unwrap().to_owned()
}

#[track_caller]
pub(crate) fn leads_to(answer: &Answer, place: &str) {
    assert_eq!((answer.status, answer.header("location")), (303, Some(place)), "{}", answer.text());
}
