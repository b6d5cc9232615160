//! The names of commits: `HEAD`, branches, tags and whatever else lies beneath `refs/`.

use std::collections::BTreeMap;

use gix_hash::ObjectId;

use crate::error::Error;
use crate::open::{Folder, Kind};
use crate::repository::Repository;

const PACKED: u64 = 512 << 20;
const LOOSE: u64 = 4 << 10;
const MOST_REFS: usize = 2_000_000;
/// A ref may name a ref; so often.
const MOST_STEPS: usize = 5;
const DEPTH: usize = 64;

/// All refs of a repository with what they point at: commits, and tags of commits.
#[derive(Debug, Default)]
pub(crate) struct Refs(BTreeMap<Vec<u8>, Target>);

#[derive(Debug, Clone)]
enum Target {
    Object(ObjectId),
    Ref(Vec<u8>),
}

impl Refs {
    pub(crate) fn read(repository: &Repository) -> Result<Self, Error> {
        let mut refs = Self::default();
        match repository.common.read(b"packed-refs", PACKED) {
            Ok(text) => refs.packed(&text),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => return Err(refused(&format!("packed-refs cannot be read: {error}"))),
        }
        refs.loose(&repository.common)?;
        refs.loose(&repository.own)?;
        refs.single(&repository.own, b"HEAD");
        // Other work trees have heads of their own, which may be on no branch.
        let mut trees = Vec::new();
        let _ = repository.common.entries(b"worktrees", &mut |name, kind| {
            if kind == Kind::Folder {
                trees.push([b"worktrees/", name].concat());
            }
            trees.len() < 10_000
        });
        for tree in trees {
            refs.single(&repository.common, &[&tree[..], b"/HEAD"].concat());
        }
        Ok(refs)
    }

    fn packed(&mut self, text: &[u8]) {
        for line in text.split(|byte| *byte == b'\n').take(2 * MOST_REFS) {
            if let Some((id, name)) = line.split_at_checked(41)
                && let Ok(id) = ObjectId::from_hex(&id[..40])
            {
                self.0.insert(name.trim_ascii_end().to_vec(), Target::Object(id));
            }
        }
    }

    fn loose(&mut self, folder: &Folder) -> Result<(), Error> {
        let mut folders = vec![b"refs".to_vec()];
        while let Some(at) = folders.pop() {
            let mut files = Vec::new();
            let listed = folder.entries(&at, &mut |name, kind| {
                let path = [&at[..], b"/", name].concat();
                match kind {
                    Kind::Folder if path.iter().filter(|byte| **byte == b'/').count() < DEPTH => folders.push(path),
                    Kind::File => files.push(path),
                    Kind::Folder | Kind::Other => {}
                }
                files.len() < MOST_REFS
            });
            // A work tree's own folder has no refs of its own, mostly.
            if listed.is_err() {
                continue;
            }
            files.iter().for_each(|file| self.single(folder, file));
            if self.0.len() > MOST_REFS {
                return Err(refused(&format!("it has more than {MOST_REFS} refs")));
            }
        }
        Ok(())
    }

    fn single(&mut self, folder: &Folder, name: &[u8]) {
        let Ok(text) = folder.read(name, LOOSE) else { return };
        let text = text.trim_ascii();
        let target = match text.strip_prefix(b"ref:") {
            Some(other) => Target::Ref(other.trim_ascii().to_vec()),
            None => match ObjectId::from_hex(text) {
                Ok(id) => Target::Object(id),
                Err(_) => return,
            },
        };
        self.0.insert(name.to_vec(), target);
    }

    /// What a ref points at, through other refs.
    pub(crate) fn find(&self, name: &[u8]) -> Option<ObjectId> {
        let mut target = self.0.get(name)?;
        for _ in 0..MOST_STEPS {
            match target {
                Target::Object(id) => return Some(*id),
                Target::Ref(other) => target = self.0.get(other)?,
            }
        }
        None
    }

    /// What a name means that a person gave: git's order.
    pub(crate) fn named(&self, name: &str) -> Option<ObjectId> {
        ["", "refs/", "refs/tags/", "refs/heads/", "refs/remotes/"]
            .iter()
            .map(|before| format!("{before}{name}"))
            .chain([format!("refs/remotes/{name}/HEAD")])
            .find_map(|name| self.find(name.as_bytes()))
    }

    /// Everything that anything points at.
    pub(crate) fn all(&self) -> Vec<ObjectId> {
        let mut all: Vec<ObjectId> = self.0.keys().filter_map(|name| self.find(name)).collect();
        all.sort_unstable();
        all.dedup();
        all
    }
}

fn refused(why: &str) -> Error {
    Error::Repository { why: why.to_owned() }
}
