//! Which file a name means, settled before anything is started.

use std::env;
use std::ffi::OsStr;
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use crate::error::Error;

/// A program by its absolute path.
#[derive(Clone, PartialEq, Eq)]
pub struct Program {
    path: PathBuf,
    /// As it was called: some programs do different things by different names.
    name: PathBuf,
}

impl Program {
    /// The program `name`: a path (relative ones from `folder`), or a name that is looked for in the absolute folders
    /// of `search`, which is written like `PATH`. Folders that are not absolute are passed over: what they mean
    /// depends on where one happens to be.
    ///
    /// # Errors
    /// When there is none, or it cannot be run.
    pub fn find(name: &OsStr, search: Option<&OsStr>, folder: &Path) -> Result<Self, Error> {
        let named = Path::new(name);
        if name.as_encoded_bytes().contains(&0) || name.is_empty() {
            return Err(Error::NotFound(shown(name)));
        }
        if named.components().count() > 1 || named.is_absolute() {
            return Self::at(&folder.join(named), named);
        }
        let mut blocked = None;
        for folder in env::split_paths(search.unwrap_or_default()).filter(|folder| folder.is_absolute()) {
            let file = folder.join(format_name(named));
            match Self::at(&file, named) {
                Ok(found) => return Ok(found),
                Err(fault @ Error::NotExecutable(_)) => blocked = blocked.or(Some(fault)),
                Err(_) => {}
            }
        }
        Err(blocked.unwrap_or_else(|| Error::NotFound(shown(name))))
    }

    fn at(file: &Path, named: &Path) -> Result<Self, Error> {
        let Ok(about) = fs::metadata(file) else { return Err(Error::NotFound(shown(file.as_os_str()))) };
        if !about.is_file() || !is_executable(file) {
            return Err(Error::NotExecutable(shown(file.as_os_str())));
        }
        Ok(Self { path: file.to_path_buf(), name: named.to_path_buf() })
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) fn name(&self) -> &OsStr {
        self.name.as_os_str()
    }

    pub(crate) fn shown(&self) -> String {
        shown(self.path.as_os_str())
    }
}

impl fmt::Debug for Program {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_tuple("Program").field(&self.path).finish()
    }
}

fn shown(name: &OsStr) -> String {
    name.to_string_lossy().chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).take(300).collect()
}

#[cfg(unix)]
fn is_executable(file: &Path) -> bool {
    rustix::fs::access(file, rustix::fs::Access::EXEC_OK).is_ok()
}

#[cfg(not(unix))]
fn is_executable(_file: &Path) -> bool {
    true
}

fn format_name(name: &Path) -> PathBuf {
    if cfg!(windows) && name.extension().is_none() { name.with_extension("exe") } else { name.to_path_buf() }
}
