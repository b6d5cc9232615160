//! Whether git has a file, or would take it: read from its index and its lists of what is ignored, without running git.

use std::fs;
use std::path::{Path, PathBuf};

use ignore::gitignore::GitignoreBuilder;

/// How a file stands with git.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tracked {
    /// It is in the index, and probably in the history.
    Yes,
    /// It is neither there nor ignored: the next `git add` takes it.
    NotIgnored,
    /// It is ignored.
    Ignored,
    /// The index could not be read.
    Unknown,
}

/// The git work tree that `path` is in, from its absolute form.
pub(super) fn work_tree(path: &Path) -> Option<PathBuf> {
    let start = path.canonicalize().ok()?;
    start.ancestors().find(|folder| folder.join(".git").exists()).map(Path::to_path_buf)
}

/// How `file`, in the work tree `tree`, stands with git. Both are canonical.
pub(super) fn tracked(tree: &Path, file: &Path) -> Tracked {
    let Ok(inside) = file.strip_prefix(tree) else { return Tracked::Unknown };
    match in_index(tree, inside) {
        Some(true) => Tracked::Yes,
        Some(false) if is_ignored(tree, inside) => Tracked::Ignored,
        Some(false) => Tracked::NotIgnored,
        None => Tracked::Unknown,
    }
}

/// The folder of git's own: a worktree and a submodule have a file in its place that says where it is.
fn git_folder(tree: &Path) -> Option<PathBuf> {
    let git = tree.join(".git");
    if git.is_dir() {
        return Some(git);
    }
    let text = fs::read_to_string(&git).ok()?;
    Some(tree.join(text.strip_prefix("gitdir:")?.trim()))
}

fn in_index(tree: &Path, inside: &Path) -> Option<bool> {
    let index = git_folder(tree)?.join("index");
    if !index.exists() {
        return Some(false);
    }
    let options = gix_index::decode::Options::default();
    let index = gix_index::File::at(index, gix_index::hash::Kind::Sha1, true, options).ok()?;
    let wanted = inside.to_str()?.replace('\\', "/");
    Some(index.entries().iter().any(|entry| entry.path(&index) == wanted.as_bytes()))
}

/// By the `.gitignore` of each folder on the way, and `.git/info/exclude`.
fn is_ignored(tree: &Path, inside: &Path) -> bool {
    let mut verdict = false;
    let mut folder = tree.to_path_buf();
    let mut lists = vec![(tree.to_path_buf(), tree.join(".gitignore"))];
    if let Some(git) = git_folder(tree) {
        lists.insert(0, (tree.to_path_buf(), git.join("info/exclude")));
    }
    for part in inside.parent().into_iter().flat_map(Path::components) {
        folder.push(part);
        lists.push((folder.clone(), folder.join(".gitignore")));
    }
    for (root, list) in lists {
        let mut builder = GitignoreBuilder::new(&root);
        if !list.is_file() || builder.add(&list).is_some() {
            continue;
        }
        let Ok(list) = builder.build() else { continue };
        let found = list.matched_path_or_any_parents(tree.join(inside), false);
        verdict = (verdict || found.is_ignore()) && !found.is_whitelist();
    }
    verdict
}
