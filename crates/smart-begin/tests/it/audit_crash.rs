//! `kill -9` and a full disk at every write step of a privileged action: what was acknowledged has its entry, and there
//! is neither a change without its entry nor an entry without its change.

use std::os::unix::process::ExitStatusExt as _;
use std::sync::atomic::{AtomicUsize, Ordering};

use testkit::Outcome;

use crate::audit_log::Logs;
use crate::program::{Home, long};
use crate::strace::{Step, Strace, spread};
use crate::walk::complaints;

const CREATE: [&str; 9] = ["token", "create", "ci", "--for", "idp:robot", "--role", "viewer", "--format", "json"];

/// The files of the store.
const FILES: [&str; 2] = ["data/store.db-wal", "data/store.db"];

/// A home with a store that has a token already.
fn home() -> Home {
    let home = Home::new();
    let _ = home.call(CREATE).run().expect_ok();
    home
}

fn count(home: &Home, sql: &str) -> i64 {
    let connection = rusqlite::Connection::open(home.data().join("store.db")).unwrap();
    connection.query_row(sql, [], |row| row.get(0)).unwrap()
}

/// What is wrong once the program has started again.
fn what_is_wrong(home: &Home, outcome: &Outcome) -> Option<String> {
    let again = home.call(["token", "list", "--for", "idp:robot", "--format", "json"]).run();
    if !again.ok() {
        return Some(format!("the next start: {again:?}"));
    }
    let tokens = count(home, "SELECT count(*) FROM api_tokens");
    let entries = Logs::of(&home.data()).entries(0);
    let told = entries.iter().filter(|entry| entry.action == "create-token").count();
    if usize::try_from(tokens).unwrap() != told {
        return Some(format!("{tokens} tokens and {told} entries"));
    }
    let acknowledged = outcome.stdout.contains("\"token\"");
    if acknowledged && tokens != 2 {
        return Some(format!("it was acknowledged and is not there: {outcome:?}"));
    }
    if outcome.status.code().is_some_and(|code| code != 0) && tokens != 1 {
        return Some(format!("it was refused and is there: {outcome:?}"));
    }
    (count(home, "SELECT max(number) + 1 - count(*) FROM audit_entries") != 0).then(|| "a gap".to_owned())
}

fn steps(strace: &Strace) -> Vec<Step> {
    FILES.iter().flat_map(|file| strace.steps(&home(), &CREATE, Some(file))).collect()
}

#[test]
fn kill_9_at_every_write_step_leaves_no_acknowledged_action_without_its_entry() {
    let Some(strace) = Strace::find() else { return };
    let steps = spread(steps(&strace), if long() { usize::MAX } else { 40 });
    let killed = AtomicUsize::new(0);
    let wrong = complaints(&steps, |step| {
        let home = home();
        let outcome = strace.run_with(&home, step, "signal=SIGKILL", &CREATE);
        if outcome.status.signal() == Some(9) {
            killed.fetch_add(1, Ordering::Relaxed);
        }
        what_is_wrong(&home, &outcome).map(|wrong| format!("killed at {step:?}: {wrong}"))
    });
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), steps.len(), wrong.join("\n"));
    let killed = killed.into_inner();
    assert!(killed > 3 && killed * 10 >= steps.len() * 8, "only {killed} of {} were killed", steps.len());
}

#[test]
fn a_disk_that_is_full_at_any_step_leaves_nothing_done_and_code_4() {
    let Some(strace) = Strace::find() else { return };
    let steps = steps(&strace).into_iter().filter(|step| step.call.starts_with("pwrite") || step.call == "write");
    let steps = spread(steps.collect(), if long() { usize::MAX } else { 16 });
    let refused = AtomicUsize::new(0);
    let wrong = complaints(&steps, |step| {
        let home = home();
        let outcome = strace.run_with(&home, step, "error=ENOSPC", &CREATE);
        match outcome.status.code() {
            Some(4) if outcome.stdout.contains("The disk that holds") => {
                refused.fetch_add(1, Ordering::Relaxed);
            }
            // It was tried again, or the step was one of closing.
            Some(0) => {}
            _ => return Some(format!("full at {step:?}: {outcome:?}")),
        }
        what_is_wrong(&home, &outcome).map(|wrong| format!("full at {step:?}: {wrong}"))
    });
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), steps.len(), wrong.join("\n"));
    assert!(refused.into_inner() > 0, "no step was refused");
}
