//! A disk that fails at any write step: told in plain words with exit code 4, and nothing half there.

use serde_json::Value;
use testkit::Outcome;

use crate::crash::{BEGIN, Scene, what_is_left};
use crate::program::{Home, long};
use crate::strace::{Step, Strace, spread};
use crate::walk::complaints;

const PER_FAULT: usize = 60;

fn at_every_step(errno: &str) {
    let Some(strace) = Strace::find() else { return };
    let scenes = [Scene::first(), Scene::later()];
    let wanted = if long() { usize::MAX } else { PER_FAULT / scenes.len() };
    let mut faults = Vec::new();
    for scene in &scenes {
        faults.extend(spread(scene.steps(&strace), wanted).into_iter().map(|step| (scene, step)));
    }
    let wrong = complaints(&faults, |(scene, step)| {
        let home = scene.home();
        let outcome = strace.run_with(&home, step, &format!("error={errno}"), &BEGIN);
        let wrong = what_is_wrong_at_once(&home, step, &outcome).or_else(|| scene.what_is_wrong(&home, &outcome));
        wrong.map(|wrong| format!("{errno} at {step:?}: {wrong}"))
    });
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), faults.len(), wrong.join("\n"));
}

fn what_is_wrong_at_once(home: &Home, step: &Step, outcome: &Outcome) -> Option<String> {
    // Where stdout itself fails, so does the telling; the exit code still says it.
    let on_stdout = step.call == "write" && step.only.is_none() && outcome.stdout.is_empty();
    match outcome.status.code() {
        Some(0) => {}
        Some(4) if on_stdout => {}
        Some(4) => {
            if let Some(why) = why_not_plain(outcome) {
                return Some(why);
            }
        }
        _ => return Some(format!("{outcome:?}")),
    }
    if outcome.ok() && !home.work().join("demo").exists() {
        return Some("it says done, and nothing is there".to_owned());
    }
    what_is_left(home)
}

/// The message is for people: no cause, no name of a type, no code of the system.
fn why_not_plain(outcome: &Outcome) -> Option<String> {
    let Ok(answer) = serde_json::from_str::<Value>(&outcome.stdout) else {
        return Some(format!("no JSON on stdout: {outcome:?}"));
    };
    let error = &answer["error"];
    let (message, hint) = (error["message"].as_str()?, error["hint"].as_str()?);
    let inside = ["os error", "Sql", "sqlite", "Error", "panicked", "{", "::", ".rs"];
    let plain = inside.iter().all(|word| !message.contains(word) && !hint.contains(word));
    let complete = error["kind"] == "unavailable" && message.ends_with('.') && hint.ends_with('.');
    let quiet = !outcome.stderr.contains("panicked") && !outcome.stderr.contains("RUST_BACKTRACE");
    (!(plain && complete && quiet)).then(|| format!("not told plainly: {answer} {}", outcome.stderr))
}

#[test]
fn a_full_disk_at_any_write_step() {
    at_every_step("ENOSPC");
}

#[test]
fn a_failing_disk_at_any_write_step() {
    at_every_step("EIO");
}

#[test]
fn a_disk_that_turns_read_only_at_any_write_step() {
    at_every_step("EROFS");
}
