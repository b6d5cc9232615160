//! All that is needed to check an entry far from the log, in one file: [c2sp.org/tlog-proof](https://c2sp.org/tlog-proof).

use std::{fmt, str::FromStr};

use crate::{
    checkpoint::Checkpoint,
    error::Error,
    hash::Hash,
    inclusion::InclusionProof,
    key::Verifiers,
    note::{MAX_NOTE_BYTES, Note},
    proof_text, strict,
};

/// The most bytes of extra data.
pub const MAX_EXTRA_BYTES: usize = 64 * 1024;

const FIRST_LINE: &str = "c2sp.org/tlog-proof@v1";

/// The longest that a proof in the right form can be: lines before the checkpoint, and the checkpoint.
const MAX_BYTES: usize = MAX_EXTRA_BYTES * 4 / 3 + 4096 + MAX_NOTE_BYTES;

/// An inclusion proof with the signed checkpoint that it leads to. The files are named `*.tlog-proof`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TlogProof {
    extra: Option<Vec<u8>>,
    inclusion: InclusionProof,
    checkpoint: Note,
}

impl TlogProof {
    /// Puts proof and checkpoint together.
    #[must_use]
    pub const fn new(inclusion: InclusionProof, checkpoint: Note) -> Self {
        Self { extra: None, inclusion, checkpoint }
    }

    /// Adds data such as the entry itself. It is not authenticated, unless the leaf hash is made of it.
    ///
    /// # Errors
    ///
    /// [`Error::MalformedProof`] if there are no bytes or too many.
    pub fn with_extra(self, extra: Vec<u8>) -> Result<Self, Error> {
        if extra.is_empty() || extra.len() > MAX_EXTRA_BYTES {
            return Err(malformed("extra data are 1 to 65,536 bytes"));
        }
        Ok(Self { extra: Some(extra), ..self })
    }

    /// The extra data, which whoever passed the proof on could change.
    #[must_use]
    pub fn unverified_extra(&self) -> Option<&[u8]> {
        self.extra.as_deref()
    }

    /// The proof in it.
    #[must_use]
    pub const fn inclusion(&self) -> &InclusionProof {
        &self.inclusion
    }

    /// The checkpoint in it, as signed.
    #[must_use]
    pub const fn checkpoint(&self) -> &Note {
        &self.checkpoint
    }

    /// Checks that the log `origin` holds this leaf, and returns the checkpoint that says so.
    ///
    /// # Errors
    ///
    /// What [`Checkpoint::open`] and [`InclusionProof::verify`] say.
    pub fn verify(&self, leaf: &Hash, origin: &str, known: &Verifiers) -> Result<Checkpoint, Error> {
        let checkpoint = Checkpoint::open(&self.checkpoint, origin, known)?;
        self.inclusion.verify(leaf, checkpoint.tree())?;
        Ok(checkpoint)
    }

    /// Reads the file.
    ///
    /// # Errors
    ///
    /// [`Error::MalformedProof`] and [`Error::MalformedNote`].
    pub fn parse(bytes: &[u8]) -> Result<Self, Error> {
        let (head, checkpoint) = proof_text::head_and_note(bytes, MAX_BYTES).map_err(malformed)?;
        let mut lines = head.split('\n');
        if lines.next() != Some(FIRST_LINE) {
            return Err(malformed("it does not begin with `c2sp.org/tlog-proof@v1`"));
        }
        let mut line = lines.next();
        let extra = line.and_then(|line| line.strip_prefix("extra "));
        if extra.is_some() {
            line = lines.next();
        }
        let index = line.and_then(|line| line.strip_prefix("index ")).and_then(strict::decimal);
        let index = index.ok_or(malformed("it names no index"))?;
        let proof = Self::new(
            InclusionProof::new(index, proof_text::hashes(lines).map_err(malformed)?),
            Note::parse(checkpoint)?,
        );
        match extra.map(|extra| strict::base64(extra, MAX_EXTRA_BYTES)) {
            None => Ok(proof),
            Some(extra) => {
                proof.with_extra(extra.ok_or(malformed("its extra data are not base64 of 1 to 65,536 bytes"))?)
            }
        }
    }
}

impl FromStr for TlogProof {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        Self::parse(text.as_bytes())
    }
}

impl fmt::Display for TlogProof {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(out, "{FIRST_LINE}")?;
        if let Some(extra) = &self.extra {
            writeln!(out, "extra {}", strict::to_base64(extra))?;
        }
        writeln!(out, "index {}", self.inclusion.index())?;
        self.inclusion.hashes().iter().try_for_each(|hash| writeln!(out, "{hash}"))?;
        write!(out, "\n{}", self.checkpoint)
    }
}

const fn malformed(why: &'static str) -> Error {
    Error::MalformedProof { why }
}
