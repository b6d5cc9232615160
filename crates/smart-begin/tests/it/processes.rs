//! Several processes on one store at once, some of them killed: what was acknowledged is there, and nothing is half there.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Barrier;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

use crate::json_rpc::{Server, call};
use crate::program::{Home, long, text};
use crate::random::Random;
use crate::tree;
use crate::walk::complaints;

const PROCESSES: usize = 8;

/// An acknowledged project: its folder, its plan's hash and whether it has a repository.
type Acknowledged = (PathBuf, String, bool);

#[test]
fn eight_processes_begin_100_projects_each_at_once_with_kills_and_all_that_was_acknowledged_is_there() {
    let begins = if long() { 400 } else { 100 };
    let home = Home::new();
    let killed = AtomicU64::new(0);
    let mut acknowledged: Vec<Acknowledged> = Vec::new();
    thread::scope(|scope| {
        let (home, killed) = (&home, &killed);
        let workers: Vec<_> = (0..PROCESSES)
            .map(|worker| {
                scope.spawn(move || match worker % 2 {
                    0 => by_command_line(home, worker, begins, killed),
                    _ => by_assistant(home, worker, begins, killed),
                })
            })
            .collect();
        workers.into_iter().for_each(|worker| acknowledged.extend(worker.join().unwrap()));
    });
    let (begun, killed) = (PROCESSES * begins, killed.into_inner());
    assert!(
        killed > 0 && acknowledged.len() + 3 * usize::try_from(killed).unwrap() >= begun,
        "{killed} kills of {begun}"
    );
    assert!(acknowledged.len() > begun / 2, "{} of {begun} were acknowledged", acknowledged.len());

    let projects = home.projects();
    let targets = finished_targets(&projects);
    for (target, hash, git) in &acknowledged {
        assert_eq!(targets.get(target), Some(hash), "{} was acknowledged and is not finished", target.display());
        assert_eq!(target.join(".git").exists(), *git, "{}", target.display());
    }
    assert_store_and_disk_agree(&home.work(), &projects);
}

/// One after the other on the command line; about every eighth is killed at some moment.
fn by_command_line(home: &Home, worker: usize, begins: usize, killed: &AtomicU64) -> Vec<Acknowledged> {
    let mut random = Random::new(worker as u64);
    let mut acknowledged = Vec::new();
    for number in 0..begins {
        let name = format!("cli-{worker}-{number}");
        let git = number % 2 == 0;
        let mut run = home.call(["new", &name, "--format", "json"]);
        if !git {
            run = run.arg("--no-git");
        }
        let kill = random.below(8) == 0;
        if kill {
            // Its end when its time is up is a SIGKILL to the process.
            run = run.within(Duration::from_millis(random.below(150)));
        }
        let outcome = run.run();
        if outcome.timed_out {
            killed.fetch_add(1, Ordering::Relaxed);
        } else {
            assert!(outcome.ok(), "{outcome:?}");
        }
        if let Ok(answer) = serde_json::from_str::<Value>(&outcome.stdout) {
            acknowledged.push((home.work().join(&name), text(&answer, "planHash"), git));
        }
    }
    acknowledged
}

/// One after the other in a server that an assistant started; killed, and started again, now and then.
fn by_assistant(home: &Home, worker: usize, begins: usize, killed: &AtomicU64) -> Vec<Acknowledged> {
    let mut random = Random::new(worker as u64);
    let mut acknowledged = Vec::new();
    let mut server = Server::start(home, &["--root", "."]);
    for number in 0..begins {
        let name = format!("mcp-{worker}-{number}");
        let arguments = json!({ "projectName": name, "stack": "python" });
        if random.below(8) == 0 {
            server.ask("tools/call", call(arguments));
            thread::sleep(Duration::from_millis(random.below(100)));
            server.kill();
            killed.fetch_add(1, Ordering::Relaxed);
            server = Server::start(home, &["--root", "."]);
            continue;
        }
        let report = server.begin(arguments);
        acknowledged.push((home.work().join(&name), text(&report, "planHash"), true));
    }
    server.finish().assert_clean();
    acknowledged
}

fn finished_targets(projects: &[Value]) -> BTreeMap<PathBuf, String> {
    let finished = projects.iter().filter(|project| project["state"] == "finished");
    finished.map(|project| (PathBuf::from(text(project, "targetDirectory")), text(project, "planHash"))).collect()
}

/// Every folder is a whole project that the store calls finished, each of those is there, and nothing else is.
fn assert_store_and_disk_agree(work: &Path, projects: &[Value]) {
    let unsettled: Vec<_> = projects.iter().filter(|project| project["state"] == "started").collect();
    assert!(unsettled.is_empty(), "{unsettled:?}");
    let finished = finished_targets(projects);
    let on_disk: BTreeSet<PathBuf> = fs::read_dir(work).unwrap().map(|entry| entry.unwrap().path()).collect();
    let in_store: BTreeSet<PathBuf> = finished.keys().cloned().collect();
    assert_eq!(on_disk, in_store);
    let finished: Vec<_> = finished.into_iter().collect();
    let wrong = complaints(&finished, |(target, hash)| {
        let why = tree::why_not_whole(target, hash, target.join(".git").exists());
        why.map(|why| format!("{}: {why}", target.display()))
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Calls at once for one target, `calls` of them with `name` from their number: one wins, the others are refused.
fn at_once(calls: usize, name: impl Fn(usize) -> String + Sync) {
    let rounds = if long() { 40 } else { 6 };
    for round in 0..rounds {
        let home = Home::new();
        let together = Barrier::new(calls);
        let call = |number| {
            let run = home.call(["new", &name(number), "--dir", "target", "--format", "json"]);
            together.wait();
            run.run()
        };
        let outcomes: Vec<_> = thread::scope(|scope| {
            let call = &call;
            let threads: Vec<_> = (0..calls).map(|number| scope.spawn(move || call(number))).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        let won: Vec<_> = outcomes.iter().filter(|outcome| outcome.ok()).collect();
        let refused = outcomes.iter().filter(|outcome| outcome.status.code() == Some(3)).count();
        assert_eq!((won.len(), refused), (1, calls - 1), "round {round}: {outcomes:#?}");
        let hash = text(&crate::program::answer(won[0]), "planHash");
        tree::assert_whole(&home.work().join("target"), &hash, true);
        let projects = home.projects();
        let finished = projects.iter().filter(|project| project["state"] == "finished").count();
        assert_eq!(finished, 1, "round {round}: {projects:#?}");
        assert_store_and_disk_agree(&home.work(), &projects);
    }
}

#[test]
fn of_two_calls_for_one_target_one_wins() {
    at_once(2, |_| "same".to_owned());
    at_once(2, |number| format!("other-{number}"));
}

#[test]
fn of_eight_calls_for_one_target_one_wins() {
    at_once(8, |_| "same".to_owned());
    at_once(8, |number| format!("other-{number}"));
}
