//! Trees that mean harm, checked as people check them: nothing in them is run, nothing in them switches a finding off, and what
//! cannot be looked at is said.

use std::fs;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde_json::Value;
use testkit::Outcome;

use crate::program::{Home, answer, long};

/// A token of a provider, put together here so that no file of ours holds one.
pub(crate) fn token() -> String {
    ["glpat", "-x7Kq2mXw9Lr4Tz8Vb3Np"].concat()
}

/// A home whose working folder is the tree that is checked.
pub(crate) struct Tree {
    pub(crate) home: Home,
}

impl Tree {
    pub(crate) fn new() -> Self {
        Self { home: Home::new() }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.home.work().join(name)
    }

    pub(crate) fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> &Self {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
        self
    }

    pub(crate) fn git(&self, arguments: &[&str]) -> &Self {
        let mut command = Command::new("git");
        command.current_dir(self.home.work()).args(["-c", "user.name=T", "-c", "user.email=t@example.org"]);
        command.env("GIT_CONFIG_NOSYSTEM", "1").env("HOME", self.home.home());
        let output = command.args(arguments).output().unwrap();
        assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        self
    }

    /// `check` ended by itself, with an exit code that means an answer.
    #[track_caller]
    pub(crate) fn check(&self, more: &[&str]) -> (Value, Outcome) {
        let run = self.home.call([&["check", ".", "--format", "json"], more].concat()).within(Duration::from_secs(240));
        let outcome = run.run();
        assert!(!outcome.timed_out, "it does not end");
        assert!(matches!(outcome.status.code(), Some(0 | 1)), "{outcome:?}");
        (answer(&outcome), outcome)
    }
}

/// The files of the findings of a kind.
pub(crate) fn files<'a>(report: &'a Value, kind: &str) -> Vec<&'a str> {
    let found = report["findings"].as_array().unwrap().iter().filter(|finding| finding["kind"] == kind);
    found.filter_map(|finding| finding["file"].as_str()).collect()
}

/// What was not looked at, with why.
pub(crate) fn not_run(report: &Value) -> Vec<String> {
    let told = report["not_run"].as_array().unwrap().iter();
    told.map(|each| format!("{}: {}", each["file"].as_str().unwrap_or("-"), each["reason"].as_str().unwrap())).collect()
}

#[test]
fn nothing_in_a_tree_switches_a_finding_off() {
    let tree = Tree::new();
    let secret = token();
    tree.write("app.conf", format!("token = \"{secret}\" # gitleaks:allow trufflehog:ignore betterleaks:allow\n"));
    tree.write(
        ".gitleaks.toml",
        "[allowlist]\npaths = ['''.*''']\nregexes = ['''.*''']\n[extend]\nuseDefault = false\n",
    );
    tree.write(".gitleaksignore", "app.conf:gitlab-pat:1\n")
        .write(".gitattributes", "* export-ignore binary linguist-generated\n");
    tree.write(".ignore", "*\n")
        .write(".rgignore", "*\n")
        .write(".gitignore", "*\n")
        .write(".git-blame-ignore-revs", "*\n");
    tree.write("sub/.gitleaks.toml", "[[allowlists]]\npaths = ['''.*''']\n")
        .write("smart-begin.toml", "[checks]\nhonour_comments = true\nfail_on = \"critical\"\n");
    tree.git(&["init", "-q", "."]).git(&["add", "-f", "."]).git(&["commit", "-q", "-m", "all"]);
    for more in [&["--only", "secrets"][..], &["--only", "secrets", "--all-files"], &["--only", "secrets", "--history"]]
    {
        let (report, outcome) = tree.check(more);
        assert!(files(&report, "secret").contains(&"app.conf"), "{more:?}: {report}");
        assert_eq!(outcome.status.code(), Some(1), "{more:?}");
        assert!(!outcome.stdout.contains(&secret) && !outcome.stderr.contains(&secret));
    }
}

#[test]
fn an_ignore_file_of_a_nested_folder_hides_no_vulnerable_package() {
    let tree = Tree::new();
    let lock = "version = 4\n\n[[package]]\nname = \"a\"\nversion = \"1.0.0\"\nsource = \"registry+https://registry.example/index\"\n";
    let record = r#"{"id":"RUSTSEC-2026-0001","modified":"2026-01-01T00:00:00Z","affected":[{"package":{"ecosystem":"ECO","name":"a"},"ranges":[{"type":"SEMVER","events":[{"introduced":"0"},{"fixed":"1.0.1"}]}]}]}"#;
    let record = record.replace("ECO", domain::Ecosystem::CARGO);
    fs::create_dir(tree.home.root().join("records")).unwrap();
    fs::write(tree.home.root().join("records/RUSTSEC-2026-0001.json"), record).unwrap();
    let from = tree.home.root().join("records");
    let _ = tree.home.call(["advisories", "update", "--from", from.to_str().unwrap()]).run().expect_ok();
    let ignore = "[[IgnoredVulns]]\nid = \"RUSTSEC-2026-0001\"\nreason = \"because\"\n";
    tree.write("vendor/x/Cargo.lock", lock).write("vendor/x/osv-scanner.toml", ignore);
    let (report, _) = tree.check(&["--only", "vulnerabilities", "--all-files"]);
    assert_eq!(files(&report, "vulnerability"), ["vendor/x/Cargo.lock"], "{report}");
    // The root's own is honoured, and listed.
    tree.write("osv-scanner.toml", ignore);
    let (report, outcome) = tree.check(&["--only", "vulnerabilities", "--all-files"]);
    assert_eq!(
        (files(&report, "vulnerability").len(), report["suppressed"].as_array().unwrap().len()),
        (0, 1),
        "{report}"
    );
    assert!(outcome.ok() && report["suppressed"][0]["reason"].as_str().unwrap().contains("because"), "{report}");
}

#[test]
fn nothing_of_a_tree_is_run() {
    let tree = Tree::new();
    tree.write("app.conf", format!("token = \"{}\"\n", token()));
    tree.git(&["init", "-q", "."]).git(&["add", "."]).git(&["commit", "-q", "-m", "one"]);
    let mark = tree.home.root().join("was-run");
    let run = format!("touch {}", mark.display());
    for key in [
        "core.fsmonitor",
        "core.sshCommand",
        "core.pager",
        "core.editor",
        "filter.x.clean",
        "filter.x.smudge",
        "filter.x.process",
        "diff.x.textconv",
        "diff.x.command",
        "gpg.program",
        "core.hooksPath",
        "core.gitProxy",
    ] {
        tree.git(&["config", key, &run]);
    }
    tree.write(".gitattributes", "* filter=x diff=x merge=x\n")
        .write(".envrc", &run)
        .write("Makefile", format!("$(shell {run})\nall:\n\t{run}\n"));
    tree.write("build.rs", "fn main() {}").write("setup.py", format!("import os; os.system('{run}')\n"));
    tree.write("package.json", format!("{{\"scripts\": {{\"preinstall\": \"{run}\", \"prepare\": \"{run}\"}}}}"));
    for hook in ["pre-commit", "post-checkout", "post-index-change", "fsmonitor-watchman", "reference-transaction"] {
        let path = tree.path(&format!(".git/hooks/{hook}"));
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, format!("#!/bin/sh\n{run}\n")).unwrap();
        fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    }
    tree.write("staged.conf", format!("token = \"{}\"\n", token()));
    // The hooks and filters of git itself are no concern here: the index is written by a git that has none of them.
    let index = Command::new("git")
        .current_dir(tree.home.work())
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .args([
            "-c",
            "core.fsmonitor=false",
            "-c",
            "core.hooksPath=/dev/null",
            "-c",
            "filter.x.clean=cat",
            "-c",
            "filter.x.process=",
            "add",
            "staged.conf",
        ])
        .output()
        .unwrap();
    assert!(index.status.success(), "{index:?}");
    let _ = fs::remove_file(&mark);
    for more in [&[][..], &["--all-files"], &["--staged"], &["--history"], &["--diff", "HEAD"]] {
        let (report, _) = tree.check(more);
        assert!(!mark.exists(), "{more:?} ran something of the tree");
        assert!(!files(&report, "secret").is_empty() || more == ["--diff", "HEAD"], "{more:?}: {report}");
    }
}

#[test]
fn what_is_no_plain_file_is_neither_followed_nor_waited_for() {
    let tree = Tree::new();
    let outside = tree.home.root().join("outside");
    fs::create_dir(&outside).unwrap();
    fs::write(outside.join("secret.conf"), format!("token = \"{}\"\n", token())).unwrap();
    tree.write("plain.conf", format!("token = \"{}\"\n", token())).write("a/b/c", "x");
    symlink(&outside, tree.path("out")).unwrap();
    symlink(outside.join("secret.conf"), tree.path("linked.conf")).unwrap();
    symlink("../..", tree.path("a/b/up")).unwrap();
    symlink("loop-2", tree.path("loop-1")).unwrap();
    symlink("loop-1", tree.path("loop-2")).unwrap();
    symlink("/dev/zero", tree.path("zero")).unwrap();
    for name in ["fifo", "Cargo.lock", ".gitignore", "package.json", "osv-scanner.toml"] {
        assert!(Command::new("mkfifo").arg(tree.path(name)).status().unwrap().success());
    }
    let _socket = std::os::unix::net::UnixListener::bind(tree.path("socket")).unwrap();
    for more in [&[][..], &["--all-files"]] {
        let (report, outcome) = tree.check(more);
        assert_eq!(files(&report, "secret"), ["plain.conf"], "{report}");
        assert!(!outcome.stdout.contains("secret.conf"));
    }
}

#[test]
fn names_that_deceive_are_shown_for_what_they_are() {
    let tree = Tree::new();
    let secret = format!("token = \"{}\"\n", token());
    for name in [
        &b"a\xff\xfe.conf"[..],
        b"line\nbreak.conf",
        b"red\x1b[31m.conf",
        b"tab\t.conf",
        "rtl\u{202e}fnoc.conf".as_bytes(),
        b"-rf.conf",
        b"<b>|`x`.conf",
        b"=1+1.conf",
    ] {
        fs::write(tree.home.work().join(std::ffi::OsStr::from_bytes(name)), &secret).unwrap();
    }
    let (report, _) = tree.check(&["--only", "secrets", "--all-files"]);
    let found = files(&report, "secret");
    assert_eq!(found.len(), 8, "{found:?}");
    assert!(found.iter().all(|name| !name.contains(['\n', '\u{1b}', '\t', '\u{202e}', '\u{fffd}'])), "{found:?}");
    for format in ["text", "markdown", "html", "sarif"] {
        let outcome = tree.home.call(["check", ".", "--only", "secrets", "--all-files", "--format", format]).run();
        assert_eq!(outcome.status.code(), Some(1), "{outcome:?}");
        assert!(
            !outcome.stdout.contains(['\u{202e}', '\r']) && !outcome.stdout.contains("\u{1b}[31m.conf"),
            "{format}: {}",
            outcome.stdout
        );
        assert!(format != "html" || !outcome.stdout.contains("<b>|"), "{}", outcome.stdout);
    }
}

#[test]
fn a_tree_that_changes_under_the_check_gives_an_answer() {
    let tree = Tree::new();
    for number in 0..200 {
        tree.write(&format!("d{}/f{number}.conf", number % 7), "x = 1\n".repeat(200));
    }
    tree.git(&["init", "-q", "."]);
    let (root, over) = (tree.home.work(), AtomicBool::new(false));
    std::thread::scope(|scope| {
        let change = || {
            let mut round = 0_usize;
            while !over.load(Ordering::Relaxed) {
                round += 1;
                let file = root.join(format!("d{}/f{}.conf", round % 7, (round % 7) + 7 * (round % 20)));
                let _ = match round % 6 {
                    0 => fs::remove_file(&file),
                    1 => fs::remove_file(&file).and_then(|()| symlink("/dev/zero", &file)),
                    2 => fs::remove_file(&file).map(|()| drop(Command::new("mkfifo").arg(&file).status())),
                    3 => fs::remove_dir_all(root.join(format!("d{}", round % 7))),
                    4 => {
                        fs::create_dir_all(file.parent().unwrap()).and_then(|()| fs::write(&file, vec![b'a'; 100_000]))
                    }
                    _ => fs::OpenOptions::new().write(true).open(&file).and_then(|open| open.set_len(round as u64 % 5)),
                };
            }
        };
        scope.spawn(change);
        for _ in 0..if long() { 40 } else { 4 } {
            let (report, outcome) = tree.check(&["--all-files"]);
            assert!(report["summary"]["files"].is_u64() && !outcome.stderr.contains("panicked"), "{outcome:?}");
        }
        over.store(true, Ordering::Relaxed);
    });
}

/// What is broken, and how, in a `.git`.
type Damage<'a> = (&'a str, &'a dyn Fn(&Path));

#[test]
fn a_repository_that_is_damaged_is_said_to_be() {
    let secret = format!("token = \"{}\"\n", token());
    let damage: [Damage<'_>; 6] = [
        ("index", &|git| fs::write(git.join("index"), b"DIRC\0\0\0\x02\xff\xff\xff\xff").unwrap()),
        ("no objects", &|git| fs::remove_dir_all(git.join("objects")).unwrap()),
        ("HEAD", &|git| fs::write(git.join("HEAD"), "ref: ../../../etc/passwd\n").unwrap()),
        ("loop", &|git| fs::write(git.join("refs/heads/main"), "ref: refs/heads/main\n").unwrap()),
        ("packed-refs", &|git| {
            fs::remove_file(git.join("refs/heads/main")).unwrap();
            fs::write(git.join("packed-refs"), vec![0xff; 4096]).unwrap();
        }),
        ("git is a file", &|git| {
            fs::remove_dir_all(git).unwrap();
            fs::write(git, "gitdir: ../../outside\n").unwrap();
        }),
    ];
    for (what, break_it) in damage {
        let tree = Tree::new();
        tree.write("plain.conf", &secret)
            .git(&["init", "-q", "-b", "main", "."])
            .git(&["add", "."])
            .git(&["commit", "-q", "-m", "one"]);
        break_it(&tree.path(".git"));
        for more in
            [&["--only", "secrets"][..], &["--only", "secrets", "--history"], &["--only", "secrets", "--staged"]]
        {
            let outcome = tree.home.call([&["check", "."], more].concat()).within(Duration::from_secs(60)).run();
            let told = format!("{}{}", outcome.stdout, outcome.stderr);
            assert!(
                !outcome.timed_out && outcome.status.code().is_some_and(|code| code != 101),
                "{what} {more:?}: {outcome:?}"
            );
            // Where the branch is found beside what is damaged, nothing is staged.
            let knows_better = what == "packed-refs" && more.contains(&"--staged");
            // The secret, or an error that says what to do in a second line.
            assert!(
                knows_better
                    || told.contains("plain.conf")
                    || outcome.stderr.lines().count() > 1
                    || told.contains("Not looked at"),
                "{what} {more:?}: {told}"
            );
        }
    }
}
