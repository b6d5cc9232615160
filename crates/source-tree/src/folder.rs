//! The files of a folder.

use std::path::Path;

use ignore::{DirEntry, WalkBuilder};

use crate::error::Error;
use crate::file::{Content, SourceFile, shown_name};
use crate::tree::{SourceTree, Unreadable};

/// Which files of a folder are looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Selection {
    /// What git tracks or would track; outside a repository all that no ignore file names.
    #[default]
    Tracked,
    /// All but git's own folder.
    All,
}

pub(crate) fn read(root: &Path, selection: Selection) -> Result<SourceTree, Error> {
    let metadata = root.metadata().map_err(|source| Error::Folder { path: root.to_owned(), source })?;
    if !metadata.is_dir() {
        let source = std::io::ErrorKind::NotADirectory.into();
        return Err(Error::Folder { path: root.to_owned(), source });
    }
    let tracked = selection == Selection::Tracked;
    let walk = WalkBuilder::new(root)
        .standard_filters(false)
        .git_ignore(tracked)
        .git_exclude(tracked)
        .parents(tracked)
        .follow_links(false)
        .filter_entry(|entry| entry.depth() == 0 || entry.file_name() != ".git")
        .build();
    let (mut files, mut unreadable) = (Vec::new(), Vec::new());
    for entry in walk {
        match entry {
            Ok(entry) => files.extend(file(root, entry)),
            Err(error) => unreadable.push(Unreadable { name: String::new(), why: error.to_string() }),
        }
    }
    files.sort_by(|left: &SourceFile, right| left.name.cmp(&right.name));
    Ok(SourceTree::new(files, unreadable))
}

fn file(root: &Path, entry: DirEntry) -> Option<SourceFile> {
    if !entry.file_type()?.is_file() {
        return None;
    }
    let path = entry.into_path();
    let name = shown_name(path.strip_prefix(root).ok()?);
    Some(SourceFile { name, content: Content::Disk(path) })
}
