//! What somebody with the database does to the log, its triggers removed first; and that the real program finds it.

use std::fs;
use std::path::Path;

use rusqlite::Connection;

use crate::audit_commands::{lived_in, ok, run};
use crate::program::Home;

/// A data folder with a checkpoint, its files as they are when nobody runs.
fn signed() -> Home {
    let home = lived_in();
    ok(&home, &["audit", "checkpoint"]);
    settle(&home.data());
    home
}

/// All of the database in one file.
pub(crate) fn settle(data: &Path) {
    let connection = Connection::open(data.join("store.db")).unwrap();
    connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).unwrap();
}

pub(crate) fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let (path, name) = (entry.as_ref().unwrap().path(), entry.unwrap().file_name());
        if path.is_dir() {
            copy(&path, &to.join(name));
        } else {
            fs::copy(path, to.join(name)).unwrap();
        }
    }
}

/// The same home with other records.
fn with_records(home: &Home, sql: &str) -> (i32, String) {
    let data = home.root().join("tampered");
    let _ = fs::remove_dir_all(&data);
    copy(&home.data(), &data);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        fs::set_permissions(&data, fs::Permissions::from_mode(0o700)).unwrap();
    }
    let connection = Connection::open(data.join("store.db")).unwrap();
    let listed = "SELECT coalesce(group_concat(name), '') FROM sqlite_schema WHERE type = 'trigger'";
    let triggers: String = connection.query_row(listed, [], |row| row.get(0)).unwrap();
    for trigger in triggers.split(',').filter(|name| name.starts_with("audit_")) {
        connection.execute_batch(&format!("DROP TRIGGER {trigger}")).unwrap();
    }
    connection.execute_batch("PRAGMA ignore_check_constraints = ON").unwrap();
    connection.execute_batch(sql).unwrap_or_else(|fault| panic!("{sql}: {fault}"));
    drop(connection);
    let outcome = home.call(["audit", "verify"]).env("SMART_BEGIN_DATA_DIR", &data).run();
    (outcome.status.code().unwrap(), format!("{}{}", outcome.stdout, outcome.stderr))
}

#[test]
fn whatever_is_done_to_the_tables_is_found() {
    let home = signed();
    assert_eq!(with_records(&home, "SELECT 1 WHERE 0"), {
        let (code, told) = with_records(&home, "");
        assert_eq!(code, 0, "{told}");
        (code, told)
    });
    let gap = "UPDATE audit_entries SET number = number - 1 WHERE number > 2";
    for sql in [
        "UPDATE audit_entries SET at_ms = at_ms + 1 WHERE number = 1",
        "UPDATE audit_entries SET action = 'sign-in' WHERE number = 1",
        "UPDATE audit_entries SET caller = 'somebody' WHERE number = 1",
        "UPDATE audit_entries SET project = NULL WHERE number = 1",
        "UPDATE audit_entries SET request = request || 'x' WHERE number = 1",
        "UPDATE audit_entries SET body = replace(body, 'owner', 'other') WHERE number = 1",
        "UPDATE audit_entries SET leaf_sha256 = zeroblob(32) WHERE number = 1",
        "UPDATE audit_entries SET leaf_sha256 = zeroblob(31) WHERE number = 1",
        "UPDATE audit_entries SET body = replace(body, 'owner', 'other'), caller = 'other' WHERE number = 1",
        "UPDATE audit_entries SET at_ms = NULL, action = NULL, caller = NULL, project = NULL, request = NULL, body = NULL WHERE number = 1",
        "UPDATE audit_entries SET number = 100 WHERE number = 1",
        "UPDATE audit_entries SET number = -1 WHERE number = 0",
        "DELETE FROM audit_entries WHERE number = 0",
        "DELETE FROM audit_entries WHERE number = 2",
        &format!("DELETE FROM audit_entries WHERE number = 2; {gap}"),
        "DELETE FROM audit_entries WHERE number >= 3",
        "DELETE FROM audit_entries WHERE number >= 3; DELETE FROM audit_checkpoints",
        "DELETE FROM audit_entries; DELETE FROM audit_checkpoints",
        "UPDATE audit_entries SET number = -5 WHERE number = 1; UPDATE audit_entries SET number = 1 WHERE number = 2; UPDATE audit_entries SET number = 2 WHERE number = -5",
        "INSERT INTO audit_entries SELECT 99, at_ms, action, caller, project, request, body, leaf_sha256 FROM audit_entries WHERE number = 1",
        "UPDATE audit_checkpoints SET size = size - 1",
        "UPDATE audit_checkpoints SET note = substr(note, 1, length(note) - 9) || 'forged==' || char(10)",
        "UPDATE audit_checkpoints SET note = ''",
        "DELETE FROM audit_checkpoints",
        "INSERT INTO audit_checkpoints VALUES (3, 'a note')",
        "INSERT INTO audit_nodes VALUES (8, 0, zeroblob(32))",
    ] {
        let (code, told) = with_records(&home, sql);
        assert_eq!(code, 1, "{sql}: {told}");
        assert!(told.contains("NOT sound"), "{sql}: {told}");
    }
}

#[test]
fn an_entry_that_is_not_what_was_written_is_shown_to_nobody() {
    let home = signed();
    let connection = Connection::open(home.data().join("store.db")).unwrap();
    connection.execute_batch("DROP TRIGGER audit_entries_are_not_changed").unwrap();
    let change = "UPDATE audit_entries SET body = replace(body, 'owner', 'other') WHERE number = 1";
    connection.execute_batch(change).unwrap();
    for line in [&["audit", "query"][..], &["audit", "export"], &["audit", "tail"], &["audit", "prove", "1"]] {
        let (code, told) = run(&home, line);
        assert_eq!(code, 4, "{line:?}: {told}");
        assert!(told.contains("damaged"), "{line:?}: {told}");
    }
}

#[test]
fn an_older_copy_of_the_records_is_noticed_and_never_signed() {
    let home = signed();
    let older = home.root().join("older.db");
    fs::copy(home.data().join("store.db"), &older).unwrap();
    home.begin("three", &["--no-git"]);
    let taken = home.root().join("taken");
    ok(&home, &["audit", "checkpoint", "--out", taken.to_str().unwrap()]);
    settle(&home.data());
    for file in ["store.db-wal", "store.db-shm"] {
        let _ = fs::remove_file(home.data().join(file));
    }
    fs::copy(&older, home.data().join("store.db")).unwrap();
    let (code, told) = run(&home, &["audit", "verify"]);
    assert!(code == 1 && told.contains("older copy"), "{told}");
    let (code, told) = run(&home, &["audit", "checkpoint"]);
    assert!(code == 3 && told.contains("does not continue"), "{told}");
    // With the checkpoints beside it gone as well, the one that was taken away tells.
    fs::remove_dir_all(home.data().join("checkpoints")).unwrap();
    assert_eq!(run(&home, &["audit", "verify"]).0, 0, "nothing is left here that could tell");
    let (code, told) = run(&home, &["audit", "verify", "--checkpoint", taken.to_str().unwrap()]);
    assert!(code == 1 && told.contains("NOT sound"), "{told}");
}
