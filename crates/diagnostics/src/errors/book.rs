//! The groups of all processes in one file, so that they survive a restart. A process adds what came since it last did, under a
//! lock: so the counts of several processes add up.

use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::groups::{Groups, Occurrence};
use crate::Error;
use crate::files::folder::Folder;

/// The name of the file, in the folder of the logs.
pub const BOOK: &str = "errors.json";

const DRAFT: &str = ".errors.json.part";

/// Who adds to the file holds this.
const LOCK: &str = ".errors.lock";

/// Bytes of the file that are read; the program writes less.
const LARGEST: u64 = 16 << 20;

/// Groups of errors that this process saw; clones are the same book.
#[derive(Clone, Debug, Default)]
pub struct ErrorBook(Arc<Mutex<Groups>>);

impl ErrorBook {
    /// Notes one.
    pub fn note(&self, occurrence: &Occurrence) {
        self.fresh().note(occurrence);
    }

    /// What was noted since the last [`ErrorBook::save`].
    #[must_use]
    pub fn unsaved(&self) -> Groups {
        self.fresh().clone()
    }

    /// Adds what is new to the file in `folder`, which is made where there is none. Reads and writes files; waits for another
    /// process that does the same.
    ///
    /// # Errors
    /// When the file cannot be written; then it is as it was, and what is new stays for the next time.
    pub fn save(&self, folder: &Path) -> Result<(), Error> {
        if self.fresh().is_empty() {
            return Ok(());
        }
        let folder = Folder::make(folder)?;
        let refused = |cause| {
            Error::of_system(
                "The groups of errors could not be written.",
                "Look at the permissions and the room of the log folder.",
                cause,
            )
        };
        let _lock = folder.wait_for_lock(LOCK).map_err(refused)?;
        let fresh = std::mem::take(&mut *self.fresh());
        let mut all = read(&folder);
        all.merge(fresh.clone());
        write(&folder, &all).map_err(|cause| {
            // What came meanwhile is newer.
            let newer = std::mem::replace(&mut *self.fresh(), fresh);
            self.fresh().merge(newer);
            refused(cause)
        })
    }

    /// All groups: those in the file of `folder`, and what this process has not saved yet. A file that is missing or damaged
    /// counts as empty.
    #[must_use]
    pub fn all(&self, folder: &Path) -> Groups {
        let mut all = Folder::open(folder).map(|folder| read(&folder)).unwrap_or_default();
        all.merge(self.unsaved());
        all
    }

    fn fresh(&self) -> MutexGuard<'_, Groups> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn read(folder: &Folder) -> Groups {
    let bytes = folder.read_all(BOOK, LARGEST);
    let parsed = bytes.ok().and_then(|bytes| serde_json::from_slice::<Groups>(&bytes).ok());
    let mut all = Groups::default();
    all.merge(parsed.unwrap_or_default());
    all
}

fn write(folder: &Folder, all: &Groups) -> std::io::Result<()> {
    let bytes = serde_json::to_vec(all).map_err(std::io::Error::other)?;
    folder.replace(BOOK, DRAFT, &bytes)
}
