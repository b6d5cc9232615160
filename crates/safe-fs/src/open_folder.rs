//! A folder that is there already, held open for reading.

use std::io;
use std::path::{Path, PathBuf};

use cap_std::ambient_authority;
use cap_std::fs::Dir;

use crate::{Error, ErrorKind};

/// A folder that is held open: what happens to its path meanwhile cannot lead elsewhere.
#[derive(Debug)]
pub struct OpenFolder {
    dir: Dir,
    path: PathBuf,
}

impl OpenFolder {
    pub(crate) fn new(dir: Dir, path: PathBuf) -> Self {
        Self { dir, path }
    }

    /// A folder that the operator named on the command line or that the store recorded.
    ///
    /// # Errors
    /// When there is no such folder, or it may not be opened.
    pub fn of_operator(path: &Path) -> Result<Self, Error> {
        let shown = path.display().to_string();
        let opened =
            path.canonicalize().and_then(|path| Ok((Dir::open_ambient_dir(&path, ambient_authority())?, path)));
        let (dir, path) = opened.map_err(|source| cannot_open(&shown, source))?;
        Ok(Self::new(dir, path))
    }

    /// The path, for messages and the store.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// A path that leads to this very folder as long as this value lives, whatever happens to its name. Where the system has
    /// no such path, its name.
    #[must_use]
    pub fn held_path(&self) -> PathBuf {
        #[cfg(target_os = "linux")]
        {
            use std::os::fd::AsRawFd as _;
            let held = PathBuf::from(format!("/proc/self/fd/{}/.", self.dir.as_raw_fd()));
            if held.is_dir() {
                return held;
            }
        }
        self.path.clone()
    }
}

pub(crate) fn cannot_open(shown: &str, source: io::Error) -> Error {
    match source.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => Error::new(ErrorKind::NoFolder, shown),
        _ => Error::io(shown, source),
    }
}
