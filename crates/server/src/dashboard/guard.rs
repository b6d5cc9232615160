//! Whether a request that changes something was made by a page of ours: the header that browsers set and pages cannot,
//! and a value that only our own pages know.

use std::borrow::Cow;

use aws_lc_rs::constant_time::verify_slices_are_equal;
use axum::http::request::Parts;
use axum::http::uri::Authority;
use axum::http::{HeaderMap, header};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// Whether the browser says that a page of this very origin makes the request. A request that says nothing is none of a
/// browser of this decade, and is refused.
pub(super) fn is_same_origin(parts: &Parts, base: &str) -> bool {
    let text = |name: &str| parts.headers.get(name).map(|value| value.to_str().unwrap_or("?"));
    let site = text("sec-fetch-site");
    let origin = text(header::ORIGIN.as_str());
    if site.is_some_and(|site| site != "same-origin") {
        return false;
    }
    match origin {
        Some(origin) => is_own_origin(origin, base, host(parts)),
        None => site.is_some(),
    }
}

/// Whether the browser says that another site leads here. A typed address, a bookmark and our own pages do not count.
pub(super) fn is_cross_site(headers: &HeaderMap) -> bool {
    headers.get("sec-fetch-site").is_some_and(|site| site != "same-origin" && site != "none")
}

/// The host and port that the request was sent to.
pub(super) fn host(parts: &Parts) -> Option<&str> {
    let header = parts.headers.get(header::HOST).and_then(|host| host.to_str().ok());
    header.or_else(|| parts.uri.authority().map(Authority::as_str))
}

/// `Host` has been checked against the allow-list before: on this machine people type `localhost` or `127.0.0.1`.
fn is_own_origin(origin: &str, base: &str, host: Option<&str>) -> bool {
    let scheme = base.split("://").next().unwrap_or_default();
    let same = |authority: &str| origin.eq_ignore_ascii_case(&format!("{scheme}://{authority}"));
    origin.eq_ignore_ascii_case(base) || host.is_some_and(|host| same(&without_default_port(host, scheme)))
}

fn without_default_port<'a>(host: &'a str, scheme: &str) -> Cow<'a, str> {
    let port = if scheme == "https" { ":443" } else { ":80" };
    Cow::Borrowed(host.strip_suffix(port).unwrap_or(host))
}

/// Whether both are the same, in a time that does not tell where they differ.
pub(super) fn is_same(given: &str, expected: &str) -> bool {
    !expected.is_empty() && verify_slices_are_equal(given.as_bytes(), expected.as_bytes()).is_ok()
}

/// 256 random bits for an address or a form; none when the operating system has none to give.
pub(super) fn random() -> Option<String> {
    let mut bytes = [0_u8; 32];
    getrandom::fill(&mut bytes).ok()?;
    Some(URL_SAFE_NO_PAD.encode(bytes))
}

#[cfg(test)]
mod tests {
    use axum::http::Request;

    use super::*;

    fn made(headers: &[(&str, &str)]) -> Parts {
        let request =
            headers.iter().fold(Request::post("/dashboard"), |request, (name, value)| request.header(*name, *value));
        request.body(()).unwrap().into_parts().0
    }

    #[test]
    fn only_what_the_browser_calls_our_own_page_is_let_through() {
        let base = "https://begin.example";
        let good: [&[(&str, &str)]; 4] = [
            &[("origin", base)],
            &[("sec-fetch-site", "same-origin")],
            &[("sec-fetch-site", "same-origin"), ("origin", base)],
            &[("host", "localhost:8080"), ("origin", "https://localhost:8080")],
        ];
        for headers in good {
            assert!(is_same_origin(&made(headers), base), "{headers:?}");
        }
        let bad: [&[(&str, &str)]; 9] = [
            &[],
            &[("host", "begin.example")],
            &[("origin", "null")],
            &[("origin", "http://begin.example")],
            &[("origin", "https://begin.example.evil.example")],
            &[("origin", "https://begin.example:444"), ("host", "begin.example")],
            &[("sec-fetch-site", "same-site"), ("origin", base)],
            &[("sec-fetch-site", "cross-site")],
            &[("sec-fetch-site", "same-origin"), ("origin", "https://evil.example")],
        ];
        for headers in bad {
            assert!(!is_same_origin(&made(headers), base), "{headers:?}");
        }
    }

    #[test]
    fn nothing_is_not_the_same_as_nothing() {
        assert!(is_same("abc", "abc") && !is_same("abd", "abc") && !is_same("", ""));
    }
}
