//! What is on the disk, and whether it is a whole project: told from its definition, without the product's own code.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use sha2::{Digest as _, Sha256};
use testkit::Run;

/// What lies at a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Thing {
    Folder { mode: u32 },
    File { mode: u32, bytes: Vec<u8> },
    Link { to: String },
    Other,
}

/// Everything beneath a folder, by its path there, links not followed.
pub(crate) type Tree = BTreeMap<String, Thing>;

pub(crate) fn read(folder: &Path) -> Tree {
    let mut tree = Tree::new();
    collect(folder, "", &mut tree);
    tree
}

fn collect(folder: &Path, prefix: &str, tree: &mut Tree) {
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let path = format!("{prefix}{}", entry.file_name().to_string_lossy());
        let about = entry.path().symlink_metadata().unwrap();
        let mode = about.permissions().mode() & 0o7777;
        let thing = if about.is_dir() {
            collect(&entry.path(), &format!("{path}/"), tree);
            Thing::Folder { mode }
        } else if about.is_symlink() {
            Thing::Link { to: fs::read_link(entry.path()).unwrap().to_string_lossy().into_owned() }
        } else if about.is_file() {
            Thing::File { mode, bytes: fs::read(entry.path()).unwrap() }
        } else {
            Thing::Other
        };
        tree.insert(path, thing);
    }
}

/// The tree without the repository in it.
pub(crate) fn without_git(mut tree: Tree) -> Tree {
    tree.retain(|path, _| path != ".git" && !path.starts_with(".git/"));
    tree
}

/// The hash of a plan, as its definition says: SHA-256 over one line a file, `MODE SHA256  PATH`, sorted by path.
pub(crate) fn plan_hash(tree: &Tree) -> String {
    let mut hasher = Sha256::new();
    for (path, thing) in tree {
        match thing {
            Thing::File { mode, bytes } => {
                let mode = if mode & 0o100 == 0 { "644" } else { "755" };
                hasher.update(format!("{mode} {}  {path}\n", hex(&Sha256::digest(bytes))));
            }
            Thing::Folder { .. } => {}
            other => panic!("{path} is no plain file: {other:?}"),
        }
    }
    format!("sha256:{}", hex(&hasher.finalize()))
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Why the folder is not the whole project with the plan `hash`, if it is not.
pub(crate) fn why_not_whole(folder: &Path, hash: &str, git: bool) -> Option<String> {
    let tree = read(folder);
    if tree.contains_key(".git") != git {
        return Some(format!("git repository: {}", !git));
    }
    let found = plan_hash(&without_git(tree));
    if found != hash {
        return Some(format!("the tree hashes to {found}, planned was {hash}"));
    }
    git.then(|| why_not_clean(folder)).flatten()
}

/// Why the repository is not sound with one commit and nothing left to commit.
fn why_not_clean(folder: &Path) -> Option<String> {
    let git = testkit::tool("git")?;
    for (arguments, expected) in [
        (&["fsck", "--full", "--strict", "--no-progress"][..], ""),
        (&["status", "--porcelain", "--ignored"], ""),
        (&["rev-list", "--count", "HEAD"], "1\n"),
    ] {
        let outcome = Run::new(&git).args(arguments).folder(folder).env("GIT_CONFIG_GLOBAL", "/dev/null").run();
        if !outcome.ok() || outcome.stdout != expected || !outcome.stderr.is_empty() {
            return Some(format!("git {arguments:?}: {outcome:?}"));
        }
    }
    None
}

/// The folder is the whole project with the plan `hash`.
#[track_caller]
pub(crate) fn assert_whole(folder: &Path, hash: &str, git: bool) {
    assert_eq!(why_not_whole(folder, hash, git), None, "{}", folder.display());
}
