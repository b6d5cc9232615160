//! The keys of a provider, from its JWKS document: only those that can check a signature, and only within bounds.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, DecodingKey};
use serde_json::{Map, Value};

use super::access_token::asymmetric;
use super::strict_json;

const MAX_KEYS: usize = 64;
/// 2048 bits at least, as RFC 7518 wants; 8192 at most, for the time that checking takes grows with it.
const RSA_BYTES: std::ops::RangeInclusive<usize> = 256..=1024;
const MAX_EXPONENT_BYTES: usize = 4;

const RSA: [Algorithm; 6] =
    [Algorithm::RS256, Algorithm::RS384, Algorithm::RS512, Algorithm::PS256, Algorithm::PS384, Algorithm::PS512];

/// A key, and what it can check.
#[derive(Clone, Debug)]
pub(super) struct Key {
    id: Option<String>,
    algorithms: Vec<Algorithm>,
    pub(super) decoding: DecodingKey,
}

/// The usable keys of a provider.
#[derive(Clone, Debug, Default)]
pub(super) struct KeySet(Vec<Key>);

impl KeySet {
    /// Reads a JWKS document. Keys that cannot be used here are passed over; none when there are no others.
    pub(super) fn read(document: &[u8]) -> Option<Self> {
        let document = strict_json::object(document)?;
        let listed = document.get("keys")?.as_array()?;
        let keys: Vec<_> = listed.iter().take(MAX_KEYS).filter_map(|key| read(key.as_object()?)).collect();
        (!keys.is_empty()).then_some(Self(keys))
    }

    /// The keys that `algorithm` can be checked with by the one who names `id`. Without an id there is no choosing: the
    /// set must hold one key.
    pub(super) fn find(&self, id: Option<&str>, algorithm: Algorithm) -> impl Iterator<Item = &Key> {
        let fits = move |key: &&Key| match id {
            Some(id) => key.id.as_deref() == Some(id),
            None => self.0.len() == 1,
        };
        self.0.iter().filter(fits).filter(move |key| key.algorithms.contains(&algorithm))
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }
}

fn read(key: &Map<String, Value>) -> Option<Key> {
    let text = |name: &str| key.get(name).and_then(Value::as_str);
    if key.get("use").is_some_and(|usage| usage != "sig") {
        return None;
    }
    if let Some(operations) = key.get("key_ops") {
        operations.as_array()?.iter().find(|operation| **operation == "verify")?;
    }
    let (mut algorithms, decoding) = match text("kty")? {
        "RSA" => (RSA.to_vec(), rsa(text("n")?, text("e")?)?),
        "EC" => elliptic(text("crv")?, text("x")?, text("y")?)?,
        "OKP" if text("crv")? == "Ed25519" => (vec![Algorithm::EdDSA], edwards(text("x")?)?),
        _ => return None,
    };
    if let Some(named) = key.get("alg") {
        let only = asymmetric(named.as_str()?)?;
        algorithms.retain(|algorithm| *algorithm == only);
    }
    let id = match key.get("kid") {
        None => None,
        Some(id) => Some(id.as_str()?.to_owned()),
    };
    (!algorithms.is_empty()).then_some(Key { id, algorithms, decoding })
}

fn bytes(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text.trim_end_matches('=')).ok()
}

fn rsa(modulus: &str, exponent: &str) -> Option<DecodingKey> {
    let (modulus, exponent) = (bytes(modulus)?, bytes(exponent)?);
    // Some providers put a zero in front, as for a signed number.
    let modulus = modulus.strip_prefix(&[0]).unwrap_or(&modulus);
    let good = RSA_BYTES.contains(&modulus.len()) && (1..=MAX_EXPONENT_BYTES).contains(&exponent.len());
    good.then(|| DecodingKey::from_rsa_raw_components(modulus, &exponent))
}

fn elliptic(curve: &str, x: &str, y: &str) -> Option<(Vec<Algorithm>, DecodingKey)> {
    let (algorithm, length) = match curve {
        "P-256" => (Algorithm::ES256, 32),
        "P-384" => (Algorithm::ES384, 48),
        _ => return None,
    };
    let good = bytes(x)?.len() == length && bytes(y)?.len() == length;
    let key = DecodingKey::from_ec_components(x.trim_end_matches('='), y.trim_end_matches('=')).ok()?;
    good.then(|| (vec![algorithm], key))
}

fn edwards(x: &str) -> Option<DecodingKey> {
    let good = bytes(x)?.len() == 32;
    good.then(|| DecodingKey::from_ed_components(x.trim_end_matches('=')).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn of_length(bytes: usize) -> String {
        URL_SAFE_NO_PAD.encode(vec![0x81; bytes])
    }

    fn rsa_key(more: Value) -> Value {
        let mut key = json!({ "kty": "RSA", "kid": "a", "n": of_length(256), "e": "AQAB" });
        for (name, value) in more.as_object().unwrap() {
            key[name] = value.clone();
        }
        key
    }

    fn usable(keys: &[Value]) -> usize {
        KeySet::read(json!({ "keys": keys }).to_string().as_bytes()).map_or(0, |set| set.len())
    }

    #[test]
    fn keys_that_check_no_signature_are_passed_over() {
        assert_eq!(usable(&[rsa_key(json!({ "use": "sig", "alg": "RS256", "key_ops": ["verify"] }))]), 1);
        for unusable in [
            rsa_key(json!({ "use": "enc" })),
            rsa_key(json!({ "use": 7 })),
            rsa_key(json!({ "alg": "RSA-OAEP" })),
            rsa_key(json!({ "alg": "HS256" })),
            rsa_key(json!({ "alg": "ES256" })),
            rsa_key(json!({ "key_ops": ["encrypt"] })),
            rsa_key(json!({ "n": of_length(255) })),
            rsa_key(json!({ "n": of_length(1025) })),
            rsa_key(json!({ "e": of_length(5) })),
            rsa_key(json!({ "n": "!" })),
            rsa_key(json!({ "kid": 7 })),
            json!({ "kty": "oct", "kid": "a", "k": of_length(32) }),
            json!({ "kty": "EC", "crv": "P-256", "x": of_length(31), "y": of_length(32) }),
            json!({ "kty": "EC", "crv": "P-521", "x": of_length(66), "y": of_length(66) }),
            json!({ "kty": "OKP", "crv": "X25519", "x": of_length(32) }),
            json!("text"),
        ] {
            assert_eq!(usable(std::slice::from_ref(&unusable)), 0, "{unusable}");
            assert_eq!(usable(&[unusable, rsa_key(json!({}))]), 1, "the good ones are kept");
        }
    }

    #[test]
    fn a_key_is_found_by_its_id_and_what_it_is_for() {
        let keys = [rsa_key(json!({ "alg": "RS256" })), rsa_key(json!({ "kid": "b" }))];
        let set = KeySet::read(json!({ "keys": keys }).to_string().as_bytes()).unwrap();
        let found = |id, algorithm| set.find(id, algorithm).count();
        assert_eq!(found(Some("a"), Algorithm::RS256), 1);
        assert_eq!(found(Some("a"), Algorithm::PS256), 0, "the key is for RS256 alone");
        assert_eq!(found(Some("b"), Algorithm::PS512), 1);
        assert_eq!(found(Some("a"), Algorithm::ES256), 0);
        assert_eq!(found(Some("c"), Algorithm::RS256), 0);
        assert_eq!(found(None, Algorithm::RS256), 0, "nobody guesses among several");
    }

    #[test]
    fn the_set_is_bounded() {
        let many: Vec<_> = (0..1000).map(|number| rsa_key(json!({ "kid": number.to_string() }))).collect();
        assert_eq!(usable(&many), MAX_KEYS);
        for document in ["", "{}", "[]", r#"{"keys":{}}"#, r#"{"keys":[]}"#, r#"{"keys":[],"keys":[]}"#] {
            assert!(KeySet::read(document.as_bytes()).is_none(), "{document}");
        }
    }
}
