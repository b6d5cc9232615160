//! A store that cannot be used: said so, and neither it nor the disk is changed.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;

use testkit::Run;

use crate::program::{Home, PROGRAM, text};
use crate::refusal::{Book, refuse};
use crate::tree;

/// A home with a store in it that `spoil` has had its way with; then every command that needs the store is refused.
#[track_caller]
fn refused_after(book: &mut Book, spoil: impl FnOnce(&Path)) {
    let home = Home::new();
    home.begin("earlier", &["--no-git"]);
    // From the log into the database, so that it is all in the one file.
    let database_file = rusqlite::Connection::open(home.data().join("store.db")).unwrap();
    let emptied = database_file.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get::<_, i32>(0));
    assert_eq!(emptied, Ok(0));
    database_file.close().unwrap();
    spoil(&home.data());
    let before = database(&home);
    for arguments in [&["new", "demo"][..], &["projects", "list"]] {
        book.refuse(&home, 4, "", arguments);
    }
    let outcome = home.call(["serve", "--root", "."]).run();
    assert_eq!(outcome.status.code(), Some(4), "{outcome:?}");
    assert!(outcome.stdout.is_empty(), "{outcome:?}");
    assert!(database(&home) == before, "the database was changed");
}

fn database(home: &Home) -> Option<Vec<u8>> {
    fs::read(home.data().join("store.db")).ok()
}

#[test]
fn a_damaged_database_is_said_and_left_as_it_is() {
    let mut book = Book::default();
    let file = |data: &Path| data.join("store.db");
    refused_after(&mut book, |data| fs::write(file(data), "no database at all".repeat(1000)).unwrap());
    refused_after(&mut book, |data| fs::write(file(data), "").unwrap());
    refused_after(&mut book, |data| {
        let bytes = fs::read(file(data)).unwrap();
        fs::write(file(data), &bytes[..bytes.len() / 2]).unwrap();
    });
    refused_after(&mut book, |data| {
        let mut bytes = fs::read(file(data)).unwrap();
        bytes[100..4096].fill(0x5a);
        fs::write(file(data), bytes).unwrap();
    });
    insta::assert_snapshot!(book.text());
}

#[test]
fn a_newer_database_is_said_and_left_as_it_is() {
    let mut book = Book::default();
    refused_after(&mut book, |data| {
        let database = rusqlite::Connection::open(data.join("store.db")).unwrap();
        let newer = "INSERT INTO schema_migrations (version, name, sha256, applied_at_ms) VALUES (999, 'future', zeroblob(32), 0)";
        database.execute(newer, []).unwrap();
    });
    insta::assert_snapshot!(book.text());
}

#[test]
fn a_data_folder_that_others_may_write_to_is_refused() {
    let mut book = Book::default();
    refused_after(&mut book, |data| fs::set_permissions(data, fs::Permissions::from_mode(0o777)).unwrap());
    refused_after(&mut book, |data| fs::set_permissions(data, fs::Permissions::from_mode(0o770)).unwrap());
    insta::assert_snapshot!(book.text());
}

#[test]
fn a_data_folder_that_is_none_is_refused() {
    let home = Home::new();
    fs::write(home.data(), "a file").unwrap();
    refuse(&home, 4, "", &["new", "demo"]);
    assert_eq!(fs::read_to_string(home.data()).unwrap(), "a file");

    let home = Home::new();
    symlink("nowhere", home.data()).unwrap();
    refuse(&home, 4, "", &["new", "demo"]);

    let home = Home::new();
    fs::write(home.root().join("file"), "").unwrap();
    let beneath_a_file = home.root().join("file/data");
    let outcome = home.call(["new", "demo"]).arg("--data-dir").arg(&beneath_a_file).run();
    assert_eq!(outcome.status.code(), Some(4), "{outcome:?}");

    let home = Home::new();
    fs::create_dir(home.data()).unwrap();
    fs::set_permissions(home.data(), fs::Permissions::from_mode(0o700)).unwrap();
    symlink("/etc/passwd", home.data().join("store.db")).unwrap();
    refuse(&home, 4, "", &["new", "demo"]);
}

#[test]
fn a_data_folder_that_we_may_not_write_to_is_refused() {
    let home = Home::new();
    let (place, work) = (home.root().to_path_buf(), home.work());
    for folder in [&place, &work] {
        fs::set_permissions(folder, fs::Permissions::from_mode(0o755)).unwrap();
    }
    fs::create_dir(home.data()).unwrap();
    fs::set_permissions(home.data(), fs::Permissions::from_mode(0o555)).unwrap();
    let program = Path::new(PROGRAM);
    let run = if rustix::process::geteuid().is_root() {
        // Nothing is forbidden to root; so somebody else asks, with a copy of the program that they can reach.
        let Some(setpriv) = testkit::tool("setpriv") else { return };
        let copy = place.join("program");
        fs::copy(program, &copy).unwrap();
        home.house(Run::new(setpriv)).args(["--reuid=65534", "--regid=65534", "--clear-groups"]).arg(copy)
    } else {
        home.house(Run::new(program))
    };
    let outcome = run.env("LLVM_PROFILE_FILE", "/dev/null").args(["new", "demo"]).run();
    // As root the folder is somebody else's for whoever asks, which is refused before it is looked at further.
    let code = if rustix::process::geteuid().is_root() { 3 } else { 4 };
    assert_eq!(outcome.status.code(), Some(code), "{outcome:?}");
    assert!(outcome.stderr.contains("--data-dir"), "{outcome:?}");
    assert_eq!(fs::read_dir(work).unwrap().count(), 0);
}

#[test]
fn a_data_folder_of_another_user_is_refused_also_for_root() {
    if !rustix::process::geteuid().is_root() {
        return testkit::skip("only root can give a folder away");
    }
    let home = Home::new();
    home.begin("earlier", &["--no-git"]);
    std::os::unix::fs::chown(home.data(), Some(12345), None).unwrap();
    let told = refuse(&home, 3, "", &["new", "demo"]);
    assert!(told.contains("belongs to another user") && told.contains("also as root"), "{told}");
    for arguments in [&["projects", "list"][..], &["token", "list"], &["serve"]] {
        let outcome = home.call(arguments).run();
        assert_eq!((outcome.status.code(), outcome.stdout.as_str()), (Some(3), ""), "{arguments:?}");
    }
}

#[test]
fn what_others_could_read_of_the_store_they_cannot() {
    let home = Home::new();
    let umask = "umask 000; exec \"$0\" \"$@\"";
    let run = home.house(Run::new("sh")).args(["-c", umask, PROGRAM, "new", "demo", "--no-git"]);
    let _ = run.run().expect_ok();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&home.data()), 0o700);
    assert_eq!(mode(&home.data().join("store.db")), 0o600);
}

#[test]
fn where_the_store_lies_follows_the_rules_of_xdg() {
    let home = Home::new();
    let unset = |run: Run| home.house(run).args(["--unset=SMART_BEGIN_DATA_DIR", PROGRAM, "projects", "list"]);
    let _ = unset(Run::new("env")).run().expect_ok();
    let _ = unset(Run::new("env")).env("XDG_DATA_HOME", home.root().join("elsewhere")).run().expect_ok();
    let by_default = if cfg!(target_os = "macos") { "home/Library/Application Support" } else { "home/.local/share" };
    for folder in [by_default, "elsewhere"] {
        let store = home.root().join(folder).join("smart-begin/store.db");
        assert!(store.is_file() || folder == "elsewhere" && cfg!(target_os = "macos"), "{}", store.display());
    }
    assert!(!home.data().exists());
}

#[test]
fn a_store_that_was_moved_away_is_begun_anew_and_the_projects_stay() {
    let home = Home::new();
    let report = home.begin("demo", &[]);
    fs::rename(home.data(), home.root().join("aside")).unwrap();
    assert!(home.projects().is_empty());
    tree::assert_whole(&home.work().join("demo"), &text(&report, "planHash"), true);
}
