//! Who signs, and whom to believe. A key is known by its name and a hash of name, algorithm and public key, so that two keys
//! of one name can overlap while one takes the place of the other.

use std::{fmt, str::FromStr};

use aws_lc_rs::signature::{ED25519, ED25519_PUBLIC_KEY_LEN, Ed25519KeyPair, KeyPair, UnparsedPublicKey};

use crate::{error::Error, hash::sha256, strict};

/// The longest name of a key.
pub const MAX_KEY_NAME_BYTES: usize = 256;

/// The most keys in a list.
pub const MAX_VERIFIERS: usize = 100;

/// The signature type of Ed25519 in [c2sp.org/signed-note](https://c2sp.org/signed-note#signature-types).
const ED25519_TYPE: u8 = 0x01;

/// A public key with its name: `<name>+<key id>+<base64 of type and key>` in text, as Go's `sumdb/note` writes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verifier {
    name: String,
    key_id: u32,
    public_key: [u8; ED25519_PUBLIC_KEY_LEN],
}

impl Verifier {
    /// An Ed25519 key ([RFC 8032](https://www.rfc-editor.org/rfc/rfc8032.html), 32 bytes) with this name.
    ///
    /// # Errors
    ///
    /// [`Error::MalformedKey`] if the name is empty, too long, or has a space, a plus or a control character.
    pub fn new(name: &str, public_key: [u8; ED25519_PUBLIC_KEY_LEN]) -> Result<Self, Error> {
        if !is_key_name(name) {
            return Err(Error::MalformedKey {
                why: "its name is empty, too long, or has spaces, a plus or control characters",
            });
        }
        Ok(Self { name: name.to_owned(), key_id: key_id(name, &public_key), public_key })
    }

    /// Its name: that of the log.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// First four bytes of `SHA-256(name || 0x0A || 0x01 || public key)`.
    #[must_use]
    pub const fn key_id(&self) -> u32 {
        self.key_id
    }

    /// The key alone.
    #[must_use]
    pub const fn public_key(&self) -> &[u8; ED25519_PUBLIC_KEY_LEN] {
        &self.public_key
    }

    /// Whether this key signed this text.
    #[must_use]
    pub fn verifies(&self, text: &str, signature: &[u8]) -> bool {
        UnparsedPublicKey::new(&ED25519, self.public_key).verify(text.as_bytes(), signature).is_ok()
    }
}

impl fmt::Display for Verifier {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key = strict::to_base64(&typed(&self.public_key));
        write!(out, "{}+{:08x}+{key}", self.name, self.key_id)
    }
}

impl FromStr for Verifier {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let malformed = |why| Error::MalformedKey { why };
        let mut parts = text.splitn(3, '+');
        let (Some(name), Some(_), Some(key)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(malformed("it is not `name+key id+key`"));
        };
        let typed = strict::base64(key, 1 + ED25519_PUBLIC_KEY_LEN)
            .ok_or(malformed("its last part is not base64 of 33 bytes"))?;
        let public_key = match typed.split_first() {
            Some((&ED25519_TYPE, key)) => {
                key.try_into().map_err(|_| malformed("its last part is not base64 of 33 bytes"))?
            }
            _ => return Err(malformed("it is not an Ed25519 key")),
        };
        let verifier = Self::new(name, public_key)?;
        if verifier.to_string() == text {
            Ok(verifier)
        } else {
            Err(malformed("its key id is not that of its name and key"))
        }
    }
}

/// A private key with its name. It never shows itself.
pub struct Signer {
    pair: Ed25519KeyPair,
    verifier: Verifier,
}

impl Signer {
    /// From an unencrypted PKCS#8 document, as `openssl genpkey -algorithm ED25519 -outform DER` makes one.
    ///
    /// # Errors
    ///
    /// [`Error::MalformedKey`].
    pub fn from_pkcs8(name: &str, document: &[u8]) -> Result<Self, Error> {
        let pair = Ed25519KeyPair::from_pkcs8(document);
        Self::new(name, pair.map_err(|_| Error::MalformedKey { why: "it is not an Ed25519 key in PKCS#8" })?)
    }

    /// From the 32 secret bytes of [RFC 8032, section 5.1.5](https://www.rfc-editor.org/rfc/rfc8032.html#section-5.1.5).
    ///
    /// # Errors
    ///
    /// [`Error::MalformedKey`].
    pub fn from_seed(name: &str, seed: &[u8; 32]) -> Result<Self, Error> {
        let pair = Ed25519KeyPair::from_seed_unchecked(seed);
        Self::new(name, pair.map_err(|_| Error::MalformedKey { why: "it is not an Ed25519 seed" })?)
    }

    fn new(name: &str, pair: Ed25519KeyPair) -> Result<Self, Error> {
        let public_key = pair.public_key().as_ref().try_into();
        let public_key = public_key.map_err(|_| Error::MalformedKey { why: "its public key is not 32 bytes long" })?;
        Ok(Self { verifier: Verifier::new(name, public_key)?, pair })
    }

    /// What others need to check its signatures.
    #[must_use]
    pub const fn verifier(&self) -> &Verifier {
        &self.verifier
    }

    pub(crate) fn sign(&self, text: &str) -> Result<Vec<u8>, Error> {
        let signature = self.pair.try_sign(text.as_bytes());
        signature
            .map(|signature| signature.as_ref().to_vec())
            .map_err(|_| Error::MalformedKey { why: "it cannot sign" })
    }
}

impl fmt::Debug for Signer {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Signer").field("verifier", &self.verifier).finish_non_exhaustive()
    }
}

/// The keys to believe. While a log's key is replaced, both the old and the new one are in it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Verifiers {
    keys: Vec<Verifier>,
}

impl Verifiers {
    /// A list of keys.
    ///
    /// # Errors
    ///
    /// [`Error::AmbiguousKey`] if a signature could be of two of them, [`Error::MalformedKey`] for too many.
    pub fn new(keys: Vec<Verifier>) -> Result<Self, Error> {
        if keys.len() > MAX_VERIFIERS {
            return Err(Error::MalformedKey { why: "there are more than 100 in the list" });
        }
        let twice = keys.iter().enumerate().find(|(at, key)| keys.iter().take(*at).any(|other| same(other, key)));
        match twice {
            Some((_, key)) => Err(Error::AmbiguousKey { name: key.name.clone(), key_id: key.key_id }),
            None => Ok(Self { keys }),
        }
    }

    /// The keys, as given.
    #[must_use]
    pub fn keys(&self) -> &[Verifier] {
        &self.keys
    }

    /// The key of this name and id.
    #[must_use]
    pub fn find(&self, name: &str, key_id: u32) -> Option<&Verifier> {
        self.keys.iter().find(|key| key.key_id == key_id && key.name == name)
    }
}

impl FromStr for Verifiers {
    type Err = Error;

    /// One key a line; empty lines, and those that begin with `#`, say nothing.
    fn from_str(text: &str) -> Result<Self, Error> {
        let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
        Self::new(lines.take(MAX_VERIFIERS + 1).map(str::parse).collect::<Result<_, _>>()?)
    }
}

impl fmt::Display for Verifiers {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.keys.iter().try_for_each(|key| writeln!(out, "{key}"))
    }
}

/// What [signed-note](https://c2sp.org/signed-note#format) allows as a name.
pub(crate) fn is_key_name(name: &str) -> bool {
    let forbidden = |letter: char| letter.is_whitespace() || letter == '+' || letter < ' ';
    !name.is_empty() && name.len() <= MAX_KEY_NAME_BYTES && !name.contains(forbidden)
}

fn same(one: &Verifier, other: &Verifier) -> bool {
    one.key_id == other.key_id && one.name == other.name
}

fn typed(public_key: &[u8; ED25519_PUBLIC_KEY_LEN]) -> Vec<u8> {
    [&[ED25519_TYPE], public_key.as_slice()].concat()
}

fn key_id(name: &str, public_key: &[u8; ED25519_PUBLIC_KEY_LEN]) -> u32 {
    let hash = sha256(&[name.as_bytes(), b"\n", &typed(public_key)].concat());
    let [first, second, third, fourth, ..] = *hash.as_bytes();
    u32::from_be_bytes([first, second, third, fourth])
}
