//! Targets that are not free: refused with the way out, and left byte for byte as they are.

use std::fs;
use std::os::unix::fs::symlink;

use crate::program::{Home, text};
use crate::refusal::{Book, assert_nothing_begun};
use crate::tree;

#[test]
fn a_target_that_is_not_free_stays_byte_for_byte_as_it_is() {
    let home = Home::new();
    let mut book = Book::default();
    let at = |name: &str| home.work().join(name);
    fs::create_dir(at("full")).unwrap();
    fs::write(at("full/mine"), "keep").unwrap();
    fs::create_dir(at("hidden")).unwrap();
    fs::write(at("hidden/.dotfile"), "").unwrap();
    fs::write(at("file"), "a file").unwrap();
    fs::create_dir(at("empty")).unwrap();
    symlink("empty", at("link-to-empty")).unwrap();
    symlink("nowhere", at("link-to-nothing")).unwrap();
    symlink("loop", at("loop")).unwrap();
    for target in ["full", "full/", "hidden", "file", "link-to-empty", "link-to-nothing", "loop", "full/../full"] {
        for more in [&[][..], &["--no-git"], &["--dry-run"]] {
            let arguments = [&["new", "demo", "--dir", target], more].concat();
            if more.is_empty() {
                book.refuse(&home, 3, "targetDirectory", &arguments);
            } else {
                crate::refusal::refuse(&home, 3, "targetDirectory", &arguments);
            }
        }
    }
    assert_nothing_begun(&home);
    insta::assert_snapshot!(book.text());
}

#[test]
fn a_target_that_cannot_be_is_named() {
    let home = Home::new();
    let mut book = Book::default();
    fs::write(home.work().join("file"), "").unwrap();
    let (long, deep) = ("n".repeat(300), "d/".repeat(3000));
    for target in ["missing/demo", "file/demo", ".", "..", "/", "missing/..", &long, &deep] {
        book.refuse(&home, 2, "targetDirectory", &["new", "demo", "--dir", target]);
    }
    let outcome = home.call(["new", "demo", "--dir", "/proc/demo"]).run();
    assert!(matches!(outcome.status.code(), Some(3 | 4)), "{outcome:?}");
    assert_nothing_begun(&home);
    insta::assert_snapshot!(book.text());
}

#[test]
fn inside_another_repository_both_ways_out_are_named_and_both_work() {
    let home = Home::new();
    let mut book = Book::default();
    fs::create_dir_all(home.work().join("outer/.git")).unwrap();
    fs::create_dir_all(home.work().join("outer/deep/er")).unwrap();
    fs::create_dir_all(home.work().join("tree")).unwrap();
    fs::write(home.work().join("tree/.git"), "gitdir: ../outer/.git/worktrees/tree\n").unwrap();
    for target in ["outer/demo", "outer/deep/er/demo", "tree/demo"] {
        book.refuse(&home, 3, "targetDirectory", &["new", "demo", "--dir", target]);
    }
    insta::assert_snapshot!(book.text());
    assert_nothing_begun(&home);
    let hash = home.plan_hash("demo", &[]);
    home.begin("demo", &["--dir", "outer/demo", "--no-git"]);
    tree::assert_whole(&home.work().join("outer/demo"), &hash, false);
    home.begin("demo", &["--dir", "elsewhere"]);
    tree::assert_whole(&home.work().join("elsewhere"), &hash, true);
}

#[test]
fn a_symlinked_parent_is_followed_for_the_operator_and_the_real_place_recorded() {
    let home = Home::new();
    fs::create_dir(home.work().join("real")).unwrap();
    symlink("real", home.work().join("link")).unwrap();
    let report = home.begin("demo", &["--dir", "link/demo"]);
    let real = home.work().join("real/demo");
    assert_eq!(text(&report, "targetDirectory"), real.to_str().unwrap());
    tree::assert_whole(&real, &text(&report, "planHash"), true);
    assert!(home.work().join("link").is_symlink());
    // A link that leads into another repository does not hide it.
    fs::create_dir_all(home.work().join("outer/.git")).unwrap();
    symlink("outer", home.work().join("way")).unwrap();
    let told = crate::refusal::refuse(&home, 3, "targetDirectory", &["new", "demo", "--dir", "way/demo"]);
    assert!(told.contains("outer"), "{told}");
}

#[test]
fn an_empty_folder_is_taken_and_twice_is_refused() {
    let home = Home::new();
    fs::create_dir(home.work().join("demo")).unwrap();
    let report = home.begin("demo", &[]);
    let hash = text(&report, "planHash");
    tree::assert_whole(&home.work().join("demo"), &hash, true);
    crate::refusal::refuse(&home, 3, "targetDirectory", &["new", "demo"]);
    tree::assert_whole(&home.work().join("demo"), &hash, true);
}

#[cfg(target_os = "linux")]
mod while_writing {
    use std::path::Path;
    use std::thread;
    use std::time::{Duration, Instant};

    use testkit::Outcome;

    use super::*;
    use crate::strace::{Step, Strace};

    /// Holds the begin back just before its rename, does `meanwhile` to the target, and lets it go on.
    fn held_back(home: &Home, meanwhile: impl FnOnce(&Path)) -> Option<Outcome> {
        let strace = Strace::find()?;
        let rename = Step { call: "renameat".to_owned(), number: 1, only: None };
        let begin = ["new", "demo", "--format", "json"];
        let outcome = thread::scope(|scope| {
            let begun = scope.spawn(|| strace.run_with(home, &rename, "delay_enter=3000000", &begin));
            wait_for_staging(&home.work());
            meanwhile(&home.work().join("demo"));
            begun.join().unwrap()
        });
        Some(outcome)
    }

    fn wait_for_staging(folder: &Path) {
        let give_up = Instant::now() + Duration::from_secs(30);
        let whole =
            |name: String| name.starts_with(".smart-begin-") && folder.join(name).join(".smart-begin.toml").exists();
        let names =
            || fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned());
        while !names().any(whole) {
            assert!(Instant::now() < give_up, "nothing is staged");
            thread::sleep(Duration::from_millis(1));
        }
    }

    fn refused(outcome: &Outcome, home: &Home) {
        assert_eq!(outcome.status.code(), Some(3), "{outcome:?}");
        let error = &crate::program::answer(outcome)["error"];
        assert_eq!(error["field"], "targetDirectory", "{error}");
        assert_nothing_begun(home);
        let names: Vec<_> = fs::read_dir(home.work()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(names, ["demo"], "only what appeared is there");
    }

    #[test]
    fn a_folder_with_files_that_appears_stays_as_it_is() {
        let home = Home::new();
        let Some(outcome) = held_back(&home, |target| {
            fs::create_dir(target).unwrap();
            fs::write(target.join("mine"), "keep").unwrap();
        }) else {
            return;
        };
        refused(&outcome, &home);
        assert_eq!(fs::read_to_string(home.work().join("demo/mine")).unwrap(), "keep");
    }

    #[test]
    fn a_file_or_a_link_that_appears_stays_as_it_is() {
        let home = Home::new();
        let Some(outcome) = held_back(&home, |target| fs::write(target, "a file").unwrap()) else { return };
        refused(&outcome, &home);
        assert_eq!(fs::read_to_string(home.work().join("demo")).unwrap(), "a file");

        let home = Home::new();
        let Some(outcome) = held_back(&home, |target| symlink("..", target).unwrap()) else { return };
        refused(&outcome, &home);
        assert!(home.work().join("demo").is_symlink());
    }

    #[test]
    fn an_empty_folder_that_appears_is_taken() {
        let home = Home::new();
        let Some(outcome) = held_back(&home, |target| fs::create_dir(target).unwrap()) else { return };
        let report = crate::program::answer(&outcome);
        tree::assert_whole(&home.work().join("demo"), &text(&report, "planHash"), true);
    }

    /// Two calls with the same answers: one is killed before it stages anything, while the other puts it in place.
    #[test]
    fn what_another_call_put_in_place_is_not_taken_for_ours() {
        let home = Home::new();
        home.begin("earlier", &["--no-git"]);
        let Some(strace) = Strace::find() else { return };
        let other = Home::new();
        let staging = strace.steps(&other, &["new", "demo"], None);
        let staging = staging.into_iter().find(|step| step.call == "mkdirat").unwrap();
        let held_back = held_back(&home, |_| {
            let killed = strace.run_with(&home, &staging, "signal=SIGKILL", &["new", "demo"]);
            assert!(!killed.ok(), "{killed:?}");
        });
        assert!(held_back.is_some_and(|outcome| outcome.ok()));
        let states: Vec<_> = home.projects().iter().map(|project| text(project, "state")).collect();
        // The one that was killed is missing where it came too late even to be recorded.
        let abandoned = states.iter().filter(|state| *state == "abandoned").count();
        assert!(abandoned <= 1 && states.len() == abandoned + 2, "one at the target and the earlier one: {states:?}");
    }
}
