//! Signing what the log is now. What a log signed once it can never take back, so a log that does not continue its last
//! checkpoint is not signed: whoever has both would hold the proof of two histories.

use audit::{Anchor, KnownKeys};
use domain::{Operation, Resource};
use merkle::{Checkpoint, Note, TreeHead};
use schemars::JsonSchema;
use serde::Serialize;
use store::Store;

use super::anchor_folder::AnchorFolder;
use super::log_keys::{LogKeys, LogPlace};
use crate::authorise::authorise_change;
use crate::error::{Error, ErrorKind};
use crate::services::{Call, Services};

/// A signed checkpoint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SignedCheckpoint {
    /// The name of the log.
    pub origin: String,
    /// How many entries it vouches for.
    pub size: u64,
    /// The root of their Merkle tree.
    pub root: String,
    /// The signed note (c2sp.org/tlog-checkpoint): all that must reach a second place.
    pub note: String,
}

/// Signs what the log is now, with an entry on it.
///
/// # Errors
/// When the caller may not, the log does not continue what was signed before, or something cannot be written.
pub fn sign_checkpoint(services: &Services, call: &Call<'_>, place: &LogPlace) -> Result<SignedCheckpoint, Error> {
    let draft = authorise_change(services, call, Operation::ManageAudit, Resource::default())?;
    services.audit.record(draft.on("checkpoint", "signed"))?;
    let keys = place.keys()?;
    let signed = sign_now(&services.store, &keys, &place.anchors())?;
    signed.ok_or_else(|| Error::internal("the entry of this very call is not in the log"))
}

/// Signs what the log is now and keeps it, in the store and beside it; none where nothing came since the last time.
///
/// # Errors
/// When the log does not continue what was signed before, or something cannot be written.
pub fn sign_now(store: &Store, keys: &LogKeys, anchors: &AnchorFolder) -> Result<Option<SignedCheckpoint>, Error> {
    sign_after(store, keys, anchors, &[])
}

/// The same, where the log must continue `others` as well: checkpoints from elsewhere.
pub(crate) fn sign_after(
    store: &Store,
    keys: &LogKeys,
    anchors: &AnchorFolder,
    others: &[Anchor],
) -> Result<Option<SignedCheckpoint>, Error> {
    let tree = store.audit_frontier(store.audit_size()?)?.tree_head();
    let last = store.audit_checkpoint(None)?;
    for anchor in anchors.read().iter().chain(others) {
        let told = Note::parse(&anchor.note).ok().and_then(|note| keys.known().open(&note).ok());
        told.map_or(Ok(()), |told| must_continue(store, told.tree(), &tree))?;
    }
    if let Some((size, note)) = &last {
        must_continue(store, &open(keys.known(), note.as_bytes())?, &tree)?;
        if *size == tree.size() {
            anchors.keep(*size, note)?;
            return Ok(None);
        }
    }
    if tree.size() == 0 {
        return Ok(None);
    }
    let note = keys.signing().sign(tree).map_err(Error::internal)?.to_string();
    if !store.keep_checkpoint(tree.size(), &note)? {
        // Another process signed the same tree meanwhile.
        return Ok(None);
    }
    anchors.keep(tree.size(), &note)?;
    let origin = keys.signing().origin().to_owned();
    Ok(Some(SignedCheckpoint { origin, size: tree.size(), root: tree.root().to_string(), note }))
}

/// The tree that a stored note tells of.
fn open(known: &KnownKeys, note: &[u8]) -> Result<TreeHead, Error> {
    let opened = Note::parse(note).map_err(Into::into).and_then(|note| known.open(&note));
    opened.map(|checkpoint: Checkpoint| *checkpoint.tree()).map_err(|fault| refused(fault.to_string()))
}

fn must_continue(store: &Store, old: &TreeHead, now: &TreeHead) -> Result<(), Error> {
    if old.size() > now.size() {
        let (had, has) = (old.size(), now.size());
        return Err(refused(format!("{had} entries were signed, and it has {has}")));
    }
    if store.audit_frontier(old.size())?.tree_head() == *old {
        return Ok(());
    }
    Err(refused(format!("its first {} entries are not those that were signed", old.size())))
}

fn refused(why: String) -> Error {
    Error::new(
        ErrorKind::Refused,
        "The audit log does not continue its last signed checkpoint, and is not signed.",
        "Run smart-begin audit verify: it says what is not as it was. If you put an older copy of the records back, move the \
         folder `checkpoints` in the data folder aside as evidence first, and tell those who hold checkpoints.",
    )
    .because(why)
}
