//! Secrets in the history of real repositories, made by git itself.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use scan::secrets::{HistoryError, HistorySeen, Options, RuleSet, Scanner, check_history};
use testkit::{Run, TempDir};

use crate::secrets::shipped;
use crate::secrets::template::expand;

struct Git {
    folder: TempDir,
    root: PathBuf,
    day: std::cell::Cell<u32>,
}

fn run(folder: &Path, day: u32, arguments: &[&str]) -> String {
    let mut run = Run::new("git").clean_environment().folder(folder).args(["-c", "protocol.file.allow=always"]);
    for (name, value) in [("GIT_CONFIG_GLOBAL", "/dev/null"), ("GIT_CONFIG_SYSTEM", "/dev/null"), ("HOME", "/nowhere")]
    {
        run = run.env(name, value);
    }
    for who in ["AUTHOR", "COMMITTER"] {
        run = run.env(format!("GIT_{who}_NAME"), "Ada").env(format!("GIT_{who}_EMAIL"), "ada@example.org");
        run = run.env(format!("GIT_{who}_DATE"), format!("2026-01-{day:02}T10:00:00+0000"));
    }
    run.args(arguments).run().expect_ok().stdout
}

impl Git {
    fn init() -> Self {
        let folder = testkit::folder();
        let root = folder.path().join("work");
        fs::create_dir(&root).unwrap();
        let git = Self { folder, root, day: std::cell::Cell::new(0) };
        git.run(&["init", "-q", "-b", "main"]);
        git
    }

    fn run(&self, arguments: &[&str]) -> String {
        run(&self.root, self.day.get().max(1), arguments)
    }

    fn write(&self, name: &str, text: impl AsRef<[u8]>) -> &Self {
        let path = self.root.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
        self
    }

    fn commit(&self, message: &str) -> String {
        self.day.set(self.day.get() + 1);
        self.run(&["add", "-A"]);
        self.run(&["commit", "-q", "--allow-empty", "-m", message]);
        self.run(&["rev-parse", "HEAD"]).trim().to_owned()
    }

    fn look(&self) -> HistorySeen {
        look(&self.root, None).unwrap()
    }
}

fn look(root: &Path, cursor: Option<&Path>) -> Result<HistorySeen, HistoryError> {
    check_history(shipped(), root, cursor, &AtomicBool::new(false))
}

fn token(seed: &str) -> String {
    expand("token: \"ghp_{base62:30}{crc62}\"\n", seed)
}

/// `file@commit` of each finding.
fn places(seen: &HistorySeen) -> Vec<String> {
    let place = |finding: &domain::Finding| {
        format!("{}@{}", finding.file.as_deref().unwrap(), finding.commit.as_ref().unwrap().id)
    };
    seen.seen.findings.iter().map(place).collect()
}

fn reasons(seen: &HistorySeen) -> String {
    seen.seen.not_run.iter().map(|not_run| format!("{} {}\n", not_run.reason, not_run.hint)).collect()
}

#[test]
fn a_secret_that_was_taken_out_is_told_with_who_brought_it_and_when() {
    let git = Git::init();
    git.write("a.conf", "nothing\n").commit("first");
    let second = git.write("a.conf", format!("one\ntwo\n{}", token("x"))).commit("second");
    git.write("a.conf", format!("moved\n{}", token("x"))).commit("third");
    git.write("a.conf", "nothing more\n").commit("fourth");
    let seen = git.look();
    assert_eq!(places(&seen), [format!("a.conf@{second}")]);
    let finding = &seen.seen.findings[0];
    let commit = finding.commit.as_ref().unwrap();
    assert_eq!((commit.author.as_str(), commit.date.as_str()), ("Ada <ada@example.org>", "2026-01-02T10:00:00Z"));
    assert_eq!((finding.line, seen.commits, seen.seen.files), (Some(3), 4, 4));
    assert_eq!(reasons(&seen), "");
    for pack in [&["gc", "-q"][..], &["repack", "-q", "-a", "-d", "-f", "--depth=50"], &["pack-refs", "--all"]] {
        git.run(pack);
        assert_eq!(places(&git.look()), places(&seen), "{pack:?}");
    }
}

#[test]
fn branches_tags_merges_and_renames_count_once_each() {
    let git = Git::init();
    let first = git.write("base.conf", token("base")).commit("first");
    git.run(&["checkout", "-q", "-b", "side"]);
    let side = git.write("side.conf", token("side")).commit("side");
    git.run(&["checkout", "-q", "main"]);
    git.write("main.txt", "m\n").commit("main");
    git.day.set(git.day.get() + 1);
    git.run(&["merge", "-q", "--no-ff", "-m", "merge", "side"]);
    git.run(&["mv", "base.conf", "renamed.conf"]);
    git.commit("rename");
    git.run(&["checkout", "-q", "-b", "gone"]);
    let tagged = git.write("tagged.conf", token("tagged")).commit("only a tag leads here");
    git.run(&["tag", "-a", "v1", "-m", "v1"]);
    git.run(&["checkout", "-q", "main"]);
    git.run(&["branch", "-q", "-D", "gone"]);
    git.run(&["checkout", "-q", "--detach"]);
    let detached = git.write("detached.conf", token("detached")).commit("on no branch");
    let seen = git.look();
    let expected: Vec<String> = [("base", first), ("detached", detached), ("side", side), ("tagged", tagged)]
        .map(|(name, commit)| format!("{name}.conf@{commit}"))
        .to_vec();
    assert_eq!(places(&seen), expected);
    assert_eq!(seen.commits, 7);
}

#[test]
fn a_deleted_branch_is_history_no_more() {
    let git = Git::init();
    git.write("a", "1").commit("first");
    git.run(&["checkout", "-q", "-b", "gone"]);
    git.write("b.conf", token("b")).commit("second");
    git.run(&["checkout", "-q", "main"]);
    assert_eq!(git.look().seen.findings.len(), 1);
    git.run(&["branch", "-q", "-D", "gone"]);
    assert_eq!(git.look().seen.findings.len(), 0);
}

#[test]
fn only_what_lies_beneath_the_folder_is_looked_at() {
    let git = Git::init();
    git.write("theirs.conf", token("theirs")).write("mine/a.conf", token("mine")).commit("first");
    let seen = look(&git.root.join("mine"), None).unwrap();
    assert_eq!(seen.seen.findings.iter().map(|found| found.file.as_deref().unwrap()).collect::<Vec<_>>(), ["a.conf"]);
    let bare = git.folder.path().join("bare");
    git.run(&["clone", "-q", "--bare", ".", bare.to_str().unwrap()]);
    assert_eq!(look(&bare, None).unwrap().seen.findings.len(), 2);
}

#[test]
fn a_shallow_clone_says_what_it_lacks() {
    let git = Git::init();
    git.write("a.conf", token("a")).commit("first");
    git.write("a.conf", "x").commit("second");
    let clone = git.folder.path().join("clone");
    git.run(&["clone", "-q", "--depth", "1", &format!("file://{}", git.root.display()), clone.to_str().unwrap()]);
    let seen = look(&clone, None).unwrap();
    assert_eq!((seen.seen.findings.len(), seen.commits), (0, 1));
    assert!(reasons(&seen).contains("shallow") && reasons(&seen).contains("--unshallow"), "{}", reasons(&seen));
}

#[test]
fn a_submodule_has_a_history_of_its_own() {
    let (git, library) = (Git::init(), Git::init());
    library.write("lib.conf", token("lib")).commit("library");
    git.write("a.conf", token("a")).commit("first");
    git.run(&["submodule", "--quiet", "add", library.root.to_str().unwrap(), "library"]);
    git.commit("with a submodule");
    assert_eq!(git.look().seen.findings.len(), 1);
    let seen = look(&git.root.join("library"), None).unwrap();
    assert_eq!(seen.seen.findings[0].file.as_deref(), Some("lib.conf"));
}

#[test]
fn damaged_and_missing_objects_are_told_and_the_rest_is_looked_at() {
    let git = Git::init();
    git.write("a.conf", token("a")).write("b.conf", token("b")).write("sub/c.conf", token("c")).commit("first");
    let blob = git.run(&["rev-parse", "HEAD:a.conf"]).trim().to_owned();
    let tree = git.run(&["rev-parse", "HEAD:sub"]).trim().to_owned();
    let object = |id: &str| git.root.join(".git/objects").join(&id[..2]).join(&id[2..]);
    fs::remove_file(object(&blob)).unwrap();
    fs::write(object(&blob), b"junk").unwrap();
    fs::remove_file(object(&tree)).unwrap();
    let seen = git.look();
    assert_eq!(seen.seen.findings.len(), 1);
    let reasons = reasons(&seen);
    assert!(reasons.contains(&blob) && reasons.contains(&tree) && reasons.contains("git fsck"), "{reasons}");
    let pack = Git::init();
    pack.write("a.conf", token("a")).commit("first");
    pack.run(&["gc", "-q"]);
    for entry in fs::read_dir(pack.root.join(".git/objects/pack")).unwrap() {
        let path = entry.unwrap().path();
        let bytes = fs::read(&path).unwrap();
        fs::remove_file(&path).unwrap();
        let kept = if path.extension().is_some_and(|end| end == "pack") { bytes.len() / 2 } else { bytes.len() };
        fs::write(&path, &bytes[..kept]).unwrap();
    }
    match look(&pack.root, None) {
        Ok(seen) => assert!(!seen.seen.not_run.is_empty()),
        Err(error) => assert!(!error.hint().is_empty()),
    }
}

#[test]
fn the_next_run_looks_only_at_what_is_new_and_tells_all() {
    let git = Git::init();
    let first = git.write("a.conf", token("a")).commit("first");
    git.write("big", "x\n".repeat(1000)).commit("second");
    let cursor = git.folder.path().join("cursor");
    let before = look(&git.root, Some(&cursor)).unwrap();
    assert_eq!((before.commits, before.new_commits), (2, 2));
    let third = git.write("b.conf", token("b")).commit("third");
    git.run(&["checkout", "-q", "-b", "other", "HEAD~1"]);
    git.write("c", "c").commit("other");
    let after = look(&git.root, Some(&cursor)).unwrap();
    assert_eq!((after.commits, after.new_commits), (4, 2));
    assert_eq!(after.seen.files - before.seen.files, 2, "each new content once");
    assert_eq!(places(&after), [format!("a.conf@{first}"), format!("b.conf@{third}")]);
    let again = look(&git.root, Some(&cursor)).unwrap();
    assert_eq!((again.new_commits, places(&again)), (0, places(&after)));
    assert!(!fs::read_to_string(&cursor).unwrap().contains(token("a").split('"').nth(1).unwrap()));
    // Other rules look at everything anew, and so does a cursor that is damaged.
    let other = Scanner::new(RuleSet::shipped().unwrap(), Options { decode_depth: 0, ..Options::default() }).unwrap();
    let anew = check_history(&other, &git.root, Some(&cursor), &AtomicBool::new(false)).unwrap();
    assert_eq!(anew.new_commits, 4);
    fs::write(&cursor, "{").unwrap();
    assert_eq!(look(&git.root, Some(&cursor)).unwrap().new_commits, 4);
}

#[test]
fn what_a_cursor_tells_of_commits_that_are_gone_is_told_no_more() {
    let git = Git::init();
    let first = git.write("a.conf", token("a")).commit("first");
    git.write("b.conf", token("b")).commit("second");
    let cursor = git.folder.path().join("cursor");
    assert_eq!(look(&git.root, Some(&cursor)).unwrap().seen.findings.len(), 2);
    // The last commit is taken back: git still has it, and no branch leads to it.
    git.run(&["reset", "-q", "--hard", &first]);
    let seen = look(&git.root, Some(&cursor)).unwrap();
    assert_eq!((seen.commits, seen.new_commits, places(&seen)), (1, 1, vec![format!("a.conf@{first}")]));
    // Another repository lies here now.
    fs::remove_dir_all(git.root.join(".git")).unwrap();
    fs::remove_file(git.root.join("a.conf")).unwrap();
    git.run(&["init", "-q", "-b", "main"]);
    git.write("plain", "x").commit("of others");
    let seen = look(&git.root, Some(&cursor)).unwrap();
    assert_eq!((seen.commits, seen.new_commits, places(&seen)), (1, 1, vec![]));
    assert!(!fs::read_to_string(&cursor).unwrap().contains("a.conf"), "nor does it keep it");
}

#[test]
fn a_cursor_in_what_is_looked_at_is_refused() {
    let git = Git::init();
    git.write("a", "1").commit("first");
    let error = look(&git.root, Some(&git.root.join(".git/cursor"))).unwrap_err();
    assert!(error.to_string().contains("forge"), "{error}");
    assert!(look(&git.root, Some(&git.folder.path().join("none/cursor"))).is_err());
    assert!(matches!(look(git.folder.path(), None), Err(HistoryError::Source(_))));
}

#[test]
fn a_cancelled_look_says_how_far_it_came() {
    let git = Git::init();
    git.write("a.conf", token("a")).commit("first");
    let seen = check_history(shipped(), &git.root, None, &AtomicBool::new(true)).unwrap();
    assert_eq!(seen.new_commits, 0);
    assert!(reasons(&seen).contains("cancelled"), "{}", reasons(&seen));
}
