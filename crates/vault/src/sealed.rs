//! A sealed value as it is kept, and the bytes of it.
//!
//! ```text
//! format version   1 byte    1
//! algorithm        1 byte    1: AES-256-GCM
//! id of the key    2 bytes its length, then as many       at most 200, printable
//! wrapped data key 2 bytes its length, then as many       1 to 1024
//! nonce            12 bytes
//! ciphertext       4 bytes its length, then as many       16 to 1 MiB + 16; the last 16 are the tag
//! ```
//!
//! Numbers are big-endian. Nothing follows. Bytes that are read are exactly the bytes that would be written, so no two
//! byte strings are the same record.

use std::fmt;

use crate::aead::{NONCE_BYTES, TAG_BYTES};
use crate::error::Error;
use crate::kek_id::{KekId, MAX_KEK_ID_BYTES};
use crate::wrapped::{MAX_WRAPPED_BYTES, Wrapped};

/// Largest value of a secret.
pub const MAX_VALUE_BYTES: usize = 1 << 20;

pub(crate) const FORMAT: u8 = 1;
pub(crate) const ALGORITHM: u8 = 1;

/// A sealed value: what may be stored, copied and backed up.
#[derive(Clone, PartialEq, Eq)]
pub struct Sealed {
    pub(crate) wrapped: Wrapped,
    pub(crate) nonce: [u8; NONCE_BYTES],
    pub(crate) ciphertext: Vec<u8>,
}

impl Sealed {
    /// Names the key-encryption key that opens it.
    #[must_use]
    pub fn kek_id(&self) -> &KekId {
        &self.wrapped.kek_id
    }

    /// The bytes to keep.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let (id, key) = (self.wrapped.kek_id.as_str().as_bytes(), &self.wrapped.bytes);
        let mut bytes = Vec::with_capacity(2 + 2 + id.len() + 2 + key.len() + NONCE_BYTES + 4 + self.ciphertext.len());
        bytes.extend_from_slice(&[FORMAT, ALGORITHM]);
        // The lengths were bounded when the parts were made or read.
        bytes.extend_from_slice(&(id.len() as u16).to_be_bytes());
        bytes.extend_from_slice(id);
        bytes.extend_from_slice(&(key.len() as u16).to_be_bytes());
        bytes.extend_from_slice(key);
        bytes.extend_from_slice(&self.nonce);
        bytes.extend_from_slice(&(self.ciphertext.len() as u32).to_be_bytes());
        bytes.extend_from_slice(&self.ciphertext);
        bytes
    }

    /// Reads bytes that were kept.
    ///
    /// # Errors
    /// When they are not the bytes of a record, or of a format that this version does not know.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
        let mut rest = Rest(bytes);
        match rest.array("its format")? {
            [FORMAT, ALGORITHM] => {}
            [format, algorithm] => return Err(Error::UnknownFormat(format, algorithm)),
        }
        let id = rest.short("the id of its key", 1..=MAX_KEK_ID_BYTES)?;
        let kek_id = std::str::from_utf8(id).map_err(|_| Error::Malformed("the id of its key"))?.parse()?;
        let key = rest.short("its wrapped data key", 1..=MAX_WRAPPED_BYTES)?.to_vec();
        let nonce = rest.array("its nonce")?;
        let length = u32::from_be_bytes(rest.array("its ciphertext")?);
        let ciphertext =
            rest.take("its ciphertext", length as usize, TAG_BYTES..=MAX_VALUE_BYTES + TAG_BYTES)?.to_vec();
        if !rest.0.is_empty() {
            return Err(Error::Malformed("what follows its end"));
        }
        Ok(Self { wrapped: Wrapped { kek_id, bytes: key }, nonce, ciphertext })
    }
}

impl fmt::Debug for Sealed {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = out.debug_struct("Sealed");
        shown.field("kek_id", &self.wrapped.kek_id.as_str()).field("bytes", &self.ciphertext.len());
        shown.finish_non_exhaustive()
    }
}

/// What is not read yet. Each part is named for the error.
struct Rest<'a>(&'a [u8]);

impl<'a> Rest<'a> {
    fn array<const N: usize>(&mut self, what: &'static str) -> Result<[u8; N], Error> {
        let (first, rest) = self.0.split_first_chunk().ok_or(Error::Malformed(what))?;
        self.0 = rest;
        Ok(*first)
    }

    fn short(&mut self, what: &'static str, bounds: std::ops::RangeInclusive<usize>) -> Result<&'a [u8], Error> {
        let length = u16::from_be_bytes(self.array(what)?);
        self.take(what, length.into(), bounds)
    }

    fn take(
        &mut self,
        what: &'static str,
        length: usize,
        bounds: std::ops::RangeInclusive<usize>,
    ) -> Result<&'a [u8], Error> {
        let (part, rest) =
            self.0.split_at_checked(length).filter(|_| bounds.contains(&length)).ok_or(Error::Malformed(what))?;
        self.0 = rest;
        Ok(part)
    }
}
