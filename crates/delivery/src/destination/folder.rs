//! Checkpoints in a folder: an auditor's share, a disk that can only be appended to, a repository that is pushed elsewhere.

use std::path::{Path, PathBuf};

use merkle::{Checkpoint, MAX_NOTE_BYTES};

use super::judge;
use crate::durable;
use crate::error::Error;

/// A folder of checkpoints.
#[derive(Clone, Debug)]
pub struct Folder {
    path: PathBuf,
}

impl Folder {
    /// The folder, which must exist when something is published: a share that is not mounted is not made anew beneath it.
    #[must_use]
    pub fn new(path: PathBuf) -> Self {
        Self { path }
    }

    pub(super) async fn publish(&self, ours: Checkpoint, note: &str) -> Result<(), Error> {
        let (folder, note) = (self.path.clone(), note.to_owned());
        on_a_thread(move || publish(&folder, &ours, &note)).await
    }

    pub(super) async fn latest(&self) -> Result<Option<String>, Error> {
        let path = self.path.join(judge::LATEST);
        on_a_thread(move || text(&path)).await
    }
}

fn publish(folder: &Path, ours: &Checkpoint, note: &str) -> Result<(), Error> {
    let latest = folder.join(judge::LATEST);
    let newer = judge::is_newer(ours, text(&latest)?.as_deref())?;
    let own = folder.join(judge::name(ours.tree().size()));
    if !durable::create(&own, note.as_bytes())?
        && let Some(there) = text(&own)?
    {
        judge::same_root(ours, &judge::read(&there)?)?;
    }
    if newer { durable::replace(&latest, note.as_bytes()) } else { Ok(()) }
}

fn text(path: &Path) -> Result<Option<String>, Error> {
    Ok(durable::read(path, MAX_NOTE_BYTES)?.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()))
}

async fn on_a_thread<T: Send + 'static>(work: impl FnOnce() -> Result<T, Error> + Send + 'static) -> Result<T, Error> {
    let work = tokio::task::spawn_blocking(work).await;
    work.unwrap_or(Err(Error::Internal("writing to the disk failed in a way that it cannot")))
}
