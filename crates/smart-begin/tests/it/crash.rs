//! `kill -9` at every write step of a begin: no partial tree, and store and disk agree after the next start.

use std::fs;
use std::os::unix::fs::{DirBuilderExt as _, PermissionsExt as _};
use std::os::unix::process::ExitStatusExt as _;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::Value;
use testkit::Outcome;

use crate::program::{Home, long};
use crate::strace::{Step, Strace, spread};
use crate::tree::{self, Thing};
use crate::walk::complaints;

pub(crate) const BEGIN: [&str; 4] = ["new", "demo", "--format", "json"];
/// The writing thread of the store makes calls of the same kinds as the main one; on this file it is alone.
const LOG: &str = "data/store.db-wal";

/// What a begin starts from.
pub(crate) struct Scene {
    store: Vec<(String, Vec<u8>)>,
    pub(crate) hash: String,
}

impl Scene {
    /// No store yet: the first begin of a user.
    pub(crate) fn first() -> Self {
        Self { store: Vec::new(), hash: Home::new().plan_hash("demo", &[]) }
    }

    /// A store with a project in it.
    pub(crate) fn later() -> Self {
        let home = Home::new();
        home.begin("earlier", &["--no-git"]);
        let hash = home.plan_hash("demo", &[]);
        let files = tree::read(&home.data()).into_iter().filter_map(|(path, thing)| match thing {
            Thing::File { bytes, .. } if path.starts_with("store.") => Some((path, bytes)),
            _ => None,
        });
        Self { store: files.collect(), hash }
    }

    pub(crate) fn home(&self) -> Home {
        let home = Home::new();
        if !self.store.is_empty() {
            fs::DirBuilder::new().mode(0o700).create(home.data()).unwrap();
        }
        for (name, bytes) in &self.store {
            let path = home.data().join(name);
            fs::write(&path, bytes).unwrap();
            fs::set_permissions(path, fs::Permissions::from_mode(0o600)).unwrap();
        }
        home
    }

    /// Every write step of the begin.
    pub(crate) fn steps(&self, strace: &Strace) -> Vec<Step> {
        let mut steps = strace.steps(&self.home(), &BEGIN, None);
        if !self.store.is_empty() {
            steps.extend(strace.steps(&self.home(), &BEGIN, Some(LOG)));
        }
        steps
    }

    /// What is wrong after a begin that ended somehow, once the program has started again.
    pub(crate) fn what_is_wrong(&self, home: &Home, outcome: &Outcome) -> Option<String> {
        let target = home.work().join("demo");
        let there = target.exists();
        if there && let Some(why) = tree::why_not_whole(&target, &self.hash, true) {
            return Some(format!("the target is there and not whole: {why}"));
        }
        let acknowledged = serde_json::from_str::<Value>(&outcome.stdout).is_ok_and(|answer| answer["applied"] == true);
        if acknowledged && !there {
            return Some("it was acknowledged and is not there".to_owned());
        }
        let started = home.call(["projects", "list", "--format", "json"]).run();
        let Ok(list) = serde_json::from_str::<Value>(&started.stdout) else {
            return Some(format!("the next start: {started:?}"));
        };
        let projects: Vec<&Value> =
            list["projects"].as_array()?.iter().filter(|project| project["name"] == "demo").collect();
        let finished = projects.iter().filter(|project| project["state"] == "finished").count();
        if finished != usize::from(there) || projects.iter().any(|project| project["state"] == "started") {
            return Some(format!("the target is there: {there}; the store says {projects:?}"));
        }
        if there && projects.iter().any(|project| project["targetDirectory"] != target.to_str().unwrap()) {
            return Some(format!("the store names another target: {projects:?}"));
        }
        let kept =
            self.store.is_empty() || list["projects"].as_array()?.iter().any(|project| project["name"] == "earlier");
        if !kept {
            return Some(format!("the earlier project is lost: {list}"));
        }
        what_is_left(home)
    }
}

/// What lies in the working folder beside the project.
pub(crate) fn what_is_left(home: &Home) -> Option<String> {
    let names =
        fs::read_dir(home.work()).unwrap().map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned());
    let left: Vec<String> = names.filter(|name| name != "demo").collect();
    (!left.is_empty()).then(|| format!("left behind: {left:?}"))
}

#[test]
fn kill_9_at_every_write_step_200_times_leaves_no_partial_tree_and_store_and_disk_agree() {
    let Some(strace) = Strace::find() else { return };
    let (first, later) = (Scene::first(), Scene::later());
    let (of_first, of_later) = (first.steps(&strace), later.steps(&strace));
    let wanted = if long() { usize::MAX } else { 100 };
    let mut kills: Vec<(&Scene, Step)> = spread(of_first, wanted).into_iter().map(|step| (&first, step)).collect();
    kills.extend(spread(of_later, wanted).into_iter().map(|step| (&later, step)));
    assert!(kills.len() >= 200, "{} kills", kills.len());

    let killed = AtomicUsize::new(0);
    let wrong = complaints(&kills, |(scene, step)| {
        let home = scene.home();
        let outcome = strace.run_with(&home, step, "signal=SIGKILL", &BEGIN);
        if outcome.status.signal() == Some(9) {
            killed.fetch_add(1, Ordering::Relaxed);
        } else if !outcome.ok() {
            return Some(format!("{step:?}: {outcome:?}"));
        }
        let wrong = scene.what_is_wrong(&home, &outcome).or_else(|| begins_again(&home, step));
        wrong.map(|wrong| format!("killed at {step:?}: {wrong}"))
    });
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), kills.len(), wrong.join("\n"));
    // The names of git's objects differ from run to run, and with them the last few numbers of some kinds.
    let killed = killed.into_inner();
    assert!(killed * 100 >= kills.len() * 95, "only {killed} of {} were killed", kills.len());
}

/// After a crash the same call works, where it had not been done: tried at every fifth step.
fn begins_again(home: &Home, step: &Step) -> Option<String> {
    if !step.number.is_multiple_of(5) || home.work().join("demo").exists() {
        return None;
    }
    let again = home.call(BEGIN).run();
    (!again.ok()).then(|| format!("it cannot be begun again: {again:?}"))
}
