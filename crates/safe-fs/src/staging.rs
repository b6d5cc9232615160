//! A folder that is filled out of sight and put in place in one step.

use std::collections::HashMap;
use std::io::{self, Write as _};

use cap_std::fs::Dir;

use crate::{Error, platform};

/// A staging folder beside the target. Dropped before [`Staging::put_in_place`], it is removed again.
pub struct Staging {
    beside: Dir,
    dir: Dir,
    name: String,
    target: String,
    shown: String,
    folders: HashMap<String, Dir>,
    placed: bool,
}

impl Staging {
    pub(crate) fn new(beside: Dir, name: &str, target: &str, shown: String) -> Result<Self, Error> {
        let opened = platform::make_folder(&beside, name, false).and_then(|()| beside.open_dir(name));
        let dir = opened.map_err(|source| Error::io(&shown, source))?;
        let (name, target) = (name.to_owned(), target.to_owned());
        Ok(Self { beside, dir, name, target, shown, folders: HashMap::new(), placed: false })
    }

    /// Writes a new file at `path` (names divided by `/`), making the folders it lies in.
    ///
    /// # Errors
    /// When the file exists already or cannot be written whole.
    pub fn write(&mut self, path: &str, bytes: &[u8], executable: bool) -> Result<(), Error> {
        let written = self.try_write(path, bytes, executable);
        written.map_err(|source| Error::io(&self.shown, source))
    }

    fn try_write(&mut self, path: &str, bytes: &[u8], executable: bool) -> io::Result<()> {
        let options = platform::new_file(executable);
        let mut file = match path.rsplit_once('/') {
            None => self.dir.open_with(path, &options)?,
            Some((folder, name)) => self.folder(folder)?.open_with(name, &options)?,
        };
        file.write_all(bytes)?;
        platform::finish_file(&file)
    }

    /// The folder at `path`, made and opened once.
    fn folder(&mut self, path: &str) -> io::Result<&Dir> {
        if !self.folders.contains_key(path) {
            platform::make_folder(&self.dir, path, true)?;
            self.folders.insert(path.to_owned(), self.dir.open_dir(path)?);
        }
        self.folders.get(path).ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    /// Makes an empty folder at `path`.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn make_folder(&mut self, path: &str) -> Result<(), Error> {
        self.folder(path).map(|_| ()).map_err(|source| Error::io(&self.shown, source))
    }

    /// Makes everything durable and renames the folder to the target, which must be free or an empty folder.
    ///
    /// # Errors
    /// When something is at the target by now, which is left as it is, or when it cannot be made durable. The target is
    /// untouched then, and nothing is left of the staging folder.
    pub fn put_in_place(mut self) -> Result<Placed, Error> {
        self.folders.clear();
        let beside = self.beside.try_clone();
        let placed = beside.and_then(|beside| {
            platform::sync_tree(&self.dir)?;
            platform::rename_folder(&self.beside, &self.name, &self.target)?;
            Ok(beside)
        });
        let beside = placed.map_err(|source| Error::io(&self.shown, source))?;
        self.placed = true;
        Ok(Placed { beside, shown: self.shown.clone() })
    }
}

/// A folder that is at its target, whole. Its name there may not outlive a power cut yet.
#[derive(Debug)]
pub struct Placed {
    beside: Dir,
    shown: String,
}

impl Placed {
    /// Makes the name durable too.
    ///
    /// # Errors
    /// When the operating system does not confirm it; the folder is in place all the same.
    pub fn make_durable(self) -> Result<(), Error> {
        platform::sync_names(&self.beside).map_err(|source| Error::io(self.shown, source))
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        if !self.placed {
            // Nothing more can be done here: what is left is removed when the next start reconciles.
            let _ = self.beside.remove_dir_all(&self.name);
        }
    }
}
