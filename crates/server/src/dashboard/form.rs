//! Reading what a form or an address says: bounded, and every field once.

use std::collections::BTreeMap;
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, header};

/// Larger than any form of ours.
const LIMIT: usize = 16 << 10;

/// The fields of a form.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Form(BTreeMap<String, Vec<String>>);

/// Why a form could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unreadable {
    /// It is not what a form sends.
    Malformed,
    /// It is larger than any form of ours.
    TooLarge,
    /// It took too long to arrive.
    TooSlow,
}

impl Form {
    /// The fields of the query of an address.
    pub(super) fn of_query(query: Option<&str>) -> Self {
        Self::of_bytes(query.unwrap_or_default().as_bytes())
    }

    /// The fields of the form that the body of a request is.
    pub(super) async fn of_body(headers: &HeaderMap, body: Body, within: Duration) -> Result<Self, Unreadable> {
        let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        let essence = kind.split(';').next().unwrap_or_default().trim();
        if !essence.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
            return Err(Unreadable::Malformed);
        }
        let read = tokio::time::timeout(within, to_bytes(body, LIMIT)).await.map_err(|_| Unreadable::TooSlow)?;
        Ok(Self::of_bytes(&read.map_err(|_| Unreadable::TooLarge)?))
    }

    fn of_bytes(bytes: &[u8]) -> Self {
        let mut fields: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (name, value) in url::form_urlencoded::parse(bytes) {
            fields.entry(name.into_owned()).or_default().push(value.into_owned());
        }
        Self(fields)
    }

    /// The one value of `name`; none when it is said twice, for who knows which of the two somebody else reads.
    pub(super) fn one(&self, name: &str) -> Option<&str> {
        match self.0.get(name)?.as_slice() {
            [value] => Some(value),
            _ => None,
        }
    }

    /// All values of `name`.
    pub(super) fn all(&self, name: &str) -> &[String] {
        self.0.get(name).map_or(&[], Vec::as_slice)
    }

    /// Whether `name` is said more than once.
    pub(super) fn repeats(&self, name: &str) -> bool {
        self.all(name).len() > 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_twice_is_said_by_none() {
        let form = Form::of_query(Some("a=1&b=2&a=3&c=%20x+y"));
        assert_eq!((form.one("a"), form.one("b"), form.one("c"), form.one("d")), (None, Some("2"), Some(" x y"), None));
        assert!(form.repeats("a") && !form.repeats("b"));
        assert_eq!(form.all("a"), ["1", "3"]);
    }

    #[tokio::test]
    async fn a_body_that_is_no_form_or_too_large_is_refused() {
        let kind = |text: &str| HeaderMap::from_iter([(header::CONTENT_TYPE, text.parse().unwrap())]);
        let read = |headers: HeaderMap, body: Vec<u8>| async move {
            Form::of_body(&headers, Body::from(body), Duration::from_secs(5)).await.err()
        };
        assert_eq!(read(kind("text/plain"), b"a=1".to_vec()).await, Some(Unreadable::Malformed));
        let form = "application/x-www-form-urlencoded; charset=utf-8";
        assert_eq!(read(kind(form), vec![b'a'; LIMIT + 1]).await, Some(Unreadable::TooLarge));
        assert_eq!(read(kind(form), b"a=1".to_vec()).await, None);
    }
}
