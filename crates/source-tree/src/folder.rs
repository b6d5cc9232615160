//! The files of a folder.

use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::sync::Arc;

use crate::error::Error;
use crate::file::{Listed, SourceFile, Unreadable};
use crate::ignores::{self, Ignores};
use crate::index::{Index, TrackedMode};
use crate::name::shown;
use crate::open::{Folder, Kind};
use crate::repository::Repository;

/// Which files of a folder are looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Selection {
    /// What git tracks, even where it is ignored, and what it would track; outside a repository all that no `.gitignore`
    /// names. What the user of this machine ignores everywhere (`core.excludesFile`) is no property of the tree and is looked
    /// at.
    #[default]
    Tracked,
    /// All but git's own folders.
    All,
}

/// How much of a folder is looked at. What is left out is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// So many files.
    pub files: usize,
    /// So many folders within folders.
    pub depth: usize,
}

impl Default for Bounds {
    fn default() -> Self {
        Self { files: 1_000_000, depth: 256 }
    }
}

/// More of them are counted, and not kept.
const MOST_UNREADABLE: usize = 1_000;

pub(crate) fn read(root: &Path, selection: Selection, bounds: Bounds) -> Result<Listed, Error> {
    let held = Folder::open(root).map_err(|source| Error::Folder { path: root.to_owned(), source })?;
    let mut walk = Walk {
        root: Arc::new(held),
        prefix: Vec::new(),
        selection,
        bounds,
        files: Vec::new(),
        unreadable: Vec::new(),
        more: 0,
        full: false,
    };
    match selection {
        Selection::All => walk.beneath(None),
        Selection::Tracked => walk.tracked(root)?,
    }
    Ok(walk.into_listed())
}

struct Walk {
    root: Arc<Folder>,
    /// Where the root lies in its work tree, with a slash at its end: patterns are held against paths from the top.
    prefix: Vec<u8>,
    selection: Selection,
    bounds: Bounds,
    files: Vec<SourceFile>,
    unreadable: Vec<Unreadable>,
    more: usize,
    full: bool,
}

struct ToRead {
    path: Vec<u8>,
    depth: usize,
    ignores: Option<Arc<Ignores>>,
}

impl Walk {
    fn tracked(&mut self, root: &Path) -> Result<(), Error> {
        let repository = match Repository::find(root) {
            Ok(found) => found,
            Err(error @ Error::Repository { .. }) => {
                self.cannot(".git", &format!("{error}; the files are looked at as outside a repository"));
                None
            }
            Err(error) => return Err(error),
        };
        let Some(repository) = repository else {
            self.beneath(None);
            return Ok(());
        };
        self.prefix.clone_from(&repository.prefix);
        let index = Index::read(&repository).or_else(|error| match error {
            Error::Repository { .. } => {
                self.cannot(".git/index", &format!("{error}; what git tracks and ignores at once is not looked at"));
                Ok(Index::default())
            }
            other => Err(other),
        })?;
        let (ignores, is_left_out) = self.patterns_above(&repository);
        if is_left_out {
            self.cannot("", "git ignores this whole folder, so that of it only what is tracked is looked at");
        } else {
            self.beneath(ignores);
        }
        self.add_tracked(&index);
        Ok(())
    }

    /// The patterns from the top of the work tree down to the root, and whether they leave the root itself out.
    fn patterns_above(&mut self, repository: &Repository) -> (Option<Arc<Ignores>>, bool) {
        let mut ignores = None;
        if let Ok(text) = repository.common.read(b"info/exclude", ignores::MOST_BYTES) {
            ignores = Some(Ignores::beneath(ignores, 0, &text));
        }
        let prefix = std::mem::take(&mut self.prefix);
        let mut is_left_out = false;
        let top = repository.top.as_deref().and_then(|top| Folder::open(top).ok());
        let mut start = 0;
        while let (Some(top), Some(slash)) = (&top, prefix[start..].iter().position(|byte| *byte == b'/')) {
            if let Ok(text) = top.read(&[&prefix[..start], b".gitignore"].concat(), ignores::MOST_BYTES) {
                ignores = Some(Ignores::beneath(ignores, start, &text));
            }
            let end = start + slash;
            is_left_out |= ignores.as_ref().is_some_and(|ignores| ignores.covers(&prefix[..end], true));
            start = end + 1;
        }
        self.prefix = prefix;
        (ignores, is_left_out)
    }

    fn beneath(&mut self, ignores: Option<Arc<Ignores>>) {
        let mut todo = vec![ToRead { path: Vec::new(), depth: 0, ignores }];
        while let Some(next) = todo.pop() {
            if self.full {
                return;
            }
            self.one_folder(next, &mut todo);
        }
    }

    fn one_folder(&mut self, at: ToRead, todo: &mut Vec<ToRead>) {
        let mut names = Vec::new();
        let room = self.bounds.files.saturating_sub(self.files.len());
        let listed = self.root.entries(&at.path, &mut |name, kind| {
            if kind != Kind::Other || name == b".git" {
                names.push((name.to_vec(), kind));
            }
            names.len() <= room
        });
        if let Err(error) = listed {
            self.cannot(&shown(&at.path), &format!("the folder cannot be listed: {error}"));
        }
        let tracked = self.selection == Selection::Tracked;
        let has = |wanted: &[u8]| names.iter().any(|(name, _)| name == wanted);
        if tracked && at.depth > 0 && has(b".git") && self.is_repository(&at.path) {
            self.cannot(&shown(&at.path), "it is a git repository of its own; check it by itself, or use --all-files");
            return;
        }
        let ignores = match has(b".gitignore") {
            true if tracked => self.with_ignore_file(&at),
            _ => at.ignores,
        };
        for (name, kind) in names.iter().filter(|(name, _)| name != b".git") {
            let path = if at.path.is_empty() { name.clone() } else { [&at.path[..], b"/", name].concat() };
            let covered =
                |ignores: &Arc<Ignores>| ignores.covers(&[&self.prefix[..], &path].concat(), *kind == Kind::Folder);
            if ignores.as_ref().is_some_and(covered) {
                continue;
            }
            match kind {
                Kind::File => self.add(&path),
                _ if at.depth + 1 > self.bounds.depth => {
                    self.cannot(&shown(&path), &format!("it lies more than {} folders deep", self.bounds.depth));
                }
                _ => todo.push(ToRead { path, depth: at.depth + 1, ignores: ignores.clone() }),
            }
        }
    }

    fn with_ignore_file(&mut self, at: &ToRead) -> Option<Arc<Ignores>> {
        let path = if at.path.is_empty() { b".gitignore".to_vec() } else { [&at.path[..], b"/.gitignore"].concat() };
        match self.root.read(&path, ignores::MOST_BYTES) {
            Ok(text) => {
                let base = self.prefix.len() + path.len() - b".gitignore".len();
                Some(Ignores::beneath(at.ignores.clone(), base, &text))
            }
            Err(error) => {
                // A link, as git sees it too, or too long: nothing is ignored for its sake.
                self.cannot(&shown(&path), &format!("its patterns do not count: {error}"));
                at.ignores.clone()
            }
        }
    }

    /// Whether a folder is the top of a work tree of another repository, as git sees it.
    fn is_repository(&self, path: &[u8]) -> bool {
        let of = |name: &[u8]| [path, b"/.git", name].concat();
        match self.root.kind(&of(b"")) {
            Ok(Kind::File) => self.root.read(&of(b""), 64 << 10).is_ok_and(|text| text.starts_with(b"gitdir:")),
            Ok(Kind::Folder) => {
                self.root.kind(&of(b"/HEAD")).is_ok()
                    && self.root.kind(&of(b"/objects")).is_ok_and(|kind| kind == Kind::Folder)
            }
            _ => false,
        }
    }

    /// What git tracks and the walk did not meet, because it is ignored or lies in a repository of its own.
    fn add_tracked(&mut self, index: &Index) {
        let mut met: HashSet<Box<[u8]>> = self.files.iter().map(|file| file.path().into()).collect();
        let mut folders: HashMap<Vec<u8>, bool> = HashMap::new();
        for tracked in index.tracked() {
            let Some(path) = tracked.path.strip_prefix(&self.prefix[..]) else { continue };
            match tracked.mode {
                TrackedMode::Link => continue,
                TrackedMode::Submodule => {
                    let name = shown(path);
                    if !self.unreadable.iter().any(|other| other.name == name) {
                        self.cannot(&name, "it is a submodule, a git repository of its own; check it by itself");
                    }
                    continue;
                }
                TrackedMode::File => {}
            }
            // Through the same folder many files are reached, or none: a link is none.
            let parent = path.iter().rposition(|byte| *byte == b'/').map(|slash| &path[..slash]);
            let is_there = parent.is_none_or(|parent| {
                folders.get(parent).copied().unwrap_or_else(|| {
                    let there = self.root.kind(parent).is_ok_and(|kind| kind == Kind::Folder);
                    folders.insert(parent.to_vec(), there);
                    there
                })
            });
            if !met.contains(path) && is_there && self.root.kind(path).is_ok_and(|kind| kind == Kind::File) {
                self.add(path);
                met.insert(path.into());
            }
        }
    }

    fn add(&mut self, path: &[u8]) {
        if self.files.len() >= self.bounds.files {
            if !self.full {
                self.full = true;
                self.cannot("", &format!("it has more than {} files; the others are not looked at", self.bounds.files));
            }
            return;
        }
        self.files.push(SourceFile::on_disk(&self.root, path));
    }

    fn cannot(&mut self, name: &str, why: &str) {
        if self.unreadable.len() < MOST_UNREADABLE {
            self.unreadable.push(Unreadable { name: name.to_owned(), why: why.to_owned() });
        } else {
            self.more += 1;
        }
    }

    fn into_listed(mut self) -> Listed {
        if self.more > 0 {
            let why = format!("{} more files and folders could not be looked at", self.more);
            self.unreadable.push(Unreadable { name: String::new(), why });
        }
        Listed { files: self.files, unreadable: self.unreadable }
    }
}
