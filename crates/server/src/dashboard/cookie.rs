//! The cookies of the dashboard. All of them have the prefix `__Host-`: browsers take such a cookie from this very host
//! over a secure connection only (or from this machine), so no neighbouring site and nobody on the wire can plant one.
//! That is what makes it safe to keep a sign-in under way in a cookie without signing it: only the browser's own user
//! could forge it, and would deceive nobody else.

use axum::http::{HeaderMap, HeaderValue, header};
use cookie::{Cookie, SameSite};

/// The session.
pub(crate) const SESSION: &str = "__Host-smart-begin-session";
/// A sign-in with a provider that is under way.
pub(super) const PENDING: &str = "__Host-smart-begin-pending";
/// Ties forms to the browser that got them, where there is no session.
pub(super) const FORM: &str = "__Host-smart-begin-form";

/// The value of the cookie `name`; none when there is none, or more than one, of which one is not ours.
pub(crate) fn read(headers: &HeaderMap, name: &str) -> Option<String> {
    let all = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut found = all.flat_map(Cookie::split_parse).flatten().filter(|cookie| cookie.name() == name);
    let first = found.next()?;
    (found.next().is_none() && !first.value().is_empty()).then(|| first.value().to_owned())
}

/// Sets `name`. A cookie without `seconds` ends with the browser.
///
/// `SameSite` is `Lax`, not `Strict`: somebody who comes back from the provider, or follows a link to a download in a
/// chat, comes from another site. With `Strict` the browser would keep the cookie back and they would look signed out.
/// `Lax` never sends it with a POST, a frame or a script of another site.
pub(crate) fn set(headers: &mut HeaderMap, name: &'static str, value: &str, seconds: Option<i64>) {
    let mut cookie = Cookie::new(name, value);
    cookie.set_path("/");
    cookie.set_secure(true);
    cookie.set_http_only(true);
    cookie.set_same_site(SameSite::Lax);
    if let Some(seconds) = seconds {
        cookie.set_max_age(cookie::time::Duration::seconds(seconds));
    }
    if let Ok(value) = HeaderValue::from_str(&cookie.to_string()) {
        headers.append(header::SET_COOKIE, value);
    }
}

/// Takes `name` away.
pub(crate) fn clear(headers: &mut HeaderMap, name: &'static str) {
    set(headers, name, "", Some(0));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_for_this_host_alone_and_out_of_reach_of_scripts() {
        let mut headers = HeaderMap::new();
        set(&mut headers, SESSION, "abc", None);
        let set = headers[header::SET_COOKIE].to_str().unwrap();
        assert_eq!(set, "__Host-smart-begin-session=abc; HttpOnly; SameSite=Lax; Secure; Path=/");
    }

    #[test]
    fn of_two_cookies_with_one_name_neither_is_believed() {
        let headers = |value: &'static str| HeaderMap::from_iter([(header::COOKIE, HeaderValue::from_static(value))]);
        let one = headers("a=b; __Host-smart-begin-session=abc");
        assert_eq!(read(&one, SESSION).as_deref(), Some("abc"));
        let two = headers("__Host-smart-begin-session=abc; __Host-smart-begin-session=def");
        assert_eq!(read(&two, SESSION), None);
    }
}
