//! What happens to closed files: they are compressed, and removed when they are old or too many. One process at a time does
//! it, at its start, whenever it closed a file, and each ten minutes.

use std::fs::{File, FileTimes};
use std::io::{self, Read as _, Write as _};
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, SyncSender, sync_channel};
use std::thread::JoinHandle;
use std::time::{Duration, SystemTime};

use flate2::Compression;
use flate2::write::GzEncoder;

use super::config::LogConfig;
use super::folder::{Entry, Folder, Held, Listing, TIDYING};
use super::name::FileName;
use super::queue::{State, no_thread};
use crate::Error;

const EVERY: Duration = Duration::from_secs(600);

/// What was tidied up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tidied {
    /// Files that were compressed.
    pub compressed: u64,
    /// Files that were removed because they were old or too many.
    pub removed: u64,
    /// Files that could not be compressed or removed; they are tried again.
    pub failures: u64,
}

/// Starts the thread that tidies up; it ends with whoever can wake it.
pub(super) fn start(config: LogConfig, state: &Arc<State>) -> Result<(JoinHandle<()>, SyncSender<()>), Error> {
    let (wake, woken) = sync_channel(1);
    let state = Arc::clone(state);
    let work = move || {
        loop {
            tidy_quietly(&config.folder, &config, &state);
            if woken.recv_timeout(EVERY) == Err(RecvTimeoutError::Disconnected) {
                return;
            }
        }
    };
    let thread = std::thread::Builder::new().name("log-keeper".to_owned()).spawn(work).map_err(no_thread)?;
    Ok((thread, wake))
}

/// Compresses and removes, once.
fn tidy_quietly(folder: &Path, config: &LogConfig, state: &State) {
    match tidy(folder, config) {
        Ok(tidied) => state.counts.tidied(tidied.removed, tidied.failures),
        Err(cause) => {
            state.counts.tidied(0, 1);
            tracing::warn!(cause = ?cause.source, "the log folder could not be tidied up: {}", cause.message);
        }
    }
}

/// Compresses what was closed and removes what is too old or too much, unless another process does so now. Files that are
/// written by a living process stay, whatever their size.
///
/// # Errors
/// When the folder cannot be read.
pub fn tidy(folder: &Path, config: &LogConfig) -> Result<Tidied, Error> {
    let folder = Folder::open(folder)?;
    let unreadable =
        |cause| Error::of_system("The log folder could not be read.", "Look at its permissions and its disk.", cause);
    let Some(_lock) = folder.lock(TIDYING).map_err(unreadable)? else { return Ok(Tidied::default()) };
    let mut tidied = Tidied::default();
    let listing = folder.list().map_err(unreadable)?;
    // Nobody else is at work: these were left by a process that died.
    listing.drafts.iter().for_each(|draft| drop(folder.remove(draft)));
    compress_closed(&folder, &listing, &mut tidied);
    let listing = folder.list().map_err(unreadable)?;
    remove_surplus(&folder, &listing, config, &mut tidied);
    if tidied.compressed + tidied.removed > 0 {
        folder.sync().map_err(unreadable)?;
    }
    Ok(tidied)
}

fn compress_closed(folder: &Folder, listing: &Listing, tidied: &mut Tidied) {
    for entry in listing.files.iter().filter(|entry| !entry.name.packed) {
        let Some(mut held) = closed(folder, entry.name) else { continue };
        let outcome =
            if entry.size == 0 { folder.remove(&entry.name.to_string()) } else { compress(folder, held.file(), entry) };
        match outcome {
            Ok(()) => tidied.compressed += u64::from(entry.size > 0),
            Err(cause) => {
                tidied.failures += 1;
                tracing::debug!(%cause, name = %entry.name, "a log file could not be compressed");
            }
        }
    }
}

/// A file that nobody writes any more; it is ours as long as it is open.
fn closed(folder: &Folder, name: FileName) -> Option<Held> {
    // Where a file system knows no locks, nobody knows whether it is written.
    Held::of(folder.read(&name.to_string()).ok()?).ok().flatten()
}

fn compress(folder: &Folder, from: &mut File, entry: &Entry) -> io::Result<()> {
    let (plain, draft) = (entry.name.to_string(), entry.name.draft());
    let modified = from.metadata()?.modified()?;
    let packed = (|| {
        let mut to = GzEncoder::new(folder.create(&draft)?, Compression::default());
        let mut piece = vec![0; 64 << 10];
        loop {
            match from.read(&mut piece)? {
                0 => break,
                length => to.write_all(&piece[..length])?,
            }
        }
        let file = to.finish()?;
        // Its age is that of its last line.
        file.set_times(FileTimes::new().set_modified(modified))?;
        file.sync_all()
    })();
    let packed = packed.and_then(|()| folder.rename(&draft, &entry.name.packed().to_string()));
    if packed.is_err() {
        let _ = folder.remove(&draft);
    }
    packed.and_then(|()| folder.remove(&plain))
}

fn remove_surplus(folder: &Folder, listing: &Listing, config: &LogConfig, tidied: &mut Tidied) {
    let now = SystemTime::now();
    let mut total: u64 = listing.files.iter().map(|entry| entry.size).sum();
    for entry in &listing.files {
        let old = now.duration_since(entry.modified).is_ok_and(|age| age > config.keep_age);
        if !old && total <= config.keep_bytes {
            continue;
        }
        // What cannot be compressed, for want of room say, may still be removed; what is written may not.
        let held = if entry.name.packed { None } else { closed(folder, entry.name) };
        if !entry.name.packed && held.is_none() {
            continue;
        }
        match folder.remove(&entry.name.to_string()) {
            Ok(()) => {
                total -= entry.size;
                tidied.removed += 1;
            }
            Err(_) => tidied.failures += 1,
        }
    }
}
