//! Trees that were made to mislead.

use std::fs;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::sync::atomic::AtomicBool;

use source_tree::{Error, History, Selection, SourceTree};

use super::git::Git;
use super::{names, told};

fn pipe(path: &Path) {
    testkit::Run::new("mkfifo").arg(path).run().expect_ok();
}

#[test]
fn links_pipes_and_names_that_are_no_text_lead_nowhere() {
    let (folder, outside) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    fs::write(outside.path().join("theirs"), "private").unwrap();
    let at = |name: &str| folder.path().join(name);
    fs::create_dir(at("real")).unwrap();
    fs::write(at("real/file"), "mine").unwrap();
    symlink(outside.path(), at("out")).unwrap();
    symlink(outside.path().join("theirs"), at("alias")).unwrap();
    symlink(".", at("real/loop")).unwrap();
    pipe(&at("pipe"));
    pipe(&at("real/.gitignore"));
    fs::write(folder.path().join(std::ffi::OsStr::from_bytes(b"bad\xff\x1b[2J")), "odd").unwrap();
    for selection in [Selection::All, Selection::Tracked] {
        let tree = SourceTree::of_folder(folder.path(), selection).unwrap();
        assert_eq!(names(&tree), ["bad\\xff\\u{1b}[2J", "real/file"]);
        assert_eq!(tree.files()[0].read(10).unwrap(), b"odd");
        // Swapped after it was listed.
        fs::rename(at("real"), at("away")).unwrap();
        symlink(outside.path(), at("real")).unwrap();
        fs::write(outside.path().join("file"), "private").unwrap();
        assert!(tree.file("real/file").unwrap().read(100).is_err());
        fs::remove_file(at("real")).unwrap();
        fs::rename(at("away"), at("real")).unwrap();
        assert_eq!(tree.file("real/file").unwrap().read(100).unwrap(), b"mine");
        fs::remove_file(at("real/file")).unwrap();
        pipe(&at("real/file"));
        assert!(tree.file("real/file").unwrap().read(100).is_err());
        fs::remove_file(at("real/file")).unwrap();
        fs::write(at("real/file"), "mine").unwrap();
    }
}

#[test]
fn an_index_that_leads_through_a_link_is_not_followed() {
    let (git, outside) = (Git::init(), tempfile::tempdir().unwrap());
    fs::write(outside.path().join("theirs"), "private").unwrap();
    git.write("sub/theirs", "x").commit("first");
    fs::remove_dir_all(git.root.join("sub")).unwrap();
    symlink(outside.path(), git.root.join("sub")).unwrap();
    let tree = SourceTree::of_folder(&git.root, Selection::Tracked).unwrap();
    assert_eq!(names(&tree), [""; 0]);
}

#[test]
fn a_repository_cannot_lend_another_ones_objects() {
    let victim = Git::init();
    victim.write("private", "theirs\n").commit("first");
    let their_git = victim.root.join(".git");
    // A `.git` file that names it.
    let forged = Git::init();
    fs::remove_dir_all(forged.root.join(".git")).unwrap();
    forged.write(".git", format!("gitdir: {}\n", their_git.display())).write("a", "1");
    let error = SourceTree::staged(&forged.root).unwrap_err();
    assert!(error.to_string().contains("does not name this folder in turn"), "{error}");
    let tree = SourceTree::of_folder(&forged.root, Selection::Tracked).unwrap();
    assert_eq!(names(&tree), ["a"]);
    assert!(told(&tree).contains("does not name this folder"), "{}", told(&tree));
    // A link in place of `.git`, of its objects and of a pack folder.
    for within in ["", "objects", "objects/pack"] {
        let linked = Git::init();
        let mine = linked.root.join(".git").join(within);
        fs::remove_dir_all(&mine).unwrap();
        symlink(their_git.join(within), linked.root.join(".git").join(within).components().as_path()).unwrap();
        let error = SourceTree::changed_since(&linked.root, "main").unwrap_err();
        assert!(matches!(error, Error::Repository { .. } | Error::NoRepository { .. }), "{within}: {error}");
    }
    // Borrowed objects.
    let borrowing = Git::init();
    borrowing.write("a", "1").commit("first");
    borrowing.write(".git/objects/info/alternates", format!("{}\n", their_git.join("objects").display()));
    let error = SourceTree::staged(&borrowing.root).unwrap_err();
    assert!(error.to_string().contains("borrows objects"), "{error}");
}

/// No git writes a commit that is its own parent, but an object's file may lie about its hash. Nothing hides behind one.
#[test]
fn commits_in_a_circle_are_looked_at_and_told() {
    let git = Git::init();
    let first = git.write("a", "1").commit("first");
    let second = git.write("hidden", "2").commit("second");
    let object = |id: &str| git.root.join(".git/objects").join(&id[..2]).join(&id[2..]);
    fs::remove_file(object(&first)).unwrap();
    fs::copy(object(&second), object(&first)).unwrap();
    let (history, go_on) = (History::open(&git.root).unwrap(), AtomicBool::new(false));
    let mut pending = history.since(&[], &go_on).unwrap();
    assert_eq!(pending.commits(), 2);
    assert!(pending.unreadable()[0].why.contains("2 commits"), "{:?}", pending.unreadable());
    let portion = pending.next(10, &go_on).unwrap();
    assert!(portion.blobs.iter().any(|blob| blob.name == "hidden"), "{:?}", portion.blobs);
    assert_eq!(history.since(&portion.done, &go_on).unwrap().commits(), 0);
}

#[test]
fn pipes_in_a_repository_are_not_waited_for() {
    for name in ["index", "HEAD", "packed-refs", "objects/aa", "refs/heads/x", "info/exclude", "config"] {
        let git = Git::init();
        git.write("a", "1").commit("first");
        let _ = fs::remove_file(git.root.join(".git").join(name));
        pipe(&git.root.join(".git").join(name));
        let _ = SourceTree::staged(&git.root);
        let _ = SourceTree::changed_since(&git.root, "main");
        let tree = SourceTree::of_folder(&git.root, Selection::Tracked).unwrap();
        assert!(tree.file("a").is_some(), "{name}");
    }
}

#[test]
fn nothing_of_a_hostile_configuration_is_run() {
    let git = Git::init();
    git.write("a.txt", "1\n").commit("first");
    let mark = git.root.join("mark");
    let command = format!("touch {}", mark.display());
    git.write(".gitattributes", "* filter=evil diff=evil\n");
    for key in [
        "core.fsmonitor",
        "core.sshCommand",
        "core.pager",
        "core.editor",
        "filter.evil.clean",
        "filter.evil.smudge",
        "filter.evil.process",
        "diff.evil.textconv",
        "diff.evil.command",
        "diff.external",
        "core.alternateRefsCommand",
        "credential.helper",
        "gpg.program",
    ] {
        git.run(&["config", key, &command]);
    }
    for hook in ["post-index-change", "pre-commit", "post-checkout", "reference-transaction"] {
        git.write(&format!(".git/hooks/{hook}"), format!("#!/bin/sh\n{command}\n"));
        testkit::Run::new("chmod").arg("755").arg(git.root.join(".git/hooks").join(hook)).run().expect_ok();
    }
    git.write("a.txt", "2\n");
    assert_eq!(SourceTree::of_folder(&git.root, Selection::Tracked).unwrap().files().len(), 2);
    assert_eq!(SourceTree::changed_since(&git.root, "main").unwrap().tree.files().len(), 2);
    assert!(SourceTree::staged(&git.root).unwrap().tree.files().is_empty());
    assert!(!mark.exists());
}

#[test]
fn a_repository_further_up_of_somebody_else_hides_nothing() {
    if !rustix::process::geteuid().is_root() {
        return testkit::skip("only root may give files away");
    }
    let outer = Git::init();
    outer.write(".gitignore", "*\n").write("project/a", "1");
    let seen = || SourceTree::of_folder(&outer.root.join("project"), Selection::Tracked).unwrap();
    assert_eq!(names(&seen()), [""; 0]);
    std::os::unix::fs::chown(&outer.root, Some(12_345), Some(12_345)).unwrap();
    assert_eq!(names(&seen()), ["a"]);
}

#[test]
fn other_forms_of_repositories_are_refused_with_their_name() {
    let git = Git::init();
    git.write("a", "1").commit("first");
    git.run(&["config", "extensions.objectFormat", "sha256"]);
    let error = SourceTree::staged(&git.root).unwrap_err();
    assert!(error.to_string().contains("sha256"), "{error}");
    assert_eq!(names(&SourceTree::of_folder(&git.root, Selection::Tracked).unwrap()), ["a"]);
    let split = Git::init();
    split.write("a", "1").commit("first");
    split.run(&["update-index", "--split-index"]);
    let error = SourceTree::staged(&split.root).unwrap_err();
    assert!(error.to_string().contains("--no-split-index"), "{error}");
}
