//! That a tree continues an earlier one: nothing in the earlier one was changed, reordered or cut off.

use std::ops::Range;

use crate::{
    error::Error,
    hash::{Hash, node_hash},
    node::{Node, check_size, climb, split},
    reader::read_subtrees,
    tree_head::TreeHead,
};

/// A Merkle consistency proof ([RFC 6962, section 2.1.2][2.1.2]): at most 64 hashes.
///
/// It does not hold the sizes of the trees, which it could not prove: they come from the tree heads.
///
/// [2.1.2]: https://www.rfc-editor.org/rfc/rfc6962.html#section-2.1.2
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConsistencyProof {
    hashes: Vec<Hash>,
}

impl ConsistencyProof {
    /// A proof as somebody gave it; [`verify`](Self::verify) tells what it is worth.
    #[must_use]
    pub const fn new(hashes: Vec<Hash>) -> Self {
        Self { hashes }
    }

    /// Proves that the tree of the first `new` leaves continues that of the first `old` leaves. `read` is called once at
    /// most, with all nodes that are needed, and returns their hashes in the same order.
    ///
    /// The RFC has no proof from a tree without leaves or to the same tree; as in [tlog-witness] it is empty then.
    ///
    /// # Errors
    ///
    /// [`Error::TreeTooLarge`], [`Error::Shrunk`], [`Error::MissingNodes`], and what `read` says.
    ///
    /// [tlog-witness]: https://c2sp.org/tlog-witness
    pub fn build<E: From<Error>>(
        old: u64,
        new: u64,
        read: impl FnMut(&[Node]) -> Result<Vec<Hash>, E>,
    ) -> Result<Self, E> {
        if old > check_size(new)? {
            return Err(Error::Shrunk { old, new }.into());
        }
        let subtrees = if old == 0 { Vec::new() } else { subproof(old, new) };
        Ok(Self { hashes: read_subtrees(&subtrees, read)? })
    }

    /// The hashes.
    #[must_use]
    pub fn hashes(&self) -> &[Hash] {
        &self.hashes
    }

    /// Checks that `new` continues `old`, as [RFC 9162, section 2.1.4.2][2.1.4.2] says.
    ///
    /// # Errors
    ///
    /// [`Error::Shrunk`] and [`Error::NotConsistent`].
    ///
    /// [2.1.4.2]: https://www.rfc-editor.org/rfc/rfc9162.html#section-2.1.4.2
    pub fn verify(&self, old: &TreeHead, new: &TreeHead) -> Result<(), Error> {
        if old.size() > new.size() {
            return Err(Error::Shrunk { old: old.size(), new: new.size() });
        }
        let holds = if old.size() == 0 || old.size() == new.size() {
            // Every tree continues the empty one; a tree continues itself.
            self.hashes.is_empty() && (old.size() == 0 || old.root() == new.root())
        } else {
            self.roots(old, new.size()) == Some((old.root(), new.root()))
        };
        if holds { Ok(()) } else { Err(Error::NotConsistent) }
    }

    /// The two roots that the proof leads to.
    fn roots(&self, old: &TreeHead, new_size: u64) -> Option<(Hash, Hash)> {
        // The old tree's right edge, climbed to the largest complete subtree that ends there.
        let climbed = (old.size() - 1).trailing_ones();
        let (mut index, mut last) = ((old.size() - 1) >> climbed, (new_size - 1) >> climbed);
        let (start, path) = if index == 0 {
            (old.root(), self.hashes.as_slice())
        } else {
            self.hashes.split_first().map(|(first, rest)| (*first, rest))?
        };
        let (mut old_root, mut new_root) = (start, start);
        for beside in path {
            if last == 0 {
                return None;
            }
            if index % 2 == 1 || index == last {
                old_root = node_hash(beside, &old_root);
                new_root = node_hash(beside, &new_root);
            } else {
                new_root = node_hash(&new_root, beside);
            }
            (index, last) = climb(index, last);
        }
        (last == 0).then_some((old_root, new_root))
    }
}

/// The subtrees whose hashes are the proof, the deepest first (SUBPROOF in the RFC).
fn subproof(old: u64, new: u64) -> Vec<Range<u64>> {
    let mut subtrees = Vec::new();
    let mut leaves = 0..new;
    while old != leaves.end {
        let middle = split(&leaves);
        if old <= middle {
            subtrees.push(middle..leaves.end);
            leaves.end = middle;
        } else {
            subtrees.push(leaves.start..middle);
            leaves.start = middle;
        }
    }
    // What begins at 0 is the old tree itself, whose root the verifier has.
    if leaves.start > 0 {
        subtrees.push(leaves);
    }
    subtrees.reverse();
    subtrees
}
