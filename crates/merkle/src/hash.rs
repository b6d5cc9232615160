//! SHA-256 as RFC 6962 uses it: what is hashed begins with a byte that says whether it is a leaf or a node, so that neither
//! can pass for the other.

use std::{fmt, str::FromStr};

use aws_lc_rs::digest::{Context, SHA256, digest};

use crate::{error::Error, strict};

/// Bytes of a hash.
pub const HASH_BYTES: usize = 32;

const LEAF_PREFIX: u8 = 0x00;
const NODE_PREFIX: u8 = 0x01;

/// Up to here one copy onto the stack is cheaper than a context on the heap.
const SHORT: usize = 1024;

/// The root of a tree without leaves: SHA-256 of nothing ([RFC 6962, section 2.1][2.1]).
///
/// [2.1]: https://www.rfc-editor.org/rfc/rfc6962.html#section-2.1
pub const EMPTY_ROOT: Hash = Hash([
    0xe3, 0xb0, 0xc4, 0x42, 0x98, 0xfc, 0x1c, 0x14, 0x9a, 0xfb, 0xf4, 0xc8, 0x99, 0x6f, 0xb9, 0x24, 0x27, 0xae, 0x41,
    0xe4, 0x64, 0x9b, 0x93, 0x4c, 0xa4, 0x95, 0x99, 0x1b, 0x78, 0x52, 0xb8, 0x55,
]);

/// A SHA-256 hash. In text it is base64 with padding, as in all C2SP formats.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hash([u8; HASH_BYTES]);

impl Hash {
    /// Its bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; HASH_BYTES] {
        &self.0
    }
}

impl From<[u8; HASH_BYTES]> for Hash {
    fn from(bytes: [u8; HASH_BYTES]) -> Self {
        Self(bytes)
    }
}

impl TryFrom<&[u8]> for Hash {
    type Error = Error;

    fn try_from(bytes: &[u8]) -> Result<Self, Error> {
        bytes.try_into().map(Self).map_err(|_| Error::MalformedHash)
    }
}

impl FromStr for Hash {
    type Err = Error;

    /// Takes canonical base64 alone: two different texts are never the same hash.
    fn from_str(text: &str) -> Result<Self, Error> {
        let bytes = strict::base64(text, HASH_BYTES).ok_or(Error::MalformedHash)?;
        Self::try_from(bytes.as_slice())
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&strict::to_base64(&self.0))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, out)
    }
}

/// The hash of an entry: `SHA-256(0x00 || entry)` ([RFC 6962, section 2.1][2.1]).
///
/// [2.1]: https://www.rfc-editor.org/rfc/rfc6962.html#section-2.1
#[must_use]
pub fn leaf_hash(entry: &[u8]) -> Hash {
    let mut buffer = [LEAF_PREFIX; 1 + SHORT];
    if let Some(place) = buffer.get_mut(1..=entry.len()) {
        place.copy_from_slice(entry);
        return sha256(buffer.get(..=entry.len()).unwrap_or_default());
    }
    let mut context = Context::new(&SHA256);
    context.update(&[LEAF_PREFIX]);
    context.update(entry);
    from_digest(context.finish().as_ref())
}

/// The hash above two others: `SHA-256(0x01 || left || right)` ([RFC 6962, section 2.1][2.1]).
///
/// [2.1]: https://www.rfc-editor.org/rfc/rfc6962.html#section-2.1
#[must_use]
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    let mut buffer = [NODE_PREFIX; 1 + 2 * HASH_BYTES];
    buffer[1..=HASH_BYTES].copy_from_slice(&left.0);
    buffer[1 + HASH_BYTES..].copy_from_slice(&right.0);
    sha256(&buffer)
}

/// SHA-256 without a prefix; key ids are made of it.
pub(crate) fn sha256(bytes: &[u8]) -> Hash {
    from_digest(digest(&SHA256, bytes).as_ref())
}

fn from_digest(digest: &[u8]) -> Hash {
    let mut bytes = [0; HASH_BYTES];
    bytes.copy_from_slice(digest);
    Hash(bytes)
}
