//! What is read of the audit log, proven of it and dropped from it, as plain data, and the store's methods for it.

use std::ops::Range;

use merkle::{ConsistencyProof, Frontier, Hash, InclusionProof};

use crate::audit_record::{AccessLine, NewEntry};
use crate::error::Error;
use crate::store::Store;

/// A part of the log as it is kept, with nothing in it believed.
#[derive(Clone, Copy, Debug)]
pub enum KeptPart<'a> {
    /// A checkpoint.
    Checkpoint {
        /// The size that it is kept under.
        size: i64,
        /// The signed note.
        note: &'a [u8],
    },
    /// A node of the tree.
    Node {
        /// Its level.
        level: i64,
        /// Its number in the level.
        number: i64,
        /// Its hash.
        hash: &'a [u8],
    },
    /// All checkpoints and nodes were there; entries follow.
    Entries,
    /// An entry.
    Entry(KeptEntry<'a>),
    /// All entries were there; one of the indexes by which entries are found does not lead to them.
    IndexFault(&'static str),
}

/// An entry as it is kept, with nothing in it believed.
#[derive(Clone, Copy, Debug, Default)]
pub struct KeptEntry<'a> {
    /// Its number.
    pub number: i64,
    /// When, in milliseconds since 1970.
    pub at_ms: Option<i64>,
    /// The name of the action.
    pub action: Option<&'a [u8]>,
    /// The name of the principal.
    pub caller: Option<&'a [u8]>,
    /// The project it concerns.
    pub project: Option<&'a [u8]>,
    /// The request it belongs to.
    pub request: Option<&'a [u8]>,
    /// Its text.
    pub body: Option<&'a [u8]>,
    /// The hash of its leaf.
    pub leaf: &'a [u8],
}

/// An entry that was read and found to be what was hashed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadEntry {
    /// Its number.
    pub number: u64,
    /// The hash of its leaf.
    pub leaf: Hash,
    /// Its text with its columns; none where retention dropped them.
    pub text: Option<NewEntry>,
}

/// Which entries, or lines of the access log, are asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditFilter {
    /// Not before this time.
    pub since_ms: Option<i64>,
    /// Before this time.
    pub until_ms: Option<i64>,
    /// Of this principal.
    pub caller: Option<String>,
    /// With this action.
    pub action: Option<String>,
    /// Of this project.
    pub project: Option<String>,
    /// Of this request.
    pub request: Option<String>,
}

/// What retention must not drop: entries that fit all that is given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LegalHold {
    /// Its name.
    pub name: String,
    /// Of this principal.
    pub caller: Option<String>,
    /// Of this project.
    pub project: Option<String>,
    /// Not before this time.
    pub since_ms: Option<i64>,
    /// Before this time.
    pub until_ms: Option<i64>,
    /// When it was placed.
    pub placed_at_ms: i64,
}

impl Store {
    /// Hands over all of the log as it was at one moment: checkpoints, nodes, then entries by number.
    ///
    /// # Errors
    /// When it could not be read to its end: the store may be damaged.
    pub fn examine_audit(&self, each: impl FnMut(KeptPart<'_>)) -> Result<(), Error> {
        self.engine.examine_audit(each)
    }

    /// The newest entries that `filter` asks for and that come before the number `before`: at most `limit`, newest first.
    ///
    /// # Errors
    /// When they could not be read, or one is not what was hashed.
    pub fn audit_newest(&self, filter: &AuditFilter, before: Option<u64>, limit: u32) -> Result<Vec<ReadEntry>, Error> {
        self.engine.audit_newest(filter, before, limit)
    }

    /// Entries by number, from the first of `range`: at most `limit`.
    ///
    /// # Errors
    /// When they could not be read, or one is not what was hashed.
    pub fn audit_range(&self, range: Range<u64>, limit: u32) -> Result<Vec<ReadEntry>, Error> {
        self.engine.audit_range(range, limit)
    }

    /// The newest lines of the access log that `filter` asks for: at most `limit`, newest first.
    ///
    /// # Errors
    /// When they could not be read.
    pub fn access_newest(&self, filter: &AuditFilter, limit: u32) -> Result<Vec<AccessLine>, Error> {
        self.engine.access_newest(filter, limit)
    }

    /// The right edge of the tree of the first `size` entries.
    ///
    /// # Errors
    /// When it could not be read, or there are fewer entries.
    pub fn audit_frontier(&self, size: u64) -> Result<Frontier, Error> {
        self.engine.audit_frontier(size)
    }

    /// Proves that entry `number` is in the tree of the first `size` entries.
    ///
    /// # Errors
    /// When it is not, or what is needed could not be read.
    pub fn prove_inclusion(&self, number: u64, size: u64) -> Result<InclusionProof, Error> {
        self.engine.prove_inclusion(number, size)
    }

    /// Proves that the tree of the first `new` entries continues that of the first `old`.
    ///
    /// # Errors
    /// When it is not, or what is needed could not be read.
    pub fn prove_consistency(&self, old: u64, new: u64) -> Result<ConsistencyProof, Error> {
        self.engine.prove_consistency(old, new)
    }

    /// The signed checkpoint of `size` entries, or the newest, with its size.
    ///
    /// # Errors
    /// When it could not be read.
    pub fn audit_checkpoint(&self, size: Option<u64>) -> Result<Option<(u64, String)>, Error> {
        self.engine.audit_checkpoint(size)
    }

    /// Keeps the signed checkpoint of `size` entries. False where there is one of this size, which stays.
    ///
    /// # Errors
    /// When it could not be recorded, or there are not so many entries.
    pub fn keep_checkpoint(&self, size: u64, note: &str) -> Result<bool, Error> {
        self.engine.keep_checkpoint(size, note)
    }

    /// Drops the texts of entries that are older than `before_ms`, are covered by a checkpoint, and are neither held nor
    /// tell of a retention, and adds the entry that `tell` makes of their numbers, all in one transaction. `room` says
    /// whether a further number can be told of; what has no room stays for the next call. How many were dropped.
    ///
    /// # Errors
    /// When it could not be recorded: nothing is dropped then.
    pub fn drop_audit_texts<T: Default + Send + 'static>(
        &self,
        before_ms: i64,
        most: u32,
        take: impl FnMut(&mut T, u64) -> bool + Send + 'static,
        tell: impl FnOnce(&T) -> Option<NewEntry> + Send + 'static,
    ) -> Result<u64, Error> {
        self.engine.drop_audit_texts(before_ms, most, take, tell)
    }

    /// How many texts of entries that are older than `before_ms` could be dropped, and how many are held.
    ///
    /// # Errors
    /// When they could not be counted.
    pub fn droppable_audit_texts(&self, before_ms: i64) -> Result<(u64, u64), Error> {
        self.engine.droppable_audit_texts(before_ms)
    }

    /// Places a hold. Whether there was none of that name.
    ///
    /// # Errors
    /// When it could not be recorded.
    pub fn add_legal_hold(&self, hold: &LegalHold, entry: &NewEntry) -> Result<bool, Error> {
        self.engine.add_legal_hold(hold, entry)
    }

    /// The holds, by name.
    ///
    /// # Errors
    /// When they could not be read.
    pub fn legal_holds(&self) -> Result<Vec<LegalHold>, Error> {
        self.engine.legal_holds()
    }

    /// Ends a hold. Whether there was one.
    ///
    /// # Errors
    /// When it could not be recorded.
    pub fn release_legal_hold(&self, name: &str, entry: &NewEntry) -> Result<bool, Error> {
        self.engine.release_legal_hold(name, entry)
    }
}
