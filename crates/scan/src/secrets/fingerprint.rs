//! A finding's name, made of the rule and the value, never of the place: a baseline survives moved lines, and a new secret on
//! an ignored line is seen.
//!
//! It is an HMAC, so with a key that stays secret it tells nothing of the value. A baseline in a repository must be read by
//! everybody's machine, though, and there the key may be known. A random token cannot be guessed even then; a password of a
//! person can. Values that carry few bits are therefore stretched when the key is public: each guess costs 4,096 rounds. That
//! makes guessing dear, not impossible: who baselines weak passwords should use a secret key, and change the passwords.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::entropy::shannon;

const ROUNDS: usize = 4096;
/// Values with fewer bits than this are stretched under a public key.
const STRONG_BITS: f64 = 60.0;
const PUBLIC: &[u8] = b"smart-begin secret fingerprint 1";

/// What fingerprints are made with.
#[derive(Clone)]
pub struct FingerprintKey {
    key: Hmac<Sha256>,
    public: bool,
}

impl FingerprintKey {
    /// A key that others do not know: 16 bytes or more.
    #[must_use]
    pub fn secret(key: &[u8]) -> Self {
        Self { key: keyed(key), public: false }
    }

    /// The key that every copy of this program has.
    #[must_use]
    pub fn public() -> Self {
        Self { key: keyed(PUBLIC), public: true }
    }

    /// Names the key without telling it, so that a baseline made with another is noticed.
    #[must_use]
    pub fn name(&self) -> String {
        hex(&self.mac(&[b"name of the key"])[..4])
    }

    pub(crate) fn fingerprint(&self, rule: &str, value: &[u8]) -> String {
        let length = (rule.len() as u64).to_be_bytes();
        let mut digest = self.mac(&[&length, rule.as_bytes(), value]);
        if self.public && bits(value) < STRONG_BITS {
            digest = self.stretch(digest);
        }
        hex(&digest[..16])
    }

    /// PBKDF2's inner loop.
    fn stretch(&self, first: [u8; 32]) -> [u8; 32] {
        let mut last = first;
        let mut all = first;
        for _ in 1..ROUNDS {
            last = self.mac(&[&last]);
            all.iter_mut().zip(last).for_each(|(sum, byte)| *sum ^= byte);
        }
        all
    }

    fn mac(&self, parts: &[&[u8]]) -> [u8; 32] {
        let mut mac = self.key.clone();
        parts.iter().for_each(|part| mac.update(part));
        mac.finalize().into_bytes().into()
    }
}

impl std::fmt::Debug for FingerprintKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(if self.public { "FingerprintKey(public)" } else { "FingerprintKey(secret)" })
    }
}

#[expect(clippy::expect_used, reason = "HMAC takes keys of any length")]
fn keyed(key: &[u8]) -> Hmac<Sha256> {
    Hmac::new_from_slice(key).expect("a key of any length")
}

fn bits(value: &[u8]) -> f64 {
    shannon(value) * value.len() as f64
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fingerprint_is_of_rule_and_value_and_key() {
        let key = FingerprintKey::public();
        let one = key.fingerprint("a", b"value");
        assert_eq!(one, key.fingerprint("a", b"value"));
        assert_ne!(one, key.fingerprint("b", b"value"));
        assert_ne!(one, key.fingerprint("a", b"valuf"));
        assert_ne!(key.fingerprint("ab", b"c"), key.fingerprint("a", b"bc"));
        let other = FingerprintKey::secret(b"sixteen bytes!!!");
        assert_ne!(one, other.fingerprint("a", b"value"));
        assert_ne!(key.name(), other.name());
        assert!(!format!("{other:?}").contains("sixteen"));
    }

    #[test]
    fn a_weak_value_is_stretched_under_the_public_key_alone() {
        let key = FingerprintKey::public();
        let plain = |key: &FingerprintKey, value: &[u8]| hex(&key.mac(&[&1_u64.to_be_bytes(), b"a", value])[..16]);
        assert_ne!(key.fingerprint("a", b"hunter2"), plain(&key, b"hunter2"));
        let strong = b"q7GxN2vKp9LmW4tZ8rYc3bHd";
        assert_eq!(key.fingerprint("a", strong), plain(&key, strong));
        let secret = FingerprintKey::secret(b"sixteen bytes!!!");
        assert_eq!(secret.fingerprint("a", b"hunter2"), plain(&secret, b"hunter2"));
    }
}
