//! What can be wrong with a tree, a proof, a note or a key, in words for the person who has to act.
//!
//! No message repeats text of a foreign note: who wrote it would speak through us.

/// Why something was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// No tree may have so many leaves.
    #[error("a tree of {size} leaves is not possible: at most {max} are; look where the number comes from")]
    TreeTooLarge {
        /// What was asked for.
        size: u64,
        /// [`MAX_TREE_SIZE`](crate::MAX_TREE_SIZE).
        max: u64,
    },
    /// The tree ends before this leaf.
    #[error(
        "leaf {index} is not in a tree of {size} leaves, which counts from 0; ask for a lower one, or for a later tree"
    )]
    NoSuchLeaf {
        /// The leaf that was asked for.
        index: u64,
        /// The tree's size.
        size: u64,
    },
    /// A tree cannot grow into a smaller one.
    #[error(
        "the older tree has {old} leaves and the newer one {new}: a log that only grows never shrinks; swap the two if they are in the wrong order, else entries were cut off"
    )]
    Shrunk {
        /// Size of the tree said to be older.
        old: u64,
        /// Size of the tree said to be newer.
        new: u64,
    },
    /// The store did not hand over what was asked for.
    #[error(
        "the store returned {got} hashes where {wanted} were asked for: nodes of the tree are missing; verify the log"
    )]
    MissingNodes {
        /// How many were asked for.
        wanted: usize,
        /// How many came.
        got: usize,
    },
    /// The stored state of a growing tree cannot be right.
    #[error("the stored frontier of the tree is not usable ({why}); compute it again from the leaves")]
    MalformedFrontier {
        /// What is wrong.
        why: &'static str,
    },
    /// A hash is 32 bytes, in text their base64.
    #[error("this is not a hash: 32 bytes are expected, in text as base64 with padding")]
    MalformedHash,
    /// A proof's text does not have its form.
    #[error("this is not a proof in the expected form ({why}); get it again from the log")]
    MalformedProof {
        /// What is wrong.
        why: &'static str,
    },
    /// The proof does not lead from the leaf to the root.
    #[error(
        "the log does not hold this entry at this place: the proof does not lead to the root hash of the tree, so the entry, its index, the proof or the tree head was altered"
    )]
    NotIncluded,
    /// The proof does not connect the two trees.
    #[error(
        "the newer tree is not shown to continue the older one: the history was rewritten, or the proof belongs to other trees; keep both tree heads as evidence"
    )]
    NotConsistent,
    /// A checkpoint's text does not have its form.
    #[error("this is not a checkpoint in the form of c2sp.org/tlog-checkpoint ({why}); get it again from the log")]
    MalformedCheckpoint {
        /// What is wrong.
        why: &'static str,
    },
    /// A checkpoint of another log.
    #[error(
        "this checkpoint is of another log: its first line is not `{expected}`; give the checkpoint of that log, or name the log that you mean"
    )]
    OtherOrigin {
        /// The origin that was expected.
        expected: String,
    },
    /// A note's text does not have its form.
    #[error("this is not a signed note in the form of c2sp.org/signed-note ({why}); get it again from who signed it")]
    MalformedNote {
        /// What is wrong.
        why: &'static str,
    },
    /// None of the signatures is of a known key.
    #[error("no known key has signed this note, so nothing in it can be trusted; check the list of verifier keys")]
    NoKnownSignature,
    /// A known key is named, and its signature does not match.
    #[error(
        "the signature of the key {name}+{key_id:08x} does not match the note, which was altered or never signed by it; do not trust it"
    )]
    BadSignature {
        /// Name of the key, as configured.
        name: String,
        /// Its key id.
        key_id: u32,
    },
    /// A key's text, name or bytes cannot be used.
    #[error("this is no usable key ({why}); compare it with what the log's operator published")]
    MalformedKey {
        /// What is wrong.
        why: &'static str,
    },
    /// Two keys that a signature could not tell apart.
    #[error(
        "two keys in the list share the name and key id {name}+{key_id:08x}; name each key once, and make a new key if they differ"
    )]
    AmbiguousKey {
        /// Name of the keys.
        name: String,
        /// Their key id.
        key_id: u32,
    },
}
