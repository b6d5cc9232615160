//! A tree that grows, in as little memory as possible: the roots of its complete subtrees, one for each bit of its size.
//! Transparency logs call it the compact range `[0, size)`.

use crate::{
    error::Error,
    hash::{EMPTY_ROOT, HASH_BYTES, Hash, node_hash},
    node::{MAX_TREE_SIZE, Node, check_size, cover},
    reader::{fold, read_nodes},
    tree_head::TreeHead,
};

const SIZE_BYTES: usize = 8;

/// The right edge of a tree: enough to append to it and to know its root, with at most 63 hashes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Frontier {
    size: u64,
    /// Roots of the complete subtrees, the largest first; as many as `size` has ones in binary.
    hashes: Vec<Hash>,
}

impl Frontier {
    /// A tree without leaves.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The frontier of a stored tree, computed from stored nodes.
    ///
    /// # Errors
    ///
    /// [`Error::TreeTooLarge`], [`Error::MissingNodes`], and what `read` says.
    pub fn resume<E: From<Error>>(size: u64, read: impl FnMut(&[Node]) -> Result<Vec<Hash>, E>) -> Result<Self, E> {
        let nodes: Vec<Node> = cover(0..check_size(size)?).collect();
        Ok(Self { size, hashes: read_nodes(&nodes, read)? })
    }

    /// How many leaves the tree has.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// Appends a leaf: two hashes on average, never more than 63.
    ///
    /// # Errors
    ///
    /// [`Error::TreeTooLarge`], and then nothing has changed.
    pub fn append(&mut self, leaf: Hash) -> Result<(), Error> {
        self.append_with(leaf, |_, _| ())
    }

    /// Appends a leaf and hands over each node that is complete with it, from the leaf itself upwards. A store keeps all of
    /// them, or those with [`Node::is_stored`].
    ///
    /// # Errors
    ///
    /// [`Error::TreeTooLarge`], and then nothing has changed.
    pub fn append_with(&mut self, leaf: Hash, mut complete: impl FnMut(Node, Hash)) -> Result<(), Error> {
        if self.size >= MAX_TREE_SIZE {
            return Err(Error::TreeTooLarge { size: self.size.saturating_add(1), max: MAX_TREE_SIZE });
        }
        let (mut node, mut hash) = (Node::leaf(self.size), leaf);
        complete(node, hash);
        while let Some(above) = node.closes() {
            let Some(left) = self.hashes.pop() else { break };
            (node, hash) = (above, node_hash(&left, &hash));
            complete(node, hash);
        }
        self.hashes.push(hash);
        self.size += 1;
        Ok(())
    }

    /// The root hash of the tree as it is now; at most 62 hashes.
    #[must_use]
    pub fn root(&self) -> Hash {
        fold(&self.hashes).unwrap_or(EMPTY_ROOT)
    }

    /// Size and root.
    #[must_use]
    pub fn tree_head(&self) -> TreeHead {
        TreeHead::new(self.size, self.root()).unwrap_or(TreeHead::EMPTY)
    }

    /// To be stored: the size as 8 bytes, the most significant first, then the hashes. At most 2,024 bytes.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let hashes = self.hashes.iter().flat_map(|hash| hash.as_bytes());
        self.size.to_be_bytes().iter().chain(hashes).copied().collect()
    }

    /// Reads what [`to_bytes`](Self::to_bytes) wrote. Nothing in it proves that it belongs to a certain tree: compare
    /// [`root`](Self::root) with a checkpoint, or [`resume`](Self::resume) from the nodes.
    ///
    /// # Errors
    ///
    /// [`Error::MalformedFrontier`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
        let malformed = |why| Error::MalformedFrontier { why };
        let (size, rest) = bytes.split_first_chunk::<SIZE_BYTES>().ok_or(malformed("it is too short"))?;
        let size = check_size(u64::from_be_bytes(*size)).map_err(|_| malformed("its size is too large"))?;
        let (hashes, left_over) = rest.as_chunks::<HASH_BYTES>();
        if !left_over.is_empty() || hashes.len() as u64 != u64::from(size.count_ones()) {
            return Err(malformed("it does not have the hashes that its size asks for"));
        }
        Ok(Self { size, hashes: hashes.iter().copied().map(Hash::from).collect() })
    }
}

/// The root hash over leaf hashes (MTH in [RFC 6962, section 2.1][2.1]).
///
/// [2.1]: https://www.rfc-editor.org/rfc/rfc6962.html#section-2.1
#[must_use]
pub fn root(leaves: &[Hash]) -> Hash {
    let mut frontier = Frontier::new();
    for leaf in leaves {
        // A slice in memory is always shorter than the largest tree.
        let _ = frontier.append(*leaf);
    }
    frontier.root()
}
