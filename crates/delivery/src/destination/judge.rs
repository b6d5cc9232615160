//! Whether a checkpoint may take the place of another. Signatures are not looked at: who made them is for the verifier.

use merkle::{Checkpoint, Note};

use crate::error::Error;

/// The name of the latest.
pub(super) const LATEST: &str = "latest.checkpoint";

/// The name of the one for a size; in the order of names is the order of sizes.
pub(super) fn name(size: u64) -> String {
    format!("{size:020}.checkpoint")
}

/// The checkpoint in a note.
pub(super) fn read(note: &str) -> Result<Checkpoint, Error> {
    let parsed = Note::parse(note.as_bytes()).map_err(Error::NoCheckpoint)?;
    Checkpoint::parse(parsed.unverified_text()).map_err(Error::NoCheckpoint)
}

/// Whether `ours` is newer than what lies there.
pub(super) fn is_newer(ours: &Checkpoint, there: Option<&str>) -> Result<bool, Error> {
    let Some(there) = there else { return Ok(true) };
    let there = read(there)?;
    if there.origin() != ours.origin() {
        return Err(Error::OtherLog(there.origin().to_owned()));
    }
    let sizes = (there.tree().size(), ours.tree().size());
    if sizes.0 > sizes.1 {
        return Err(Error::SetBack { there: sizes.0, ours: sizes.1 });
    }
    same_root(ours, &there)?;
    Ok(sizes.0 < sizes.1)
}

/// That two of one size have one root.
pub(super) fn same_root(ours: &Checkpoint, there: &Checkpoint) -> Result<(), Error> {
    let (ours, there) = (ours.tree(), there.tree());
    if ours.size() == there.size() && ours.root() != there.root() { Err(Error::Fork(ours.size())) } else { Ok(()) }
}
