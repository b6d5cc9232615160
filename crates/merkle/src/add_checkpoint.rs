//! A checkpoint that shows its descent from an older one: the request `add-checkpoint` of
//! [c2sp.org/tlog-witness](https://c2sp.org/tlog-witness#add-checkpoint), which is also a good file to keep.

use std::{fmt, str::FromStr};

use crate::{
    checkpoint::Checkpoint,
    consistency::ConsistencyProof,
    error::Error,
    key::Verifiers,
    note::{MAX_NOTE_BYTES, Note},
    proof_text, strict,
    tree_head::TreeHead,
};

/// The longest that a request in the right form can be: lines before the checkpoint, and the checkpoint.
const MAX_BYTES: usize = 4096 + MAX_NOTE_BYTES;

/// A signed checkpoint with the proof that its tree continues one of `old_size` leaves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddCheckpoint {
    old_size: u64,
    consistency: ConsistencyProof,
    checkpoint: Note,
}

impl AddCheckpoint {
    /// Puts proof and checkpoint together.
    #[must_use]
    pub const fn new(old_size: u64, consistency: ConsistencyProof, checkpoint: Note) -> Self {
        Self { old_size, consistency, checkpoint }
    }

    /// Size of the tree from which the proof leads.
    #[must_use]
    pub const fn old_size(&self) -> u64 {
        self.old_size
    }

    /// The proof in it.
    #[must_use]
    pub const fn consistency(&self) -> &ConsistencyProof {
        &self.consistency
    }

    /// The checkpoint in it, as signed.
    #[must_use]
    pub const fn checkpoint(&self) -> &Note {
        &self.checkpoint
    }

    /// Checks that the log `origin` continues the tree `old`, which the caller trusts already, and returns the checkpoint
    /// to trust from now on.
    ///
    /// # Errors
    ///
    /// [`Error::NotConsistent`] if the proof begins at another size, and what [`Checkpoint::open`] and
    /// [`ConsistencyProof::verify`] say.
    pub fn verify(&self, old: &TreeHead, origin: &str, known: &Verifiers) -> Result<Checkpoint, Error> {
        let checkpoint = Checkpoint::open(&self.checkpoint, origin, known)?;
        if old.size() != self.old_size {
            return Err(Error::NotConsistent);
        }
        self.consistency.verify(old, checkpoint.tree())?;
        Ok(checkpoint)
    }

    /// Reads the request.
    ///
    /// # Errors
    ///
    /// [`Error::MalformedProof`] and [`Error::MalformedNote`].
    pub fn parse(bytes: &[u8]) -> Result<Self, Error> {
        let (head, checkpoint) = proof_text::head_and_note(bytes, MAX_BYTES).map_err(malformed)?;
        let mut lines = head.split('\n');
        let old_size = lines.next().and_then(|line| line.strip_prefix("old ")).and_then(strict::decimal);
        let old_size = old_size.ok_or(malformed("it names no old size"))?;
        let hashes = proof_text::hashes(lines).map_err(malformed)?;
        Ok(Self::new(old_size, ConsistencyProof::new(hashes), Note::parse(checkpoint)?))
    }
}

impl FromStr for AddCheckpoint {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        Self::parse(text.as_bytes())
    }
}

impl fmt::Display for AddCheckpoint {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(out, "old {}", self.old_size)?;
        self.consistency.hashes().iter().try_for_each(|hash| writeln!(out, "{hash}"))?;
        write!(out, "\n{}", self.checkpoint)
    }
}

const fn malformed(why: &'static str) -> Error {
    Error::MalformedProof { why }
}
