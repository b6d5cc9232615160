//! A set of files to look at.

use std::path::Path;

use crate::changed::{self, AddedLines};
use crate::error::Error;
use crate::file::{Listed, SourceFile, Unreadable};
use crate::folder::{self, Bounds, Selection};

/// Files to look at, in the order of their names.
#[derive(Clone, Debug, Default)]
pub struct SourceTree {
    files: Vec<SourceFile>,
    unreadable: Vec<Unreadable>,
}

/// Files that changed, and which of their lines are new: what a change brings is judged, not what was there before.
#[derive(Clone, Debug, Default)]
pub struct Changed {
    /// The files as they are now, whole.
    pub tree: SourceTree,
    /// Their new lines.
    pub added: AddedLines,
}

impl SourceTree {
    fn of(listed: Listed) -> Self {
        let Listed { mut files, unreadable } = listed;
        files.sort_by(|left, right| left.name.cmp(&right.name));
        Self { files, unreadable }
    }

    /// The files of a folder.
    ///
    /// # Errors
    /// The folder cannot be read. What cannot be read inside it is told by [`Self::unreadable`].
    pub fn of_folder(root: &Path, selection: Selection) -> Result<Self, Error> {
        Self::of_folder_within(root, selection, Bounds::default())
    }

    /// The files of a folder, at most so many.
    ///
    /// # Errors
    /// The folder cannot be read. What cannot be read inside it is told by [`Self::unreadable`].
    pub fn of_folder_within(root: &Path, selection: Selection, bounds: Bounds) -> Result<Self, Error> {
        folder::read(root, selection, bounds).map(Self::of)
    }

    /// What is staged: the files beneath `root` whose next commit differs from the last, as they would be committed.
    ///
    /// # Errors
    /// There is no repository, or it cannot be read.
    pub fn staged(root: &Path) -> Result<Changed, Error> {
        let (listed, added) = changed::staged(root)?;
        Ok(Changed { tree: Self::of(listed), added })
    }

    /// What changed beneath `root` since it parted from `base` (a branch, a tag, a commit), with what is not committed yet
    /// and what git would track.
    ///
    /// # Errors
    /// There is no repository or no such commit, or it cannot be read.
    pub fn changed_since(root: &Path, base: &str) -> Result<Changed, Error> {
        let (listed, added) = changed::since(root, base)?;
        Ok(Changed { tree: Self::of(listed), added })
    }

    /// Files that are not on the disk: a plan, or what a caller sent.
    #[must_use]
    pub fn of_files(files: impl IntoIterator<Item = SourceFile>) -> Self {
        Self::of(Listed { files: files.into_iter().collect(), unreadable: Vec::new() })
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
