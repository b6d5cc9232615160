//! What this crate promises, seen from outside.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::disallowed_methods,
    reason = "a test that fails should stop where it fails"
)]

use std::fs;

use source_tree::{Selection, SourceFile, SourceTree};

fn names(tree: &SourceTree) -> Vec<&str> {
    tree.files().iter().map(|file| file.name.as_str()).collect()
}

#[test]
fn a_folder_is_read_without_its_ignored_files_unless_all_are_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir_all(folder.path().join(".git")).unwrap();
    fs::create_dir_all(folder.path().join("src")).unwrap();
    for (name, text) in
        [(".gitignore", "target\n"), ("target", "built"), ("src/main.rs", "fn main() {}"), (".git/config", "")]
    {
        fs::write(folder.path().join(name), text).unwrap();
    }
    #[cfg(unix)]
    std::os::unix::fs::symlink("/etc/passwd", folder.path().join("link")).unwrap();
    let tracked = SourceTree::of_folder(folder.path(), Selection::Tracked).unwrap();
    assert_eq!(names(&tracked), [".gitignore", "src/main.rs"]);
    let all = SourceTree::of_folder(folder.path(), Selection::All).unwrap();
    assert_eq!(names(&all), [".gitignore", "src/main.rs", "target"]);
    assert_eq!(all.file("target").unwrap().read(5).unwrap(), b"built");
    assert!(all.file("target").unwrap().read(4).is_err());
    assert!(all.file("link").is_none());
}

#[test]
fn files_in_memory_are_read_like_others() {
    let tree = SourceTree::of_files([SourceFile::in_memory("b", *b"two"), SourceFile::in_memory("a", *b"one")]);
    assert_eq!(names(&tree), ["a", "b"]);
    assert_eq!(tree.file("b").unwrap().read(10).unwrap(), b"two");
}
