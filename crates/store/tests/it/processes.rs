//! Several processes on one store at once, some of them killed.

use std::collections::BTreeSet;
use std::path::Path;
use std::thread;
use std::time::Duration;

use domain::ProjectId;
use store::{State, Store};

use crate::child::Child;
use crate::fixture::{Place, entry, finished, new_project, started};

/// In a process of its own: begins 100 projects, and says what was acknowledged.
pub(crate) fn begin_many(folder: &Path) {
    let store = Store::open(folder).unwrap();
    for _ in 0..100 {
        let new = new_project("owner");
        println!("trying {}", new.id);
        store.start_project(&new, &started(&new.id), &entry()).unwrap();
        println!("started {}", new.id);
        store.finish_project(&new.id, Some("c0ffee"), &finished(&new.id), &entry()).unwrap();
        println!("finished {}", new.id);
    }
}

fn said(lines: &[String], word: &str) -> BTreeSet<ProjectId> {
    lines.iter().filter_map(|line| line.strip_prefix(word)?.trim().parse().ok()).collect()
}

/// Eight processes begin 100 projects each; three of them are killed on the way.
#[test]
fn what_was_acknowledged_is_there_and_nothing_is_half_there() {
    let place = Place::on_disk();
    let mut children: Vec<_> = (0..8).map(|_| Child::spawn("begin_many", &place.folder)).collect();
    let mut lines = Vec::new();
    for (number, child) in children.iter_mut().enumerate().take(3) {
        for _ in 0..10 * (number + 1) {
            lines.push(child.wait_for(|line| line.starts_with("started ").then(|| line.to_owned())));
        }
        child.kill();
        lines.extend(child.rest());
    }
    for child in children.drain(3..) {
        let whole = child.lines();
        assert_eq!(said(&whole, "finished ").len(), 100);
        lines.extend(whole);
    }
    let store = place.open();
    let (began, done) = (said(&lines, "started "), said(&lines, "finished "));
    let all = store.projects(None, u32::MAX, None).unwrap();
    let stored: BTreeSet<_> = all.iter().map(|project| project.id.clone()).collect();
    assert_eq!(stored.len(), all.len());
    assert!(began.is_subset(&stored), "acknowledged and lost");
    for project in &all {
        let expected = match project.state {
            State::Started => ["project-started"].as_slice(),
            _ => &["project-started", "project-finished"],
        };
        let events: Vec<_> = store.events(&project.id).unwrap().iter().map(|event| event.event.kind.as_str()).collect();
        assert_eq!(events, expected);
        assert!(!done.contains(&project.id) || project.state == State::Finished, "acknowledged and lost");
    }
    let open = all.iter().filter(|project| project.state == State::Started).count();
    assert!(open <= 3);
    assert_eq!(store.unfinished_of_gone_owners().unwrap().len(), open);
    let sound: String = place.sql().query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
    assert_eq!(sound, "ok");
}

/// In a process of its own: opens the store again and again.
pub(crate) fn open_often(folder: &Path) {
    println!("opening");
    for _ in 0..50 {
        Store::open(folder).unwrap();
    }
}

#[test]
fn many_processes_make_one_store() {
    let place = Place::on_disk();
    let children: Vec<_> = (0..8).map(|_| Child::spawn("open_often", &place.folder)).collect();
    children.into_iter().for_each(|child| drop(child.lines()));
    let alone = Place::new();
    drop(alone.open());
    let layouts = |place: &Place| -> i64 {
        place.sql().query_row("SELECT count(*) FROM schema_migrations", [], |row| row.get(0)).unwrap()
    };
    assert_eq!(layouts(&place), layouts(&alone));
}

#[test]
fn a_process_killed_while_it_makes_the_store_leaves_one_that_opens() {
    for round in 0..40 {
        let place = Place::new();
        let mut child = Child::spawn("open_often", &place.folder);
        child.wait_for(|line| line.contains("opening").then_some(()));
        thread::sleep(Duration::from_micros(250 * round));
        child.kill();
        let store = place.open();
        crate::fixture::start(&store, "owner");
    }
}
