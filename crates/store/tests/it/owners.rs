//! Who is alive, who is gone, and what happens to what the gone have left unfinished.

use std::collections::BTreeSet;
use std::fs::File;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use domain::ProjectId;
use store::{State, Store};

use crate::child::Child;
use crate::fixture::{Place, abandoned, entry, finished, start};

fn ids(projects: Vec<store::Project>) -> Vec<ProjectId> {
    projects.into_iter().map(|project| project.id).collect()
}

#[test]
fn an_owner_is_locked_while_any_clone_lives() {
    let place = Place::new();
    let store = place.open();
    let lock = place.folder.join("owners").join(format!("{}.lock", store.owner()));
    let clone = store.clone();
    drop(store);
    assert!(File::open(&lock).unwrap().try_lock().is_err());
    drop(clone);
    assert!(!lock.exists());
    assert_eq!(place.locks(), [""; 0]);
}

#[test]
fn every_handle_is_an_owner_of_its_own() {
    let place = Place::new();
    let (first, second) = (place.open(), place.open());
    assert_ne!(first.owner(), second.owner());
    assert_eq!(first.owner(), first.clone().owner());
}

#[test]
fn what_the_living_have_started_is_left_to_them() {
    let place = Place::new();
    let (ours, other) = (place.open(), place.open());
    start(&ours, "owner");
    let theirs = start(&other, "owner").id;
    assert_eq!(ours.unfinished_of_gone_owners().unwrap(), []);
    other.finish_project(&theirs, None, &finished(&theirs), &entry()).unwrap();
}

#[test]
fn what_the_gone_have_started_is_taken_over() {
    let place = Place::new();
    let (gone, also_gone) = (place.open(), place.open());
    let (first, second, third) = (start(&gone, "a").id, start(&also_gone, "b").id, start(&gone, "c").id);
    let done = start(&gone, "d").id;
    gone.finish_project(&done, None, &finished(&done), &entry()).unwrap();
    drop((gone, also_gone));
    let store = place.open();
    let taken = store.unfinished_of_gone_owners().unwrap();
    assert!(taken.iter().all(|project| project.process_owner == store.owner() && project.state == State::Started));
    let expected: BTreeSet<_> = [first.clone(), second.clone(), third.clone()].into();
    assert_eq!(BTreeSet::from_iter(ids(taken.clone())), expected);
    assert!(taken.is_sorted_by_key(|project| project.started_at_ms));
    assert_eq!(store.project(&first).unwrap().unwrap(), *taken.iter().find(|project| project.id == first).unwrap());
    assert_eq!(store.unfinished_of_gone_owners().unwrap(), []);
    store.abandon_project(&first, &abandoned(&first), &entry()).unwrap();
    store.finish_project(&second, Some("c0ffee"), &finished(&second), &entry()).unwrap();
    drop(store);
    assert_eq!(ids(place.open().unfinished_of_gone_owners().unwrap()), [third]);
}

#[test]
fn a_lock_that_lies_about_is_no_life() {
    let place = Place::new();
    let store = place.open();
    let project = start(&store, "owner").id;
    let lock = place.folder.join("owners").join(format!("{}.lock", store.owner()));
    drop(store);
    File::create(&lock).unwrap();
    File::create(lock.with_extension("new")).unwrap();
    File::create(place.folder.join("owners").join("note.txt")).unwrap();
    let store = place.open();
    assert_eq!(ids(store.unfinished_of_gone_owners().unwrap()), [project]);
    let mut left = place.locks();
    left.sort();
    assert_eq!(left.len(), 2, "{left:?}");
    assert!(left.contains(&format!("{}.lock", store.owner())) && left.contains(&"note.txt".to_owned()));
}

#[test]
fn two_who_look_at_once_do_not_see_each_other() {
    let place = Place::new();
    let store = place.open();
    let project = start(&store, "owner").id;
    let lock = place.folder.join("owners").join(format!("{}.lock", store.owner()));
    drop(store);
    let looking = File::create(&lock).unwrap();
    looking.lock_shared().unwrap();
    assert_eq!(ids(place.open().unfinished_of_gone_owners().unwrap()), [project]);
}

#[test]
fn an_owner_that_is_a_path_reaches_no_file() {
    let place = Place::new();
    let store = place.open();
    let project = start(&store, "owner").id;
    let outside = place.folder.join("outside.lock");
    let held = File::create(&outside).unwrap();
    held.lock().unwrap();
    place.sql().execute("UPDATE projects SET process_owner = '../outside'", []).unwrap();
    assert_eq!(ids(store.unfinished_of_gone_owners().unwrap()), [project]);
    assert!(outside.exists());
}

/// In a process of its own: starts a project, says which, and waits to be killed.
pub(crate) fn start_and_wait(folder: &Path) {
    let store = Store::open(folder).unwrap();
    println!("started {}", start(&store, "owner").id);
    std::io::stdin().read_line(&mut String::new()).unwrap();
}

/// In a process of its own: takes over what it can, and says what it got.
pub(crate) fn take_over(folder: &Path) {
    let store = Store::open(folder).unwrap();
    for project in store.unfinished_of_gone_owners().unwrap() {
        println!("took {}", project.id);
        store.abandon_project(&project.id, &abandoned(&project.id), &entry()).unwrap();
    }
}

fn starter(place: &Place) -> (Child, ProjectId) {
    let mut child = Child::spawn("start_and_wait", &place.folder);
    let id = child.wait_for(|line| line.strip_prefix("started ")?.parse().ok());
    (child, id)
}

#[test]
fn the_lock_dies_with_its_process() {
    let place = Place::new();
    let store = place.open();
    let (mut killed, left) = starter(&place);
    let (living, kept) = starter(&place);
    assert_eq!(store.unfinished_of_gone_owners().unwrap(), []);
    killed.kill();
    assert_eq!(ids(store.unfinished_of_gone_owners().unwrap()), [left]);
    assert_eq!(place.locks().len(), 2, "the killed one's file is swept");
    assert_eq!(store.project(&kept).unwrap().unwrap().state, State::Started);
    drop(living);
    assert_eq!(ids(store.unfinished_of_gone_owners().unwrap()), [kept]);
}

#[test]
fn of_many_starting_processes_one_takes_over_each_project() {
    let place = Place::new();
    let mut left = BTreeSet::new();
    for _ in 0..5 {
        let store = place.open();
        left.extend((0..4).map(|_| start(&store, "owner").id));
    }
    let children: Vec<_> = (0..6).map(|_| Child::spawn("take_over", &place.folder)).collect();
    let mut taken = Vec::new();
    for child in children {
        taken.extend(child.lines().iter().filter_map(|line| line.strip_prefix("took ")?.parse::<ProjectId>().ok()));
    }
    assert_eq!(taken.len(), left.len());
    assert_eq!(BTreeSet::from_iter(taken), left);
    let store = place.open();
    for id in &left {
        assert_eq!(store.project(id).unwrap().unwrap().state, State::Abandoned);
        assert_eq!(store.events(id).unwrap().len(), 2);
    }
}

#[test]
fn handles_that_open_while_others_sweep_stay_alive() {
    let place = Place::new();
    let done = AtomicBool::new(false);
    let alive = |store: &Store| place.folder.join("owners").join(format!("{}.lock", store.owner())).exists();
    thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                let sweeper = place.open();
                while !done.load(Ordering::SeqCst) {
                    sweeper.unfinished_of_gone_owners().unwrap();
                }
                assert!(alive(&sweeper));
            });
        }
        let openers: Vec<_> = (0..2).map(|_| scope.spawn(|| (0..400).all(|_| alive(&place.open())))).collect();
        let all = openers.into_iter().all(|opener| opener.join().unwrap());
        done.store(true, Ordering::SeqCst);
        assert!(all, "a living owner's lock was swept");
    });
    assert_eq!(place.locks(), [""; 0]);
}
