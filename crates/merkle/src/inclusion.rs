//! That a leaf stands at its place in a tree: the hashes beside its way up to the root.

use std::ops::Range;

use crate::{
    error::Error,
    hash::{Hash, node_hash},
    node::{Node, check_size, climb, split},
    reader::read_subtrees,
    tree_head::TreeHead,
};

/// A Merkle audit path ([RFC 6962, section 2.1.1][2.1.1]): at most 63 hashes, from the leaf's neighbour upwards.
///
/// It does not hold the size of the tree, which it could not prove: that comes from the tree head.
///
/// [2.1.1]: https://www.rfc-editor.org/rfc/rfc6962.html#section-2.1.1
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InclusionProof {
    index: u64,
    hashes: Vec<Hash>,
}

impl InclusionProof {
    /// A proof as somebody gave it; [`verify`](Self::verify) tells what it is worth.
    #[must_use]
    pub const fn new(index: u64, hashes: Vec<Hash>) -> Self {
        Self { index, hashes }
    }

    /// Proves leaf `index` in the tree of the first `size` leaves. `read` is called once at most, with all nodes that are
    /// needed, and returns their hashes in the same order.
    ///
    /// # Errors
    ///
    /// [`Error::TreeTooLarge`], [`Error::NoSuchLeaf`], [`Error::MissingNodes`], and what `read` says.
    pub fn build<E: From<Error>>(
        index: u64,
        size: u64,
        read: impl FnMut(&[Node]) -> Result<Vec<Hash>, E>,
    ) -> Result<Self, E> {
        if index >= check_size(size)? {
            return Err(Error::NoSuchLeaf { index, size }.into());
        }
        Ok(Self { index, hashes: read_subtrees(&siblings(index, size), read)? })
    }

    /// The leaf's index, from 0.
    #[must_use]
    pub const fn index(&self) -> u64 {
        self.index
    }

    /// The path.
    #[must_use]
    pub fn hashes(&self) -> &[Hash] {
        &self.hashes
    }

    /// Checks that the tree has this leaf at this index, as [RFC 9162, section 2.1.3.2][2.1.3.2] says. With the size given,
    /// no other leaf, index or path leads to the same root.
    ///
    /// # Errors
    ///
    /// [`Error::NoSuchLeaf`] and [`Error::NotIncluded`].
    ///
    /// [2.1.3.2]: https://www.rfc-editor.org/rfc/rfc9162.html#section-2.1.3.2
    pub fn verify(&self, leaf: &Hash, tree: &TreeHead) -> Result<(), Error> {
        if self.index >= tree.size() {
            return Err(Error::NoSuchLeaf { index: self.index, size: tree.size() });
        }
        let (mut index, mut last) = (self.index, tree.size() - 1);
        let mut hash = *leaf;
        for beside in &self.hashes {
            if last == 0 {
                return Err(Error::NotIncluded);
            }
            let on_the_left = index % 2 == 1 || index == last;
            hash = if on_the_left { node_hash(beside, &hash) } else { node_hash(&hash, beside) };
            (index, last) = climb(index, last);
        }
        if last == 0 && hash == tree.root() { Ok(()) } else { Err(Error::NotIncluded) }
    }
}

/// The subtrees beside the way from the leaf to the root, the nearest first.
fn siblings(index: u64, size: u64) -> Vec<Range<u64>> {
    let mut siblings = Vec::new();
    let mut leaves = 0..size;
    while leaves.end - leaves.start > 1 {
        let middle = split(&leaves);
        if index < middle {
            siblings.push(middle..leaves.end);
            leaves.end = middle;
        } else {
            siblings.push(leaves.start..middle);
            leaves.start = middle;
        }
    }
    siblings.reverse();
    siblings
}
