//! What is staged, and what changed since a commit.

use std::fs;

use source_tree::{Error, SourceTree};

use super::git::Git;
use super::names;

fn numbered(lines: &[&str]) -> String {
    lines.iter().map(|line| format!("{line}\n")).collect()
}

#[test]
fn the_first_commit_is_staged_as_a_whole() {
    let git = Git::init();
    assert!(SourceTree::staged(&git.root).unwrap().tree.files().is_empty());
    git.write("a", "1\n").write("b", "2\n").run(&["add", "a"]);
    let staged = SourceTree::staged(&git.root).unwrap();
    assert_eq!(names(&staged.tree), ["a"]);
    assert!(staged.added.hold("a", Some(1)) && !staged.added.hold("b", Some(1)));
}

#[test]
fn staged_files_are_those_of_the_index_and_not_of_the_work_tree() {
    let git = Git::init();
    git.write("a", numbered(&["one", "two"]))
        .write("gone", "x")
        .write("same", "s")
        .write("sub/b", "b\n")
        .commit("first");
    git.run(&["pack-refs", "--all"]);
    git.run(&["gc", "-q"]);
    git.write("a", numbered(&["zero", "one", "two"])).write("sub/new", "n").write("same", "changed");
    git.run(&["add", "a", "sub/new"]);
    git.run(&["rm", "-q", "gone"]);
    git.write("a", "what the index does not have\n");
    let staged = SourceTree::staged(&git.root).unwrap();
    assert_eq!(names(&staged.tree), ["a", "sub/new"]);
    assert_eq!(staged.tree.file("a").unwrap().read(100).unwrap(), b"zero\none\ntwo\n");
    assert!(staged.tree.file("a").unwrap().read(5).is_err());
    let added = |line| staged.added.hold("a", Some(line));
    assert_eq!((added(1), added(2), added(3)), (true, false, false));
    assert!(staged.added.hold("a", None) && !staged.added.hold("same", None));
    let below = SourceTree::staged(&git.root.join("sub")).unwrap();
    assert_eq!(names(&below.tree), ["new"]);
}

#[test]
fn a_change_is_what_this_branch_brought_and_not_what_the_other_did_meanwhile() {
    let git = Git::init();
    git.write("a", numbered(&["one", "two", "three"]))
        .write("moved", "content of it\n")
        .write("b", "b\n")
        .commit("first");
    git.run(&["checkout", "-q", "-b", "work"]);
    git.write("a", numbered(&["one", "2", "three"])).commit("mine");
    git.run(&["mv", "moved", "elsewhere"]);
    git.write("new file", "n\n").write("ignored", "i").write(".gitignore", "ignored\n");
    git.run(&["checkout", "-q", "main"]);
    git.run(&["checkout", "-q", "--detach"]);
    git.run(&["checkout", "-q", "main"]);
    git.write("b", "theirs\n").run(&["commit", "-q", "-m", "theirs", "b"]);
    git.run(&["checkout", "-q", "work"]);
    let first = git.run(&["rev-parse", "work~1"]);
    for base in ["main", "refs/heads/main", &first.trim()[..10], first.trim()] {
        let changed = SourceTree::changed_since(&git.root, base).unwrap();
        assert_eq!(names(&changed.tree), [".gitignore", "a", "new file"], "{base}");
        let added = |line| changed.added.hold("a", Some(line));
        assert_eq!((added(1), added(2), added(3)), (false, true, false));
        assert!(changed.added.hold("new file", Some(1)));
    }
    let gone = SourceTree::changed_since(&git.root, "no-such-branch").unwrap_err();
    assert!(matches!(gone, Error::NoCommit { .. }) && gone.hint().contains("fetch-depth"), "{gone}");
    let tag = git.run(&["tag", "-a", "-m", "t", "v1", "main~1"]);
    assert_eq!(tag, "");
    assert_eq!(SourceTree::changed_since(&git.root, "v1").unwrap().tree.files().len(), 3);
}

#[test]
fn a_folder_outside_a_repository_has_no_changes_to_tell() {
    let folder = tempfile::tempdir().unwrap();
    for error in
        [SourceTree::staged(folder.path()).unwrap_err(), SourceTree::changed_since(folder.path(), "main").unwrap_err()]
    {
        assert!(matches!(error, Error::NoRepository { .. }), "{error}");
        assert!(!error.hint().is_empty());
    }
    assert!(matches!(SourceTree::staged(&folder.path().join("none")), Err(Error::Folder { .. })));
}

#[test]
fn a_damaged_repository_is_told_and_its_files_are_still_listed() {
    let git = Git::init();
    git.write("a", "1\n").commit("first");
    git.write("a", "2\n").run(&["add", "a"]);
    for entry in fs::read_dir(git.root.join(".git/objects")).unwrap() {
        let folder = entry.unwrap().path();
        if folder.file_name().unwrap().len() == 2 {
            for object in fs::read_dir(folder).unwrap() {
                let object = object.unwrap().path();
                fs::remove_file(&object).unwrap();
                fs::write(object, b"x\x9cjunk").unwrap();
            }
        }
    }
    let error = SourceTree::staged(&git.root).unwrap_err();
    assert!(matches!(error, Error::Object { .. }) && error.to_string().contains("damaged"), "{error}");
    git.write(".git/index", "DIRC junk");
    let error = SourceTree::staged(&git.root).unwrap_err();
    assert!(error.to_string().contains("damaged"), "{error}");
    let tree = SourceTree::of_folder(&git.root, source_tree::Selection::Tracked).unwrap();
    assert_eq!(names(&tree), ["a"]);
    assert!(super::told(&tree).contains(".git/index: "), "{}", super::told(&tree));
}
