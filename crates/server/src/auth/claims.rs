//! What a token says, judged after its signature was found good. Stricter than the library's own checks, which take an
//! issuer among several and a number for anything.

use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Map, Value};

use super::invalid::Invalid;

const MAX_SUBJECT: usize = 255;
const MAX_AUDIENCES: usize = 32;

/// The claims of a token that is good.
pub(crate) type Claims = Map<String, Value>;

/// What the claims must say.
pub(super) struct Expected<'a> {
    pub(super) issuer: &'a str,
    pub(super) audiences: &'a [String],
    pub(super) leeway: u64,
}

/// Seconds since 1970.
pub(super) fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

/// Checks issuer, subject, time and audience, the audience last: who is told of a wrong one holds a token that is good
/// in all else.
pub(super) fn check(claims: &Claims, expected: &Expected<'_>, now: u64) -> Result<(), Invalid> {
    if claims.get("iss").and_then(Value::as_str) != Some(expected.issuer) {
        return Err(Invalid::Issuer);
    }
    subject(claims)?;
    time(claims, expected.leeway, now)?;
    let audiences = audiences(claims)?;
    if audiences.iter().any(|audience| expected.audiences.iter().any(|ours| ours == audience)) {
        return Ok(());
    }
    Err(Invalid::Audience(audiences.into_iter().map(str::to_owned).collect()))
}

/// Who it is about.
pub(super) fn subject(claims: &Claims) -> Result<&str, Invalid> {
    let subject = claims.get("sub").and_then(Value::as_str).ok_or(Invalid::Claim("sub"))?;
    let plain = !subject.is_empty() && subject.len() <= MAX_SUBJECT && subject.trim() == subject;
    if plain && !subject.chars().any(is_deceptive) { Ok(subject) } else { Err(Invalid::Claim("sub")) }
}

/// What people cannot see, or what makes them see something else: control characters, marks of direction, blanks
/// without width.
pub(super) fn is_deceptive(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e0fff}')
}

fn time(claims: &Claims, leeway: u64, now: u64) -> Result<(), Invalid> {
    let expires = seconds(claims, "exp")?.ok_or(Invalid::Claim("exp"))?;
    if expires.saturating_add(leeway) <= now {
        return Err(Invalid::Expired);
    }
    let latest = now.saturating_add(leeway);
    if seconds(claims, "nbf")?.is_some_and(|from| from > latest) {
        return Err(Invalid::TooEarly);
    }
    match seconds(claims, "iat")? {
        Some(issued) if issued > latest => Err(Invalid::TooEarly),
        Some(issued) if issued > expires => Err(Invalid::Claim("iat")),
        _ => Ok(()),
    }
}

fn seconds(claims: &Claims, name: &'static str) -> Result<Option<u64>, Invalid> {
    let Some(value) = claims.get(name) else { return Ok(None) };
    // Parts of a second are allowed, and cut off. Beyond 2^53 no two readers agree on a number.
    let whole = value.as_u64().or_else(|| {
        let parts = value.as_f64().filter(|parts| (0.0..9e15).contains(parts))?;
        parts.trunc().to_string().parse().ok()
    });
    whole.map(Some).ok_or(Invalid::Claim(name))
}

fn audiences(claims: &Claims) -> Result<Vec<&str>, Invalid> {
    let fault = Invalid::Claim("aud");
    match claims.get("aud") {
        Some(Value::String(one)) => Ok(vec![one]),
        Some(Value::Array(several)) if (1..=MAX_AUDIENCES).contains(&several.len()) => {
            several.iter().map(Value::as_str).collect::<Option<_>>().ok_or(fault)
        }
        // A token for nobody in particular is how some providers are set up: it is told like a wrong one.
        None => Ok(Vec::new()),
        Some(_) => Err(fault),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn judged(change: impl FnOnce(&mut Value)) -> Result<(), Invalid> {
        let mut claims = json!({ "iss": "https://id.example", "sub": "ada", "aud": "us", "exp": 2_000, "iat": 1_000 });
        change(&mut claims);
        let audiences = ["us".to_owned()];
        let expected = Expected { issuer: "https://id.example", audiences: &audiences, leeway: 60 };
        check(claims.as_object().unwrap(), &expected, 1_500)
    }

    #[test]
    fn good_claims_pass() {
        assert_eq!(judged(|_| {}), Ok(()));
        assert_eq!(judged(|claims| claims["aud"] = json!(["others", "us"])), Ok(()));
        assert_eq!(judged(|claims| claims["exp"] = json!(1_441)), Ok(()), "its clock may be behind");
        assert_eq!(judged(|claims| claims["exp"] = json!(1_999.5)), Ok(()));
        assert_eq!(judged(|claims| claims["iat"] = json!(1_560)), Ok(()), "its clock may be ahead");
    }

    #[test]
    fn bad_claims_do_not() {
        let cases: [(&str, Value, Invalid); 21] = [
            ("iss", json!("https://id.example/"), Invalid::Issuer),
            ("iss", json!(["https://id.example"]), Invalid::Issuer),
            ("iss", Value::Null, Invalid::Issuer),
            ("exp", json!(1_440), Invalid::Expired),
            ("exp", json!("2000"), Invalid::Claim("exp")),
            ("exp", json!(-1), Invalid::Claim("exp")),
            ("exp", json!(1e300), Invalid::Claim("exp")),
            ("exp", Value::Null, Invalid::Claim("exp")),
            ("exp", json!(true), Invalid::Claim("exp")),
            ("nbf", json!(1_561), Invalid::TooEarly),
            ("nbf", json!("0"), Invalid::Claim("nbf")),
            ("iat", json!(1_561), Invalid::TooEarly),
            ("iat", json!([1]), Invalid::Claim("iat")),
            ("sub", json!(""), Invalid::Claim("sub")),
            ("sub", json!(7), Invalid::Claim("sub")),
            ("sub", json!(" ada"), Invalid::Claim("sub")),
            ("sub", json!("a\u{202e}da"), Invalid::Claim("sub")),
            ("sub", json!("a\nda"), Invalid::Claim("sub")),
            ("aud", json!("them"), Invalid::Audience(vec!["them".to_owned()])),
            ("aud", json!(["us", 7]), Invalid::Claim("aud")),
            ("aud", json!({ "us": true }), Invalid::Claim("aud")),
        ];
        for (name, value, expected) in cases {
            assert_eq!(judged(|claims| claims[name] = value.clone()), Err(expected), "{name}: {value}");
        }
        for (name, expected) in [
            ("iss", Invalid::Issuer),
            ("exp", Invalid::Claim("exp")),
            ("sub", Invalid::Claim("sub")),
            ("aud", Invalid::Audience(vec![])),
        ] {
            assert_eq!(judged(|claims| drop(claims.as_object_mut().unwrap().remove(name))), Err(expected), "{name}");
        }
    }
}
