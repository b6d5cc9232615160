//! What a tree is, in two values: how many leaves it has, and the hash that stands for all of them.

use crate::{
    error::Error,
    hash::{EMPTY_ROOT, Hash},
    node::check_size,
};

/// The state of a log at one moment. A root hash alone does not say how large its tree is, so proofs are checked against
/// both; take them from a checkpoint whose signature was verified.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TreeHead {
    size: u64,
    root: Hash,
}

impl TreeHead {
    /// The tree without leaves.
    pub const EMPTY: Self = Self { size: 0, root: EMPTY_ROOT };

    /// A tree of this size with this root.
    ///
    /// # Errors
    ///
    /// [`Error::TreeTooLarge`], and [`Error::MalformedCheckpoint`] if a tree without leaves has another root than
    /// [`EMPTY_ROOT`].
    pub fn new(size: u64, root: Hash) -> Result<Self, Error> {
        if check_size(size)? == 0 && root != EMPTY_ROOT {
            return Err(Error::MalformedCheckpoint {
                why: "a tree without leaves has one root hash, and this is another",
            });
        }
        Ok(Self { size, root })
    }

    /// How many leaves.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// The root hash (MTH in [RFC 6962, section 2.1](https://www.rfc-editor.org/rfc/rfc6962.html#section-2.1)).
    #[must_use]
    pub const fn root(&self) -> Hash {
        self.root
    }
}
