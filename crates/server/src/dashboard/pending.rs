//! A sign-in with a provider while the person is away at the provider's pages. It lives in a cookie of ten minutes and
//! nowhere on the server: who begins thousands of sign-ins fills nothing. `cookie` says why it needs no signature.

use aws_lc_rs::digest::{SHA256, digest};
use axum::http::HeaderMap;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

use super::cookie;
use super::guard;

const LIFETIME_SECONDS: i64 = 600;

/// What must be known again when the person comes back.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Pending {
    /// The provider it was begun with.
    pub(super) provider: String,
    /// Must come back with the person: the answer belongs to this browser.
    pub(super) state: String,
    /// Must stand in the ID token: the token was made for this sign-in.
    pub(super) nonce: String,
    /// Its hash went ahead; the code is good only together with it (PKCE).
    pub(super) verifier: String,
    /// Where the person wanted to go.
    pub(super) next: String,
}

impl Pending {
    /// A new sign-in with `provider`; none when the operating system has no randomness to give.
    pub(super) fn begin(provider: &str, next: &str) -> Option<Self> {
        Some(Self {
            provider: provider.to_owned(),
            state: guard::random()?,
            nonce: guard::random()?,
            verifier: guard::random()?,
            next: next.to_owned(),
        })
    }

    /// What goes ahead of the verifier: S256.
    pub(super) fn challenge(&self) -> String {
        URL_SAFE_NO_PAD.encode(digest(&SHA256, self.verifier.as_bytes()))
    }

    /// Gives it to the browser to keep.
    pub(super) fn keep(&self, headers: &mut HeaderMap) -> Option<()> {
        let json = serde_json::to_vec(self).ok()?;
        cookie::set(headers, cookie::PENDING, &URL_SAFE_NO_PAD.encode(json), Some(LIFETIME_SECONDS));
        Some(())
    }

    /// What the browser kept.
    pub(super) fn read(headers: &HeaderMap) -> Option<Self> {
        let kept = URL_SAFE_NO_PAD.decode(cookie::read(headers, cookie::PENDING)?).ok()?;
        serde_json::from_slice(&kept).ok()
    }
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderValue, header};

    use super::*;

    #[test]
    fn what_is_kept_comes_back_and_what_is_not_ours_does_not() {
        let pending = Pending::begin("company", "/dashboard").unwrap();
        let mut answer = HeaderMap::new();
        pending.keep(&mut answer).unwrap();
        let set = answer[header::SET_COOKIE].to_str().unwrap();
        assert!(set.contains("HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=600"), "{set}");
        let ask = |value: &str| HeaderMap::from_iter([(header::COOKIE, HeaderValue::from_str(value).unwrap())]);
        let back = Pending::read(&ask(set.split(';').next().unwrap())).unwrap();
        assert_eq!(
            (&back.state, &back.verifier, back.challenge()),
            (&pending.state, &pending.verifier, pending.challenge())
        );
        assert!(pending.state != pending.nonce && pending.nonce != pending.verifier && pending.verifier.len() >= 43);
        for hostile in ["", "x", "e30", "bnVsbA", "eyJwcm92aWRlciI6MX0"] {
            assert!(Pending::read(&ask(&format!("{}={hostile}", cookie::PENDING))).is_none(), "{hostile}");
        }
    }

    #[test]
    fn the_challenge_is_the_one_of_rfc_7636() {
        let mut pending = Pending::begin("company", "/dashboard").unwrap();
        pending.verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk".to_owned();
        assert_eq!(pending.challenge(), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    }
}
