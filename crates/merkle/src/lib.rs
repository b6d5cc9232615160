//! A tamper-evident log, as mathematics: Merkle tree, proofs, and signed checkpoints.
//!
//! Who holds a checkpoint of a log can tell whether an entry is in it, and whether a later checkpoint still holds all that
//! was there before. Nothing here reads a clock, a file or the network; a store keeps the hashes and hands them over when a
//! proof asks for them.
//!
//! We invent no structure: the tree and its proofs are those of [RFC 6962, section 2.1][tree] (checked as
//! [RFC 9162, section 2.1][verify] says), and the texts are those of [C2SP]: [signed-note], [tlog-checkpoint], [tlog-proof],
//! and the request of [tlog-witness]. So an independent program can check everything.
//!
//! # How a store uses it
//!
//! - An entry becomes a [`leaf_hash`]. [`Frontier::append_with`] takes it in and names the nodes that are now complete; the
//!   frontier itself ([`Frontier::to_bytes`]) is at most 2 KiB and lets the next process go on.
//! - A store keeps every node, or only those of the levels 0, 8, 16, … ([`Node::is_stored`], [`read_stored`]): the leaf
//!   hashes and one node more for 255 leaves.
//! - [`InclusionProof::build`] and [`ConsistencyProof::build`] ask for all nodes they need at once: one query, at most
//!   64 nodes.
//! - [`Checkpoint::sign`] says what the tree is now; [`Checkpoint::open`] believes it only if a key of [`Verifiers`] signed.
//!
//! ```
//! use merkle::{Checkpoint, Error, Frontier, Hash, InclusionProof, Node, Signer, TlogProof, Verifiers, leaf_hash};
//!
//! // The store: here a map in memory.
//! let mut nodes = std::collections::HashMap::new();
//! let mut frontier = Frontier::new();
//! for entry in ["first", "second", "third"] {
//!     frontier.append_with(leaf_hash(entry.as_bytes()), |node, hash| drop(nodes.insert(node, hash)))?;
//! }
//! let read = |wanted: &[Node]| -> Result<Vec<Hash>, Error> { Ok(wanted.iter().map(|node| nodes[node]).collect()) };
//!
//! let signer = Signer::from_seed("example.com/audit", &[7; 32])?;
//! let checkpoint = Checkpoint::new("example.com/audit", frontier.tree_head())?.sign(&[&signer])?;
//! let file = TlogProof::new(InclusionProof::build(1, 3, read)?, checkpoint).to_string();
//!
//! // Far away: the file, and the public key.
//! let known: Verifiers = signer.verifier().to_string().parse()?;
//! let proof = TlogProof::parse(file.as_bytes())?;
//! assert!(proof.verify(&leaf_hash(b"second"), "example.com/audit", &known).is_ok());
//! assert_eq!(proof.verify(&leaf_hash(b"forged"), "example.com/audit", &known), Err(Error::NotIncluded));
//! # Ok::<(), Error>(())
//! ```
//!
//! # What it cannot do
//!
//! Who holds the signing key can sign another history, and nobody who saw no earlier checkpoint can tell. Checkpoints must
//! reach a second place.
//!
//! [tree]: https://www.rfc-editor.org/rfc/rfc6962.html#section-2.1
//! [verify]: https://www.rfc-editor.org/rfc/rfc9162.html#section-2.1
//! [C2SP]: https://c2sp.org
//! [signed-note]: https://c2sp.org/signed-note
//! [tlog-checkpoint]: https://c2sp.org/tlog-checkpoint
//! [tlog-proof]: https://c2sp.org/tlog-proof
//! [tlog-witness]: https://c2sp.org/tlog-witness

mod add_checkpoint;
mod checkpoint;
mod consistency;
mod error;
mod frontier;
mod hash;
mod inclusion;
mod key;
mod node;
mod note;
mod proof_text;
mod reader;
mod strict;
mod tlog_proof;
mod tree_head;

pub use add_checkpoint::AddCheckpoint;
pub use checkpoint::{Checkpoint, MAX_EXTENSION_BYTES, MAX_ORIGIN_BYTES};
pub use consistency::ConsistencyProof;
pub use error::Error;
pub use frontier::{Frontier, root};
pub use hash::{EMPTY_ROOT, HASH_BYTES, Hash, leaf_hash, node_hash};
pub use inclusion::InclusionProof;
pub use key::{MAX_KEY_NAME_BYTES, MAX_VERIFIERS, Signer, Verifier, Verifiers};
pub use node::{MAX_TREE_SIZE, Node, Span, TILE_HEIGHT};
pub use note::{MAX_NOTE_BYTES, MAX_SIGNATURES, Note, Signature, Verified};
pub use reader::read_stored;
pub use tlog_proof::{MAX_EXTRA_BYTES, TlogProof};
pub use tree_head::TreeHead;
