//! A set of files to look at.

use std::io::{self, Read};
use std::path::Path;

use crate::error::Error;
use crate::file::{Content, SourceFile};
use crate::folder::{self, Selection};
use crate::open::open_regular;

/// Files to look at, in the order of their names.
#[derive(Clone, Debug, Default)]
pub struct SourceTree {
    files: Vec<SourceFile>,
    unreadable: Vec<Unreadable>,
}

/// What could not be looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreadable {
    /// The file or folder, where that is known.
    pub name: String,
    /// Why.
    pub why: String,
}

impl SourceTree {
    pub(crate) fn new(files: Vec<SourceFile>, unreadable: Vec<Unreadable>) -> Self {
        Self { files, unreadable }
    }

    /// The files of a folder.
    ///
    /// # Errors
    /// The folder cannot be read. What cannot be read inside it is told by [`Self::unreadable`].
    pub fn of_folder(root: &Path, selection: Selection) -> Result<Self, Error> {
        folder::read(root, selection)
    }

    /// Files that are not on the disk: a plan, or what a caller sent.
    #[must_use]
    pub fn of_files(files: impl IntoIterator<Item = SourceFile>) -> Self {
        let mut files: Vec<SourceFile> = files.into_iter().collect();
        files.sort_by(|left, right| left.name.cmp(&right.name));
        Self::new(files, Vec::new())
    }

    /// The files, in the order of their names.
    #[must_use]
    pub fn files(&self) -> &[SourceFile] {
        &self.files
    }

    /// The file of this name.
    #[must_use]
    pub fn file(&self, name: &str) -> Option<&SourceFile> {
        let found = self.files.binary_search_by(|file| file.name.as_str().cmp(name));
        found.ok().map(|index| &self.files[index])
    }

    /// What could not be looked at.
    #[must_use]
    pub fn unreadable(&self) -> &[Unreadable] {
        &self.unreadable
    }
}

impl SourceFile {
    /// Opens it for reading.
    ///
    /// # Errors
    /// It is gone, may not be read, or is no regular file any more.
    pub fn open(&self) -> io::Result<Box<dyn Read + Send + '_>> {
        Ok(match &self.content {
            Content::Disk(path) => Box::new(open_regular(path)?),
            Content::Memory(bytes) => Box::new(&bytes[..]),
        })
    }

    /// Its bytes, where there are at most `most`.
    ///
    /// # Errors
    /// It cannot be read, or is larger (`FileTooLarge`).
    pub fn read(&self, most: u64) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        self.open()?.take(most + 1).read_to_end(&mut bytes)?;
        if bytes.len() as u64 > most {
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, format!("it has more than {most} bytes")));
        }
        Ok(bytes)
    }
}
