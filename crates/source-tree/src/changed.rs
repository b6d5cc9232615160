//! What differs from a commit: in the index, or in the work tree.

use std::collections::HashMap;
use std::io;
use std::path::Path;
use std::sync::Arc;

use gix_hash::ObjectId;

use crate::commits;
use crate::error::Error;
use crate::file::{Listed, SourceFile, Unreadable};
use crate::folder::{self, Bounds, Selection};
use crate::index::{Index, TrackedMode};
use crate::lines::Lines;
use crate::objects::{Blob, Objects, Reader};
use crate::refs::Refs;
use crate::repository::Repository;

/// The new lines of a larger file are not told: it counts as new as a whole.
const MOST_COMPARED: u64 = 32 << 20;

/// The new lines of files.
#[derive(Clone, Debug, Default)]
pub struct AddedLines(HashMap<String, Lines>);

impl AddedLines {
    /// Whether a line (from 1) of a file is new. What has no line is new if its file changed.
    #[must_use]
    pub fn hold(&self, file: &str, line: Option<u32>) -> bool {
        self.0.get(file).is_some_and(|lines| line.is_none_or(|line| lines.hold(line)))
    }
}

type Answer = Result<(Listed, AddedLines), Error>;

pub(crate) fn staged(root: &Path) -> Answer {
    let repository = repository(root)?;
    let objects = Objects::open(&repository)?;
    let reader = objects.reader();
    let refs = Refs::read(&repository)?;
    let before = match refs.find(b"HEAD") {
        Some(head) => commits::files(&reader, &head, &repository.prefix)?,
        // Nothing was ever committed.
        None => HashMap::new(),
    };
    let (mut listed, mut added) = (Listed::default(), AddedLines::default());
    for tracked in Index::read(&repository)?.tracked() {
        let Some(path) = tracked.path.strip_prefix(&repository.prefix[..]) else { continue };
        if tracked.mode != TrackedMode::File || before.get(path) == Some(&tracked.id) || tracked.id.is_null() {
            continue;
        }
        let file = SourceFile::of_blob(path, Blob { id: tracked.id, objects: Arc::clone(&objects) });
        let lines = compared(&reader, before.get(path), &file);
        keep(&mut listed, &mut added, file, lines);
    }
    Ok((listed, added))
}

pub(crate) fn since(root: &Path, base: &str) -> Answer {
    let repository = repository(root)?;
    let objects = Objects::open(&repository)?;
    let reader = objects.reader();
    let refs = Refs::read(&repository)?;
    let base = commits::named(&refs, &reader, base)?;
    let parted = refs.find(b"HEAD").and_then(|head| commits::parted(&reader, head, base)).unwrap_or(base);
    let before = commits::files(&reader, &parted, &repository.prefix)?;
    let now = folder::read(root, Selection::Tracked, Bounds::default())?;
    let moved = moved(&before, &now);
    let mut listed = Listed { files: Vec::new(), unreadable: now.unreadable };
    let mut added = AddedLines::default();
    for file in now.files {
        let old = before.get(file.path());
        match is_same(&reader, old, &moved, &file) {
            Ok(true) => {}
            Ok(false) => {
                let lines = compared(&reader, old, &file);
                keep(&mut listed, &mut added, file, lines);
            }
            Err(error) => listed.unreadable.push(Unreadable { name: file.name, why: error.to_string() }),
        }
    }
    Ok((listed, added))
}

fn repository(root: &Path) -> Result<Arc<Repository>, Error> {
    let found = Repository::find(root)?.ok_or_else(|| Error::NoRepository { path: root.to_owned() })?;
    Ok(found.shared())
}

fn keep(listed: &mut Listed, added: &mut AddedLines, file: SourceFile, lines: io::Result<Lines>) {
    match lines {
        Ok(lines) => {
            added.0.insert(file.name.clone(), lines);
            listed.files.push(file);
        }
        Err(error) => listed.unreadable.push(Unreadable { name: file.name, why: error.to_string() }),
    }
}

fn compared(reader: &Reader, old: Option<&ObjectId>, file: &SourceFile) -> io::Result<Lines> {
    let Some(old) = old else { return Ok(Lines::All) };
    let mut before = Vec::new();
    if reader.size(old).is_none_or(|size| size > MOST_COMPARED) {
        return Ok(Lines::All);
    }
    let after = match file.read(MOST_COMPARED) {
        Ok(after) => after,
        Err(error) if error.kind() == io::ErrorKind::FileTooLarge => return Ok(Lines::All),
        Err(error) => return Err(error),
    };
    reader.find(old, &mut before).map_err(io::Error::other)?;
    Ok(Lines::added(&before, &after))
}

/// What the commit has by names that are gone: a file with such content was moved, and nothing of it is new.
fn moved(before: &HashMap<Vec<u8>, ObjectId>, now: &Listed) -> HashMap<ObjectId, ()> {
    let mut gone: HashMap<&[u8], &ObjectId> = before.iter().map(|(path, id)| (&path[..], id)).collect();
    now.files.iter().for_each(|file| {
        gone.remove(file.path());
    });
    gone.into_values().map(|id| (*id, ())).collect()
}

fn is_same(
    reader: &Reader,
    old: Option<&ObjectId>,
    moved: &HashMap<ObjectId, ()>,
    file: &SourceFile,
) -> io::Result<bool> {
    if old.is_none() && moved.is_empty() {
        return Ok(false);
    }
    let bytes = match file.read(MOST_COMPARED) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::FileTooLarge => return Ok(false),
        Err(error) => return Err(error),
    };
    let Some(old) = old else {
        let id = gix_object::compute_hash(gix_hash::Kind::Sha1, gix_object::Kind::Blob, &bytes);
        return Ok(id.is_ok_and(|id| moved.contains_key(&id)));
    };
    if reader.size(old) != Some(bytes.len() as u64) {
        return Ok(false);
    }
    let mut before = Vec::new();
    Ok(reader.find(old, &mut before).is_ok_and(|found| found.data == bytes))
}
