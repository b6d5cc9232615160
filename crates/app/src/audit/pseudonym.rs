//! Names and addresses as pseudonyms, where the operator wants that: the same for the same name, and nothing to anybody
//! who does not have the key.

use std::fmt;

use aws_lc_rs::hmac;
use secrecy::{ExposeSecret as _, SecretString};

/// What pseudonyms begin with.
const MARK: &str = "pseudonym:";

/// Characters of a pseudonym after the mark: 128 bits.
const BYTES: usize = 16;

/// A key that turns names into pseudonyms (HMAC-SHA-256, cut to 128 bits).
pub struct Pseudonyms(hmac::Key);

impl Pseudonyms {
    /// With this key, of which every character counts.
    #[must_use]
    pub fn new(key: &SecretString) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, key.expose_secret().as_bytes()))
    }

    /// The pseudonym for `name`.
    #[must_use]
    pub fn of(&self, name: &str) -> String {
        let tag = hmac::sign(&self.0, name.as_bytes());
        let hex = tag.as_ref().iter().take(BYTES).map(|byte| format!("{byte:02x}"));
        hex.fold(MARK.to_owned(), |text, byte| text + &byte)
    }
}

impl fmt::Debug for Pseudonyms {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Pseudonyms")
    }
}

/// How names and addresses stand in what is written down.
#[derive(Debug, Default)]
pub(super) struct Names(pub(super) Option<Pseudonyms>);

impl Names {
    /// How `name` does.
    pub(super) fn of(&self, name: &str) -> String {
        self.0.as_ref().map_or_else(|| name.to_owned(), |pseudonyms| pseudonyms.of(name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_name_has_the_same_pseudonym_under_one_key_alone() {
        let (one, other) = (Pseudonyms::new(&"one".into()), Pseudonyms::new(&"other".into()));
        assert_eq!(one.of("corp:ann"), one.of("corp:ann"));
        assert_ne!(one.of("corp:ann"), one.of("corp:bob"));
        assert_ne!(one.of("corp:ann"), other.of("corp:ann"));
        assert!(!one.of("corp:ann").contains("ann") && one.of("x").len() == MARK.len() + 2 * BYTES);
    }
}
