//! One name in an opened folder, where a project will be.

use std::io;
use std::path::{Path, PathBuf};

use cap_std::ambient_authority;
use cap_std::fs::Dir;

use crate::{Error, ErrorKind, Staging};

/// What is at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Occupant {
    /// Nothing.
    Nothing,
    /// A folder without entries.
    EmptyFolder,
    /// A folder with entries.
    FullFolder,
    /// A file, a symbolic link or anything else.
    SomethingElse,
}

/// A name in a folder that is held open: what happens to the path meanwhile cannot lead elsewhere.
#[derive(Debug)]
pub struct Place {
    dir: Dir,
    parent: PathBuf,
    name: String,
}

impl Place {
    pub(crate) fn new(dir: Dir, parent: PathBuf, name: String) -> Self {
        Self { dir, parent, name }
    }

    /// A place the operator named on the command line or that the store recorded: the folder it lies in is the root.
    ///
    /// # Errors
    /// When the path has no last name, or the folder it lies in does not exist or cannot be opened.
    pub fn of_operator(path: &Path) -> Result<Self, Error> {
        let shown = path.display().to_string();
        let name =
            path.file_name().and_then(|name| name.to_str()).ok_or_else(|| Error::new(ErrorKind::BadName, &shown))?;
        let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let found =
            parent.canonicalize().and_then(|parent| Ok((Dir::open_ambient_dir(&parent, ambient_authority())?, parent)));
        let (dir, parent) = found.map_err(|source| match source.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => Error::new(ErrorKind::NoParent, &shown),
            _ => Error::io(&shown, source),
        })?;
        Ok(Self::new(dir, parent, name.to_owned()))
    }

    /// The whole path, for messages and the store.
    #[must_use]
    pub fn path(&self) -> PathBuf {
        self.parent.join(&self.name)
    }

    /// What is here now.
    ///
    /// # Errors
    /// When the operating system does not let us look.
    pub fn occupant(&self) -> Result<Occupant, Error> {
        let there = match self.dir.symlink_metadata(&self.name) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Occupant::Nothing),
            other => other.map_err(|source| self.error(source))?,
        };
        if !there.is_dir() {
            return Ok(Occupant::SomethingElse);
        }
        let mut entries = self.dir.read_dir(&self.name).map_err(|source| self.error(source))?;
        Ok(if entries.next().is_none() { Occupant::EmptyFolder } else { Occupant::FullFolder })
    }

    /// The git repository this place lies in, if any: the nearest folder above with a `.git`.
    #[must_use]
    pub fn enclosing_repository(&self) -> Option<PathBuf> {
        self.parent.ancestors().find(|folder| folder.join(".git").symlink_metadata().is_ok()).map(Path::to_path_buf)
    }

    /// The bytes of the file `path` beneath this place, if it is there; links that lead out are not followed.
    #[must_use]
    pub fn read(&self, path: &str) -> Option<Vec<u8>> {
        self.dir.open_dir(&self.name).ok()?.read(path).ok()
    }

    /// Opens a staging folder named `staging` beside this place.
    ///
    /// # Errors
    /// When it exists already or cannot be made.
    pub fn stage(&self, staging: &str) -> Result<Staging, Error> {
        let folder = self.dir.try_clone().map_err(|source| self.error(source))?;
        Staging::new(folder, staging, &self.name, self.path().display().to_string())
    }

    /// Whether a staging folder named `staging` lies beside this place.
    #[must_use]
    pub fn has_staging(&self, staging: &str) -> bool {
        self.dir.symlink_metadata(staging).is_ok()
    }

    /// Removes what is left of a staging folder named `staging`; nothing there is no failure.
    ///
    /// # Errors
    /// When the operating system does not let us remove it.
    pub fn remove_staging(&self, staging: &str) -> Result<(), Error> {
        match self.dir.remove_dir_all(staging) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(self.error(error)),
            _ => Ok(()),
        }
    }

    fn error(&self, source: io::Error) -> Error {
        Error::io(self.path().display().to_string(), source)
    }
}
