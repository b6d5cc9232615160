//! Signs what the audit log is now, but only if it continues all that was signed before: whoever replaced the database
//! gets no signature for it.

use audit::Anchor;
use merkle::{Checkpoint, Note, TreeHead};
use store::Store;

use crate::error::{Error, ErrorKind};

/// A signed checkpoint that is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptCheckpoint {
    /// How many entries it is of.
    pub size: u64,
    /// The signed note.
    pub note: String,
    /// Whether it was made now.
    pub new: bool,
}

/// Signs the log as it is now with `sign`, and keeps the checkpoint; none while the log is empty. The last one is
/// returned where nothing was added since.
///
/// # Errors
/// [`ErrorKind::Refused`] when the log does not continue the last checkpoint or one of `anchors`: nothing is signed then.
/// Else when something could not be read, signed or kept.
pub fn make_checkpoint(
    store: &Store,
    anchors: &[Anchor],
    sign: &dyn Fn(TreeHead) -> Result<Note, Error>,
) -> Result<Option<KeptCheckpoint>, Error> {
    let head = store.audit_head()?;
    let last = store.last_checkpoint()?;
    if let Some((size, note)) = &last {
        continues(store, &head, "the database", *size, note)?;
    }
    for anchor in anchors {
        let note = String::from_utf8_lossy(&anchor.note);
        continues(store, &head, &anchor.source, 0, &note)?;
    }
    match last {
        Some((size, note)) if size == head.size() => Ok(Some(KeptCheckpoint { size, note, new: false })),
        _ if head.size() == 0 => Ok(None),
        _ => {
            let note = sign(head)?.to_string();
            let new = store.add_checkpoint(head.size(), &note)?;
            Ok(Some(KeptCheckpoint { size: head.size(), note, new }))
        }
    }
}

/// That the log as it is now continues the one in `note`, which `source` keeps as of `size` entries where that is not 0.
fn continues(store: &Store, head: &TreeHead, source: &str, size: u64, note: &str) -> Result<(), Error> {
    let read = Note::parse(note.as_bytes()).and_then(|note| Checkpoint::parse(note.unverified_text()));
    let Ok(checkpoint) = read else {
        let message = format!("What {source} keeps as a checkpoint of the audit log is none. Nothing was signed.");
        return Err(contradiction(message));
    };
    let old = checkpoint.tree();
    if size != 0 && size != old.size() {
        let message = format!("The checkpoint of {size} entries in {source} is one of {}. Nothing was signed.", old.size());
        return Err(contradiction(message));
    }
    if old.size() > head.size() {
        let message = format!(
            "The audit log has {} entries, and a checkpoint in {source} is of {}: the log was set back, or its end was cut off. Nothing was signed.",
            head.size(),
            old.size()
        );
        return Err(contradiction(message));
    }
    store.audit_consistency(old.size(), head.size())?.verify(old, head).map_err(|cause| {
        let message = format!(
            "The audit log does not continue the checkpoint of {} entries in {source}: what was logged was changed. Nothing was signed.",
            old.size()
        );
        contradiction(message).because(cause)
    })
}

fn contradiction(message: String) -> Error {
    let hint = "Keep the database and that checkpoint as they are, run smart-begin audit verify, and find out who wrote to them.";
    Error::new(ErrorKind::Refused, message, hint)
}
