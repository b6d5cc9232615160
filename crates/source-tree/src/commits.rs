//! Commits and their trees.

use std::collections::{BinaryHeap, HashMap, HashSet};

use gix_hash::{Kind, ObjectId};
use gix_object::tree::EntryKind;
use gix_object::{CommitRef, TagRef, TreeRefIter};

use crate::error::Error;
use crate::objects::Reader;
use crate::refs::Refs;

/// Trees within trees.
pub(crate) const DEPTH: usize = 512;
const MOST_FILES: usize = 5_000_000;
const MOST_STEPS: usize = 10_000_000;

/// The commit that a name means: a ref, a hash or its beginning.
pub(crate) fn named(refs: &Refs, reader: &Reader, name: &str) -> Result<ObjectId, Error> {
    let unknown = || Error::NoCommit { name: name.to_owned() };
    let is_hash = (4..=40).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_hexdigit());
    let found = refs.named(name).or_else(|| if is_hash { reader.begins_with(name) } else { None });
    peeled(reader, found.ok_or_else(unknown)?)?.ok_or_else(unknown)
}

/// The commit that an object is, or that a tag leads to.
pub(crate) fn peeled(reader: &Reader, id: ObjectId) -> Result<Option<ObjectId>, Error> {
    let mut at = id;
    let mut buffer = Vec::new();
    for _ in 0..DEPTH {
        let found = reader.find_listed(&at, &mut buffer)?;
        match found.kind {
            gix_object::Kind::Commit => return Ok(Some(at)),
            gix_object::Kind::Tag => {
                at = TagRef::from_bytes(found.data, Kind::Sha1).map_err(|error| damaged(&at, &error))?.target();
            }
            _ => return Ok(None),
        }
    }
    Ok(None)
}

/// A commit's tree, parents and time.
pub(crate) struct Commit {
    pub(crate) tree: ObjectId,
    pub(crate) parents: Vec<ObjectId>,
    pub(crate) seconds: i64,
}

pub(crate) fn read(reader: &Reader, id: &ObjectId, buffer: &mut Vec<u8>) -> Result<Commit, Error> {
    let found = reader.find_listed(id, buffer)?;
    if found.kind != gix_object::Kind::Commit {
        return Err(damaged(id, &"it is no commit"));
    }
    let commit = CommitRef::from_bytes(found.data, Kind::Sha1).map_err(|error| damaged(id, &error))?;
    let seconds = commit.committer().ok().and_then(|who| who.time().ok()).map_or(0, |time| time.seconds);
    Ok(Commit { tree: commit.tree(), parents: commit.parents().collect(), seconds })
}

/// The files of a commit beneath `prefix`, by their paths from there.
pub(crate) fn files(reader: &Reader, commit: &ObjectId, prefix: &[u8]) -> Result<HashMap<Vec<u8>, ObjectId>, Error> {
    let mut files = HashMap::new();
    let mut buffer = Vec::new();
    let tree = read(reader, commit, &mut buffer)?.tree;
    let Some(start) = beneath(reader, tree, prefix, &mut buffer)? else { return Ok(files) };
    let mut todo = vec![(start, Vec::new(), 0)];
    while let Some((id, path, depth)) = todo.pop() {
        each_entry(reader, &id, &mut buffer, &mut |name, kind, id| {
            let path = if path.is_empty() { name.to_vec() } else { [&path[..], b"/", name].concat() };
            match kind {
                EntryKind::Tree if depth < DEPTH => todo.push((id, path, depth + 1)),
                EntryKind::Blob | EntryKind::BlobExecutable => drop(files.insert(path, id)),
                _ => {}
            }
        })?;
        if files.len() > MOST_FILES || todo.len() > MOST_FILES {
            return Err(damaged(commit, &format!("it has more than {MOST_FILES} files")));
        }
    }
    Ok(files)
}

/// The tree at `prefix` beneath a tree.
pub(crate) fn beneath(
    reader: &Reader,
    tree: ObjectId,
    prefix: &[u8],
    buffer: &mut Vec<u8>,
) -> Result<Option<ObjectId>, Error> {
    let mut at = tree;
    for part in prefix.split(|byte| *byte == b'/').filter(|part| !part.is_empty()) {
        let mut next = None;
        each_entry(reader, &at, buffer, &mut |name, kind, id| {
            if name == part && kind == EntryKind::Tree {
                next = Some(id);
            }
        })?;
        match next {
            Some(next) => at = next,
            None => return Ok(None),
        }
    }
    Ok(Some(at))
}

/// Calls `each` with the entries of a tree.
pub(crate) fn each_entry(
    reader: &Reader,
    id: &ObjectId,
    buffer: &mut Vec<u8>,
    each: &mut dyn FnMut(&[u8], EntryKind, ObjectId),
) -> Result<(), Error> {
    let found = reader.find_listed(id, buffer)?;
    if found.kind != gix_object::Kind::Tree {
        return Err(damaged(id, &"it is no folder"));
    }
    for entry in TreeRefIter::from_bytes(found.data, Kind::Sha1) {
        let entry = entry.map_err(|error| damaged(id, &error))?;
        each(entry.filename, entry.mode.kind(), entry.oid.to_owned());
    }
    Ok(())
}

/// The newest commit that both lead back to. None where they share none, or where the history that is here ends before it.
pub(crate) fn parted(reader: &Reader, one: ObjectId, other: ObjectId) -> Option<ObjectId> {
    let (mut heap, mut seen) = (BinaryHeap::new(), HashMap::new());
    let mut buffer = Vec::new();
    let mut put = |heap: &mut BinaryHeap<(i64, ObjectId)>, id: ObjectId, side: u8, buffer: &mut Vec<u8>| {
        let known = seen.entry(id).or_insert(0_u8);
        let fresh = *known | side != *known;
        *known |= side;
        if let (true, Ok(commit)) = (fresh, read(reader, &id, buffer)) {
            heap.push((commit.seconds, id));
        }
        *known
    };
    put(&mut heap, one, 1, &mut buffer);
    put(&mut heap, other, 2, &mut buffer);
    let mut steps = 0;
    let mut done: HashSet<(ObjectId, u8)> = HashSet::new();
    while let Some((_, id)) = heap.pop() {
        let side = put(&mut heap, id, 0, &mut buffer);
        if side == 3 {
            return Some(id);
        }
        steps += 1;
        if steps > MOST_STEPS || !done.insert((id, side)) {
            continue;
        }
        for parent in read(reader, &id, &mut buffer).ok()?.parents {
            put(&mut heap, parent, side, &mut buffer);
        }
    }
    None
}

pub(crate) fn damaged(id: &ObjectId, why: &dyn std::fmt::Display) -> Error {
    Error::Object { id: id.to_string(), why: format!("it is damaged ({why})") }
}
