//! The files of a folder are those that git itself lists.

use std::fs;

use source_tree::{Bounds, Selection, SourceFile, SourceTree};

use super::git::Git;
use super::{names, told};

fn tracked(git: &Git) -> SourceTree {
    SourceTree::of_folder(&git.root, Selection::Tracked).unwrap()
}

#[test]
fn a_folder_is_read_without_its_ignored_files_unless_all_are_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir_all(folder.path().join("src")).unwrap();
    for (name, text) in [(".gitignore", "target\n"), ("target", "built"), ("src/main.rs", "fn main() {}")] {
        fs::write(folder.path().join(name), text).unwrap();
    }
    let tree = SourceTree::of_folder(folder.path(), Selection::Tracked).unwrap();
    assert_eq!(names(&tree), [".gitignore", "src/main.rs"]);
    let all = SourceTree::of_folder(folder.path(), Selection::All).unwrap();
    assert_eq!(names(&all), [".gitignore", "src/main.rs", "target"]);
    assert_eq!(all.file("target").unwrap().read(5).unwrap(), b"built");
    assert!(all.file("target").unwrap().read(4).is_err());
}

#[test]
fn files_in_memory_are_read_like_others() {
    let tree = SourceTree::of_files([SourceFile::in_memory("b", *b"two"), SourceFile::in_memory("a", *b"one")]);
    assert_eq!(names(&tree), ["a", "b"]);
    assert_eq!(tree.file("b").unwrap().read(10).unwrap(), b"two");
}

#[test]
fn the_patterns_of_all_places_count_as_git_counts_them() {
    let git = Git::init();
    git.write(
        ".gitignore",
        "*.log\n/build/\nfoo/**/bar\n\\#odd\n!keep.log\ntrailing \n*.{a,b}\n[a-c].txt\n**/deep/\nx?y\n",
    )
    .write("sub/.gitignore", "!*.log\nlocal/\n/top-only\n")
    .write("sub/more/.gitignore", "*\n!*.keep\n")
    .write(".git/info/exclude", "excluded\n*.out\n");
    for name in [
        "a.log",
        "keep.log",
        "build/x",
        "src/build/x",
        "foo/bar",
        "foo/1/2/bar",
        "foo/baz",
        "#odd",
        "trailing",
        "q.{a,b}",
        "q.a",
        "a.txt",
        "d.txt",
        "deep/x",
        "1/deep/y",
        "xzy",
        "x/y",
        "sub/b.log",
        "sub/local/x",
        "sub/top-only",
        "sub/in/top-only",
        "sub/more/x",
        "sub/more/y.keep",
        "excluded",
        "in/excluded",
        "z.out",
        "sub/z.out",
        "ä ö/ü",
        "build/tracked",
        "sub/more/tracked",
    ] {
        git.write(name, name);
    }
    git.run(&["add", "-f", "build/tracked", "sub/more/tracked", "xzy"]);
    let expected = git.listed(&git.root);
    assert!(expected.len() >= 15 && expected.contains(&"build/tracked".to_owned()), "{expected:?}");
    assert_eq!(names(&tracked(&git)), expected);
    for below in ["sub", "sub/more", "foo", "build"] {
        let tree = SourceTree::of_folder(&git.root.join(below), Selection::Tracked).unwrap();
        assert_eq!(names(&tree), git.listed(&git.root.join(below)), "{below}");
    }
    let ignored = SourceTree::of_folder(&git.root.join("build"), Selection::Tracked).unwrap();
    assert!(told(&ignored).contains("git ignores this whole folder"), "{}", told(&ignored));
}

#[test]
fn random_patterns_leave_out_what_git_leaves_out() {
    let mut seed = 7_u64;
    let mut next = |most: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) as usize % most
    };
    let words =
        ["a", "b", "ab", "*", "**", "?", "[ab]", "a*", "*b", "!", "/", "\\a", "[!a]", "[^b]", "a/b", " ", "\\ ", "***"];
    for _ in 0..8 {
        let git = Git::init();
        for folder in ["", "a/", "b/", "a/b/", "ab/a/"] {
            let line = |next: &mut dyn FnMut(usize) -> usize| {
                let parts: String = (0..1 + next(4)).map(|_| words[next(words.len())]).collect();
                format!("{}{parts}{}\n", ["", "", "!", "/"][next(4)], ["", "/", ""][next(3)])
            };
            let text: String = (0..1 + next(3)).map(|_| line(&mut next)).collect();
            git.write(&format!("{folder}.gitignore"), text);
            for name in ["a", "b", "ab", "aab", "c", "b b"].iter().map(|name| format!("{folder}{name}.d/f")) {
                git.write(&name, "");
            }
            for name in ["bb", "ba", "abb", "a b"] {
                git.write(&format!("{folder}{name}"), "");
            }
        }
        assert_eq!(
            names(&tracked(&git)),
            git.listed(&git.root),
            "{}",
            fs::read_to_string(git.root.join(".gitignore")).unwrap()
        );
    }
}

#[test]
fn repositories_within_are_their_own_and_it_is_said() {
    let (git, library) = (Git::init(), Git::init());
    library.write("lib.c", "int x;").commit("library");
    git.write("main.c", "int y;").commit("first");
    git.run(&["submodule", "--quiet", "add", library.root.to_str().unwrap(), "third/library"]);
    git.commit("with a submodule");
    fs::create_dir(git.root.join("inner")).unwrap();
    git.run_in(&git.root.join("inner"), &["init", "-q"]);
    git.write("inner/hidden.txt", "x");
    git.write("plain/.git/nothing", "").write("plain/file", "x");
    let tree = tracked(&git);
    assert_eq!(names(&tree), [".gitmodules", "main.c", "plain/file"]);
    assert_eq!(names(&tree), git.listed(&git.root));
    assert!(told(&tree).contains("third/library: ") && told(&tree).contains("inner: "), "{}", told(&tree));
    let submodule = SourceTree::of_folder(&git.root.join("third/library"), Selection::Tracked).unwrap();
    assert_eq!((names(&submodule), told(&submodule)), (vec!["lib.c"], String::new()));
    let all = SourceTree::of_folder(&git.root, Selection::All).unwrap();
    assert!(names(&all).contains(&"third/library/lib.c") && names(&all).contains(&"inner/hidden.txt"));
    assert!(!names(&all).iter().any(|name| name.contains(".git/")), "{:?}", names(&all));
}

#[test]
fn a_second_work_tree_is_read_with_the_patterns_and_objects_of_the_first() {
    let git = Git::init();
    git.write("a", "1").write(".git/info/exclude", "out\n").commit("first");
    let second = git.root.with_file_name("second");
    git.run(&["worktree", "add", "-q", "-b", "other", second.to_str().unwrap()]);
    fs::write(second.join("out"), "x").unwrap();
    fs::write(second.join("b"), "2").unwrap();
    let tree = SourceTree::of_folder(&second, Selection::Tracked).unwrap();
    assert_eq!((names(&tree), told(&tree)), (vec!["a", "b"], String::new()));
    git.run_in(&second, &["add", "b"]);
    assert_eq!(names(&SourceTree::staged(&second).unwrap().tree), ["b"]);
}

#[test]
fn bounds_are_kept_and_told() {
    let folder = tempfile::tempdir().unwrap();
    (0..40).for_each(|number| fs::write(folder.path().join(format!("{number}")), "").unwrap());
    let deep: String = (0..20).map(|_| "d/").collect();
    fs::create_dir_all(folder.path().join(&deep)).unwrap();
    fs::write(folder.path().join(&deep).join("f"), "").unwrap();
    let few = Bounds { files: 10, ..Bounds::default() };
    let tree = SourceTree::of_folder_within(folder.path(), Selection::All, few).unwrap();
    assert_eq!(tree.files().len(), 10);
    assert!(told(&tree).contains("more than 10 files"), "{}", told(&tree));
    let flat = Bounds { depth: 5, ..Bounds::default() };
    let tree = SourceTree::of_folder_within(folder.path(), Selection::All, flat).unwrap();
    assert_eq!(tree.files().len(), 40);
    assert!(told(&tree).contains("d/d/d/d/d/d: it lies more than 5 folders deep"), "{}", told(&tree));
}
