//! Reads what a request shows: a bearer token in the one header that it may stand in.

use axum::http::{HeaderMap, header};

/// What the request says about a token.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Bearer<'a> {
    /// Nothing.
    None,
    /// This.
    Token(&'a str),
    /// Something of another scheme, such as Basic.
    OtherScheme,
    /// Nothing that can be taken for a token: it is refused like a token that is not good.
    Malformed,
    /// More than one, or one in a place where it must not stand.
    Misplaced(&'static str),
}

const TWICE: &str = "The header Authorization is there more than once";
const IN_QUERY: &str = "A token stands in the address, where logs and histories keep it";

impl<'a> Bearer<'a> {
    /// Reads `headers` and the query of the address.
    pub(super) fn read(headers: &'a HeaderMap, query: Option<&str>) -> Self {
        let names = url::form_urlencoded::parse(query.unwrap_or_default().as_bytes());
        if names.map(|(name, _)| name).any(|name| matches!(&*name, "access_token" | "token" | "authorization")) {
            return Self::Misplaced(IN_QUERY);
        }
        let mut lines = headers.get_all(header::AUTHORIZATION).iter();
        let line = match (lines.next(), lines.next()) {
            (None, _) => return Self::None,
            (Some(line), None) => line,
            (Some(_), Some(_)) => return Self::Misplaced(TWICE),
        };
        let Ok(line) = line.to_str() else { return Self::Malformed };
        let (scheme, token) = line.split_once(' ').unwrap_or((line, ""));
        if !scheme.eq_ignore_ascii_case("bearer") {
            return Self::OtherScheme;
        }
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_');
        if token.is_empty() || !token.bytes().all(plain) { Self::Malformed } else { Self::Token(token) }
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn read(lines: &[&'static [u8]], query: Option<&str>) -> String {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(header::AUTHORIZATION, HeaderValue::from_bytes(line).unwrap());
        }
        format!("{:?}", Bearer::read(&headers, query))
    }

    #[test]
    fn a_token_stands_in_one_header_alone() {
        assert_eq!(read(&[], None), "None");
        assert_eq!(read(&[b"Bearer a.b-c_d"], Some("x=1")), "Token(\"a.b-c_d\")");
        assert_eq!(read(&[b"bearer abc"], None), "Token(\"abc\")");
        for (line, expected) in [
            (&b"Basic YTpi"[..], "OtherScheme"),
            (b"abc", "OtherScheme"),
            (b"", "OtherScheme"),
            (b"Bearer", "Malformed"),
            (b"Bearer ", "Malformed"),
            (b"Bearer  abc", "Malformed"),
            (b"Bearer abc ", "Malformed"),
            (b"Bearer a\tb", "Malformed"),
            (b"Bearer abc, Bearer def", "Malformed"),
            (b"Bearer a=", "Malformed"),
            (b"Bearer \"abc\"", "Malformed"),
            ("Bearer a\u{202e}b".as_bytes(), "Malformed"),
            (b"Bearer \xff", "Malformed"),
        ] {
            assert_eq!(read(&[line], None), expected, "{line:?}");
        }
        assert!(read(&[b"Bearer a", b"Bearer a"], None).starts_with("Misplaced"));
        assert!(read(&[], Some("access_token=a")).starts_with("Misplaced"));
        assert!(read(&[b"Bearer a"], Some("a=1&access%5Ftoken=b")).starts_with("Misplaced"));
    }
}
