//! A data key as it is kept: under a key-encryption key.

use crate::kek_id::KekId;

/// Largest wrapped data key.
pub(crate) const MAX_WRAPPED_BYTES: usize = 1024;

/// A data key under a key-encryption key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Wrapped {
    pub(crate) kek_id: KekId,
    pub(crate) bytes: Vec<u8>,
}
