//! A signed tree head: what [c2sp.org/tlog-checkpoint](https://c2sp.org/tlog-checkpoint) writes into a note.

use std::fmt;

use crate::{
    error::Error,
    hash::Hash,
    key::{Signer, Verifiers},
    note::Note,
    strict,
    tree_head::TreeHead,
};

/// The longest origin.
pub const MAX_ORIGIN_BYTES: usize = 256;

/// The most bytes of extension lines, newlines included.
pub const MAX_EXTENSION_BYTES: usize = 4096;

/// Which log, how large, and its root. Its text form is the body of the note.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    origin: String,
    tree: TreeHead,
    extensions: Vec<String>,
}

impl Checkpoint {
    /// A checkpoint of the log `origin`, which is best a URL without its scheme, as `example.com/audit`.
    ///
    /// # Errors
    ///
    /// [`Error::MalformedCheckpoint`] if the origin is empty, too long or more than a line.
    pub fn new(origin: &str, tree: TreeHead) -> Result<Self, Error> {
        if !is_line(origin) || origin.len() > MAX_ORIGIN_BYTES {
            return Err(malformed("its origin is not one line of 1 to 256 bytes"));
        }
        Ok(Self { origin: origin.to_owned(), tree, extensions: Vec::new() })
    }

    /// Adds extension lines. The specification advises against them: those who watch a log cannot check them.
    ///
    /// # Errors
    ///
    /// [`Error::MalformedCheckpoint`] if one is empty or more than a line, or all together are too long.
    pub fn with_extensions(self, extensions: Vec<String>) -> Result<Self, Error> {
        let bytes = extensions.iter().fold(0, |sum: usize, line| sum.saturating_add(line.len()).saturating_add(1));
        if bytes > MAX_EXTENSION_BYTES || !extensions.iter().all(|line| is_line(line)) {
            return Err(malformed("its extensions are not lines, or longer than 4 KiB"));
        }
        Ok(Self { extensions, ..self })
    }

    /// Reads the body of a note. Nothing is proven by it: [`open`](Self::open) checks who signed.
    ///
    /// # Errors
    ///
    /// [`Error::MalformedCheckpoint`] and [`Error::TreeTooLarge`].
    pub fn parse(text: &str) -> Result<Self, Error> {
        let mut lines = strict::lines(text).ok_or(malformed("its last line does not end in a newline"))?;
        let mut line = || lines.next().ok_or(malformed("it has fewer than three lines"));
        let (origin, size, root) = (line()?, line()?, line()?);
        let size = strict::decimal(size).ok_or(malformed("its second line is not a size"))?;
        let root: Hash = root.parse().map_err(|_| malformed("its third line is not a root hash"))?;
        let checkpoint = Self::new(origin, TreeHead::new(size, root)?)?;
        // No more lines than there can be bytes.
        checkpoint.with_extensions(lines.take(MAX_EXTENSION_BYTES).map(str::to_owned).collect())
    }

    /// Signs it with each of the keys, whose name is the origin: during a rotation, the old and the new one.
    ///
    /// A log must never sign two checkpoints of which the later does not continue the earlier.
    ///
    /// # Errors
    ///
    /// [`Error::MalformedKey`] if a key is of another name, and what [`Note::sign`] says.
    pub fn sign(&self, signers: &[&Signer]) -> Result<Note, Error> {
        if signers.iter().any(|signer| signer.verifier().name() != self.origin) {
            return Err(Error::MalformedKey { why: "its name is not the origin of the log" });
        }
        Note::sign(&self.to_string(), signers)
    }

    /// The checkpoint in a note, if a known key of this log signed it: one whose name is `origin`. Known keys of other names
    /// may have signed as well, and do not count.
    ///
    /// # Errors
    ///
    /// What [`Note::verify`] and [`parse`](Self::parse) say, [`Error::NoKnownSignature`] if only others signed, and
    /// [`Error::OtherOrigin`].
    pub fn open(note: &Note, origin: &str, known: &Verifiers) -> Result<Self, Error> {
        let verified = note.verify(known)?;
        let checkpoint = Self::parse(verified.text)?;
        if checkpoint.origin != origin {
            return Err(Error::OtherOrigin { expected: origin.to_owned() });
        }
        if !verified.signers.iter().any(|key| key.name() == origin) {
            return Err(Error::NoKnownSignature);
        }
        Ok(checkpoint)
    }

    /// The log.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// Its size and root.
    #[must_use]
    pub const fn tree(&self) -> &TreeHead {
        &self.tree
    }

    /// The extension lines, without newlines.
    #[must_use]
    pub fn extensions(&self) -> &[String] {
        &self.extensions
    }
}

impl fmt::Display for Checkpoint {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(out, "{}\n{}\n{}", self.origin, self.tree.size(), self.tree.root())?;
        self.extensions.iter().try_for_each(|line| writeln!(out, "{line}"))
    }
}

/// Not empty, and nothing in it that a note could not carry.
fn is_line(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte >= b' ')
}

const fn malformed(why: &'static str) -> Error {
    Error::MalformedCheckpoint { why }
}
