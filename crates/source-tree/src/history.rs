//! Every file that any commit brought, each content once, with the commit that brought it first.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use gix_hash::{Kind, ObjectId};
use gix_hashtable::{HashMap, HashSet};
use gix_object::CommitRef;
use gix_object::tree::EntryKind;

use crate::commits;
use crate::error::Error;
use crate::file::Unreadable;
use crate::name::shown;
use crate::objects::{MOST_BYTES, Objects, Reader};
use crate::refs::Refs;
use crate::repository::Repository;

/// So many commits are held in memory.
const MOST_COMMITS: usize = 5_000_000;
/// More of what cannot be read is not named.
const MOST_UNREADABLE: usize = 1_000;

/// The history of a repository: all commits that any ref leads to.
pub struct History {
    objects: Arc<Objects>,
    refs: Refs,
    prefix: Vec<u8>,
    is_shallow: bool,
}

/// The commits that were not looked at yet, the oldest first.
pub struct Pending<'a> {
    history: &'a History,
    reader: Reader,
    commits: Vec<Row>,
    next: usize,
    heads: HashSet,
    trees: HashSet,
    blobs: HashSet,
    unreadable: Vec<Unreadable>,
}

struct Row {
    id: ObjectId,
    tree: ObjectId,
    parents: Vec<ObjectId>,
}

/// Contents that some commits brought, in the order in which they are unpacked fastest.
pub struct Portion {
    /// The contents.
    pub blobs: Vec<HistoryBlob>,
    /// How many commits brought them.
    pub commits: u64,
    /// The commits that lead to all that was given out up to here: [`History::since`] takes them.
    pub done: Vec<String>,
}

/// A content that a commit brought.
#[derive(Clone, Debug)]
pub struct HistoryBlob {
    /// The name of the file in that commit.
    pub name: String,
    /// The place of the commit in the order of all.
    pub order: u32,
    id: ObjectId,
    commit: ObjectId,
    place: (u32, u64),
}

impl HistoryBlob {
    /// The hash of the commit that brought it.
    #[must_use]
    pub fn commit(&self) -> String {
        self.commit.to_string()
    }
}

/// Who brought something, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Brought {
    /// The commit's hash.
    pub commit: String,
    /// Its author's name and address.
    pub author: String,
    /// The author's time, in UTC.
    pub date: String,
}

impl History {
    /// The history of the repository that `root` lies in, or is; of the files beneath `root` alone.
    ///
    /// # Errors
    /// There is none, or it cannot be read.
    pub fn open(root: &Path) -> Result<Self, Error> {
        let repository = Repository::find_or_bare(root)?.shared();
        let objects = Objects::open(&repository)?;
        let refs = Refs::read(&repository)?;
        let is_shallow = repository.common.kind(b"shallow").is_ok();
        Ok(Self { objects, refs, prefix: repository.prefix.clone(), is_shallow })
    }

    /// Whether only the newest part of the history is here.
    #[must_use]
    pub fn is_shallow(&self) -> bool {
        self.is_shallow
    }

    /// Whether all these commits still belong to the history: none is of a branch that is gone, or of another repository that lay
    /// here before.
    #[must_use]
    pub fn holds(&self, commits: &[String], cancelled: &AtomicBool) -> bool {
        let reader = self.objects.reader();
        let tips = self.refs.all().into_iter().filter_map(|id| commits::peeled(&reader, id).ok().flatten()).collect();
        let (found, _) = self.walk(&reader, tips, &HashSet::default(), &mut Vec::new(), cancelled);
        commits.iter().all(|id| ObjectId::from_hex(id.as_bytes()).is_ok_and(|id| found.contains_key(&id)))
    }

    /// What lies beyond the commits `done` and all that they lead to. Those that are gone do not count.
    ///
    /// # Errors
    /// A commit is missing or damaged.
    pub fn since(&self, done: &[String], cancelled: &AtomicBool) -> Result<Pending<'_>, Error> {
        let reader = self.objects.reader();
        let known: Vec<ObjectId> = done.iter().filter_map(|id| ObjectId::from_hex(id.as_bytes()).ok()).collect();
        let mut unreadable = Vec::new();
        let (hidden, _) = self.walk(&reader, known, &HashSet::default(), &mut Vec::new(), cancelled);
        let mut tips = Vec::new();
        for id in self.refs.all() {
            match commits::peeled(&reader, id) {
                Ok(Some(commit)) => tips.push(commit),
                Ok(None) => note(&mut unreadable, "", "a ref points at a file or folder, and not at a commit"),
                Err(error) => note(&mut unreadable, "", &error.to_string()),
            }
        }
        let seen: HashSet = hidden.keys().copied().collect();
        let (found, boundary) = self.walk(&reader, tips, &seen, &mut unreadable, cancelled);
        let (commits, in_circles) = in_order(found);
        if in_circles > 0 {
            let why = format!(
                "{in_circles} commits lead to ones that are their own ancestors, which no git writes; they are looked at by their time"
            );
            note(&mut unreadable, "", &why);
        }
        let mut pending = Pending {
            history: self,
            reader,
            commits,
            next: 0,
            heads: known_heads(done, &hidden),
            trees: HashSet::default(),
            blobs: HashSet::default(),
            unreadable,
        };
        pending.leave_out(&hidden, &boundary);
        Ok(pending)
    }

    /// All commits that `tips` lead to, without those in `hidden`; and those of `hidden` at which it ended.
    fn walk(
        &self,
        reader: &Reader,
        tips: Vec<ObjectId>,
        hidden: &HashSet,
        unreadable: &mut Vec<Unreadable>,
        cancelled: &AtomicBool,
    ) -> (HashMap<ObjectId, commits::Commit>, HashSet) {
        let mut found: HashMap<ObjectId, commits::Commit> = HashMap::default();
        let (mut boundary, mut missing) = (HashSet::default(), HashSet::default());
        let mut todo = tips;
        let mut buffer = Vec::new();
        while let Some(id) = todo.pop() {
            if hidden.contains(&id) {
                boundary.insert(id);
                continue;
            }
            if found.contains_key(&id) || missing.contains(&id) || cancelled.load(Ordering::Relaxed) {
                continue;
            }
            match commits::read(reader, &id, &mut buffer) {
                Ok(commit) if found.len() < MOST_COMMITS => {
                    todo.extend(&commit.parents);
                    found.insert(id, commit);
                }
                Ok(_) => {
                    note(
                        unreadable,
                        "",
                        &format!("it has more than {MOST_COMMITS} commits; the others are not looked at"),
                    );
                    break;
                }
                Err(error) => {
                    missing.insert(id);
                    // What a shallow clone has not, it says of itself.
                    if !self.is_shallow {
                        note(unreadable, "", &error.to_string());
                    }
                }
            }
        }
        (found, boundary)
    }

    /// Something to read contents with, for one thread.
    #[must_use]
    pub fn reader(&self) -> HistoryReader {
        HistoryReader(self.objects.reader())
    }
}

/// Parents before children, and else by time: what two commits bring is told of the older. Objects that lie about their hash can
/// lead in circles; those come last, and their number with them.
fn in_order(mut found: HashMap<ObjectId, commits::Commit>) -> (Vec<Row>, usize) {
    let mut children: HashMap<ObjectId, Vec<ObjectId>> = HashMap::default();
    let mut waiting: HashMap<ObjectId, usize> = HashMap::default();
    let mut ready = BinaryHeap::new();
    for (id, commit) in &found {
        let parents: HashSet = commit.parents.iter().filter(|parent| found.contains_key(*parent)).copied().collect();
        parents.iter().for_each(|parent| children.entry(*parent).or_default().push(*id));
        if parents.is_empty() {
            ready.push(Reverse((commit.seconds, *id)));
        }
        waiting.insert(*id, parents.len());
    }
    let mut rows = Vec::with_capacity(found.len());
    while let Some(Reverse((_, id))) = ready.pop() {
        for child in children.remove(&id).unwrap_or_default() {
            let Some(left) = waiting.get_mut(&child) else { continue };
            *left -= 1;
            if *left == 0 {
                ready.push(Reverse((found.get(&child).map_or(0, |commit| commit.seconds), child)));
            }
        }
        if let Some(commit) = found.remove(&id) {
            rows.push(Row { id, tree: commit.tree, parents: commit.parents });
        }
    }
    let mut circles: Vec<_> = found.into_iter().collect();
    circles.sort_by_key(|(id, commit)| (commit.seconds, *id));
    let count = circles.len();
    rows.extend(circles.into_iter().map(|(id, commit)| Row { id, tree: commit.tree, parents: commit.parents }));
    (rows, count)
}

fn known_heads(done: &[String], hidden: &HashMap<ObjectId, commits::Commit>) -> HashSet {
    let ids = done.iter().filter_map(|id| ObjectId::from_hex(id.as_bytes()).ok());
    ids.filter(|id| hidden.contains_key(id)).collect()
}

impl Pending<'_> {
    /// How many commits there are.
    #[must_use]
    pub fn commits(&self) -> usize {
        self.commits.len()
    }

    /// What could not be read so far.
    #[must_use]
    pub fn unreadable(&self) -> &[Unreadable] {
        &self.unreadable
    }

    /// What the next commits brought: of so many that they brought about `most` contents together. None at the end.
    pub fn next(&mut self, most: usize, cancelled: &AtomicBool) -> Option<Portion> {
        let mut portion = Portion { blobs: Vec::new(), commits: 0, done: Vec::new() };
        while self.next < self.commits.len() && portion.blobs.len() < most {
            if cancelled.load(Ordering::Relaxed) {
                return None;
            }
            self.one_commit(&mut portion.blobs);
            portion.commits += 1;
        }
        if portion.commits == 0 {
            return None;
        }
        let mut buffer = Vec::new();
        for blob in &mut portion.blobs {
            blob.place = self.reader.place(&blob.id, &mut buffer);
        }
        portion.blobs.sort_by(|left, right| left.place.cmp(&right.place).then(left.id.cmp(&right.id)));
        portion.done = self.heads.iter().map(ToString::to_string).collect();
        portion.done.sort_unstable();
        Some(portion)
    }

    fn one_commit(&mut self, blobs: &mut Vec<HistoryBlob>) {
        let order = u32::try_from(self.next).unwrap_or(u32::MAX);
        let Row { id, tree, parents } = &self.commits[self.next];
        let (commit, tree) = (*id, *tree);
        parents.iter().for_each(|parent| {
            self.heads.remove(parent);
        });
        self.heads.insert(commit);
        self.next += 1;
        self.collect(tree, &mut |path, id| {
            let name = shown(path);
            blobs.push(HistoryBlob { name, order, id, commit, place: (0, 0) });
        });
    }

    /// Calls `each` with the files of a tree whose content was not met before.
    fn collect(&mut self, tree: ObjectId, each: &mut dyn FnMut(&[u8], ObjectId)) {
        let mut buffer = Vec::new();
        let start = match commits::beneath(&self.reader, tree, &self.history.prefix, &mut buffer) {
            Ok(Some(start)) => start,
            Ok(None) => return,
            Err(error) => return note(&mut self.unreadable, "", &error.to_string()),
        };
        if !self.trees.insert(start) {
            return;
        }
        let mut todo = vec![(start, Vec::new(), 0)];
        while let Some((id, path, depth)) = todo.pop() {
            let (trees, blobs) = (&mut self.trees, &mut self.blobs);
            let read = commits::each_entry(&self.reader, &id, &mut buffer, &mut |name, kind, id| {
                let path = || if path.is_empty() { name.to_vec() } else { [&path[..], b"/", name].concat() };
                match kind {
                    EntryKind::Tree if depth < commits::DEPTH && trees.insert(id) => todo.push((id, path(), depth + 1)),
                    EntryKind::Blob | EntryKind::BlobExecutable if blobs.insert(id) => each(&path(), id),
                    _ => {}
                }
            });
            if let Err(error) = read {
                note(&mut self.unreadable, &shown(&path), &error.to_string());
            }
        }
    }

    /// What the commits hold that were looked at before is known.
    fn leave_out(&mut self, hidden: &HashMap<ObjectId, commits::Commit>, boundary: &HashSet) {
        for commit in boundary.iter().filter_map(|id| hidden.get(id)) {
            self.collect(commit.tree, &mut |_, _| {});
        }
    }
}

fn note(unreadable: &mut Vec<Unreadable>, name: &str, why: &str) {
    if unreadable.len() < MOST_UNREADABLE {
        unreadable.push(Unreadable { name: name.to_owned(), why: why.to_owned() });
    }
}

/// Reads contents; for one thread.
pub struct HistoryReader(Reader);

impl HistoryReader {
    /// The content, in `buffer`.
    ///
    /// # Errors
    /// It is missing, damaged, or too large to be unpacked in memory.
    pub fn read<'a>(&self, blob: &HistoryBlob, buffer: &'a mut Vec<u8>) -> Result<&'a [u8], Error> {
        let id = || blob.id.to_string();
        if self.0.size(&blob.id).is_some_and(|size| size > MOST_BYTES) {
            return Err(Error::Object { id: id(), why: format!("it has more than {MOST_BYTES} bytes") });
        }
        let found = self.0.find(&blob.id, buffer)?;
        if found.kind != gix_object::Kind::Blob {
            return Err(Error::Object { id: id(), why: "it is no file".to_owned() });
        }
        Ok(found.data)
    }

    /// Who brought a content, and when.
    #[must_use]
    pub fn brought(&self, blob: &HistoryBlob) -> Brought {
        let mut buffer = Vec::new();
        let commit = blob.commit.to_string();
        let found = self.0.find(&blob.commit, &mut buffer).ok();
        let read = found.and_then(|found| CommitRef::from_bytes(found.data, Kind::Sha1).ok());
        let Some(author) = read.and_then(|read| read.author().ok()) else {
            return Brought { commit, author: "unknown".to_owned(), date: "unknown".to_owned() };
        };
        let seconds = author.time().map_or(0, |time| time.seconds);
        let date = jiff::Timestamp::from_second(seconds).map_or_else(|_| "unknown".to_owned(), |time| time.to_string());
        Brought { commit, author: format!("{} <{}>", shown(author.name), shown(author.email)), date }
    }
}
