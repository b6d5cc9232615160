//! The first commit, made in memory: no `git` program is needed, and it is written like every other file of the project.

use std::collections::BTreeMap;
use std::error::Error;
use std::path::PathBuf;

use gix_hash::{Kind as HashKind, ObjectId};
use gix_index::{State, entry};
use gix_object::bstr::ByteSlice as _;
use gix_object::tree::{Entry, EntryKind};
use gix_object::{Kind, Tree, WriteTo as _};

use crate::answers::Answers;
use crate::fault::CatalogueFault;
use crate::pack::{Objects, Pack};
use crate::plan::Plan;

type Cause = Box<dyn Error + Send + Sync>;

const BRANCH: &str = "main";

/// A repository with one commit.
pub struct Commit {
    /// The commit's id, in hexadecimal digits.
    pub id: String,
    /// The repository's files, by their paths beneath the project's folder.
    pub files: Vec<(String, Vec<u8>)>,
}

/// A repository whose first commit, made at `seconds` since 1970, holds `plan`; its message names `origin`.
///
/// # Errors
/// When the objects cannot be made.
pub fn first_commit(plan: &Plan, answers: &Answers, origin: &str, seconds: i64) -> Result<Commit, CatalogueFault> {
    build(plan, answers, origin, seconds)
        .map_err(|source| CatalogueFault::Encoding { what: "the first commit", source })
}

#[derive(Default)]
struct Folder {
    folders: BTreeMap<String, Folder>,
    files: BTreeMap<String, (ObjectId, bool)>,
}

impl Folder {
    fn insert(&mut self, path: &str, id: ObjectId, executable: bool) {
        match path.split_once('/') {
            Some((folder, rest)) => self.folders.entry(folder.to_owned()).or_default().insert(rest, id, executable),
            None => {
                self.files.insert(path.to_owned(), (id, executable));
            }
        }
    }

    fn write(&self, objects: &mut Objects) -> Result<ObjectId, Cause> {
        let mut entries = Vec::with_capacity(self.folders.len() + self.files.len());
        for (name, folder) in &self.folders {
            let oid = folder.write(objects)?;
            entries.push(Entry { mode: EntryKind::Tree.into(), filename: name.as_str().into(), oid });
        }
        for (name, (oid, executable)) in &self.files {
            let kind = if *executable { EntryKind::BlobExecutable } else { EntryKind::Blob };
            entries.push(Entry { mode: kind.into(), filename: name.as_str().into(), oid: *oid });
        }
        entries.sort();
        let mut data = Vec::new();
        Tree { entries }.write_to(&mut data)?;
        objects.add(Kind::Tree, &data)
    }
}

fn build(plan: &Plan, answers: &Answers, origin: &str, seconds: i64) -> Result<Commit, Cause> {
    let (mut objects, mut root, mut index) = (Objects::new(), Folder::default(), State::new(HashKind::Sha1));
    for file in &plan.files {
        let id = objects.add(Kind::Blob, &file.bytes)?;
        root.insert(&file.path, id, file.executable);
        let mode = if file.executable { entry::Mode::FILE_EXECUTABLE } else { entry::Mode::FILE };
        index.dangerously_push_entry(
            entry::Stat::default(),
            id,
            entry::Flags::empty(),
            mode,
            file.path.as_bytes().as_bstr(),
        );
    }
    index.sort_entries();
    let tree = root.write(&mut objects)?;
    let (name, email) = person(&answers.author);
    let id = objects.add(Kind::Commit, &commit(tree, &name, &email, seconds, &message(plan, origin))?)?;
    let reflog = format!(
        "{} {id} {name} <{email}> {seconds} +0000\tcommit (initial): Begin the project\n",
        HashKind::Sha1.null()
    );

    let mut index_bytes = Vec::new();
    // `File`, not `State`: it alone ends the index with the checksum that `git fsck` looks for.
    gix_index::File::from_state(index, PathBuf::new())
        .write_to(&mut index_bytes, gix_index::write::Options::default())
        .map_err(|error| Cause::from(error.to_string()))?;
    let mut files = vec![
        (".git/HEAD".to_owned(), format!("ref: refs/heads/{BRANCH}\n").into_bytes()),
        (".git/config".to_owned(), config().into_bytes()),
        (".git/index".to_owned(), index_bytes),
        (format!(".git/refs/heads/{BRANCH}"), format!("{id}\n").into_bytes()),
        (".git/logs/HEAD".to_owned(), reflog.clone().into_bytes()),
        (format!(".git/logs/refs/heads/{BRANCH}"), reflog.into_bytes()),
    ];
    let Pack { name, pack, index } = objects.pack()?;
    files.push((format!(".git/objects/pack/pack-{name}.pack"), pack));
    files.push((format!(".git/objects/pack/pack-{name}.idx"), index));
    Ok(Commit { id: id.to_string(), files })
}

fn config() -> String {
    format!(
        "[core]\n\trepositoryformatversion = 0\n\tfilemode = {}\n\tbare = false\n\tlogallrefupdates = true\n",
        cfg!(unix)
    )
}

fn message(plan: &Plan, origin: &str) -> String {
    format!("Begin the project\n\nMade by smart-begin from the blueprint {origin}.\nPlan: {}\n", plan.hash())
}

fn commit(tree: ObjectId, name: &str, email: &str, seconds: i64, message: &str) -> Result<Vec<u8>, Cause> {
    let time = gix_actor::date::Time { seconds, offset: 0 };
    let signature = gix_actor::Signature { name: name.into(), email: email.into(), time };
    let commit = gix_object::Commit {
        tree,
        parents: Default::default(),
        author: signature.clone(),
        committer: signature,
        encoding: None,
        message: message.into(),
        extra_headers: Vec::new(),
    };
    let mut data = Vec::new();
    commit.write_to(&mut data)?;
    Ok(data)
}

/// Name and e-mail of an author written `Name <e-mail>`; without one, git gets an empty address and none is invented.
fn person(author: &str) -> (String, String) {
    let clean = |text: &str| {
        text.chars()
            .filter(|character| !matches!(character, '<' | '>' | '\n' | '\0'))
            .collect::<String>()
            .trim()
            .to_owned()
    };
    match author.split_once('<') {
        Some((name, rest)) => {
            let email = rest.split('>').next().unwrap_or_default();
            let name = if clean(name).is_empty() { clean(email) } else { clean(name) };
            (name, clean(email))
        }
        None => (clean(author), String::new()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn authors_with_and_without_an_address() {
        assert_eq!(person("Ada <ada@example.org>"), ("Ada".to_owned(), "ada@example.org".to_owned()));
        assert_eq!(person("The Ada authors"), ("The Ada authors".to_owned(), String::new()));
        assert_eq!(person("Ada <<x>>\nparent 00"), ("Ada".to_owned(), "x".to_owned()));
    }
}
