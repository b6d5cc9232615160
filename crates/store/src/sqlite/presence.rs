//! Which owners are alive: each holds a lock that the operating system takes away with its process.
//!
//! An owner's file appears under its final name only once it is locked, so that nobody can take an owner that is
//! just starting for one that is gone. Looking takes the lock shared, so that two who look do not see each other.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use crate::error::{Error, ErrorKind};

const LOCKED: &str = "lock";
const STARTING: &str = "new";
const ATTEMPTS: u32 = 16;

/// This handle's presence; gone when dropped, however the process ends.
#[derive(Debug)]
pub(super) struct Presence {
    id: String,
    file: PathBuf,
    _lock: File,
}

impl Presence {
    /// Becomes a new owner, with a lock in the folder `owners`.
    pub(super) fn announce(owners: &Path) -> Result<Self, Error> {
        for _ in 0..ATTEMPTS {
            if let Some(presence) = announce_once(owners)? {
                return Ok(presence);
            }
        }
        Err(Error::new(ErrorKind::Busy, "Could not lock a file in the store's folder."))
    }

    pub(super) fn id(&self) -> &str {
        &self.id
    }
}

impl Drop for Presence {
    fn drop(&mut self) {
        // What stays behind is unlocked, and swept by the next who looks.
        let _ = fs::remove_file(&self.file);
    }
}

/// None when a sweeper looked at our file before we had locked it.
fn announce_once(owners: &Path) -> Result<Option<Presence>, Error> {
    let id = random_id()?;
    let starting = owners.join(format!("{id}.{STARTING}"));
    let lock =
        File::create_new(&starting).map_err(|cause| Error::folder("make a lock in the store's folder", cause))?;
    match lock.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return Ok(None),
        Err(TryLockError::Error(cause)) => return Err(Error::folder("lock a file in the store's folder", cause)),
    }
    let file = owners.join(format!("{id}.{LOCKED}"));
    match fs::rename(&starting, &file) {
        Ok(()) => Ok(Some(Presence { id, file, _lock: lock })),
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(cause) => Err(Error::folder("name a lock in the store's folder", cause)),
    }
}

fn random_id() -> Result<String, Error> {
    let mut bytes = [0_u8; 16];
    getrandom::fill(&mut bytes).map_err(|cause| {
        Error::new(ErrorKind::Internal, "The operating system gave no random bytes.").because(cause)
    })?;
    Ok(format!("{:032x}", u128::from_be_bytes(bytes)))
}

/// Whether the owner `id` has left, or died.
pub(super) fn is_gone(owners: &Path, id: &str) -> Result<bool, Error> {
    // An id from the database becomes a path only if it has the form of one that we made.
    if id.len() != 32 || !id.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Ok(true);
    }
    is_unlocked(&owners.join(format!("{id}.{LOCKED}")))
}

/// Removes the files of owners that are gone. Only for tidiness: what cannot be removed stays.
pub(super) fn sweep(owners: &Path) -> Result<(), Error> {
    let entries = fs::read_dir(owners).map_err(|cause| Error::folder("list the locks in the store's folder", cause))?;
    for path in entries.flatten().map(|entry| entry.path()) {
        let ours = path.extension().is_some_and(|extension| extension == LOCKED || extension == STARTING);
        if ours && is_unlocked(&path).unwrap_or(false) {
            let _ = fs::remove_file(&path);
        }
    }
    Ok(())
}

fn is_unlocked(path: &Path) -> Result<bool, Error> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => return Ok(true),
        Err(cause) => return Err(Error::folder("look at a lock in the store's folder", cause)),
    };
    match file.try_lock_shared() {
        Ok(()) => Ok(true),
        Err(TryLockError::WouldBlock) => Ok(false),
        Err(TryLockError::Error(cause)) => Err(Error::folder("look at a lock in the store's folder", cause)),
    }
}
