//! Group commit: requests that wait for the disk together are flushed together, and fail alone.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use crate::fixture::{Place, entry, new_project, start, started};

/// The transactions in the log: each ends with a frame that tells the size of the database (SQLite's file format).
pub(crate) fn commits_in_log(place: &Place) -> usize {
    const LOG_HEADER: usize = 32;
    const FRAME_HEADER: usize = 24;
    let log = std::fs::read(place.log()).unwrap();
    let word = |at: usize| u32::from_be_bytes(log[at..at + 4].try_into().unwrap());
    let frame = FRAME_HEADER + usize::try_from(word(8)).unwrap();
    let salt = &log[16..24];
    let current = |at: &usize| log[at + 8..at + 16] == *salt;
    (LOG_HEADER..log.len()).step_by(frame).take_while(current).filter(|at| word(at + 4) != 0).count()
}

#[test]
fn requests_that_wait_together_are_one_transaction() {
    let place = Place::on_disk();
    let store = place.open();
    let taken = start(&store, "owner");
    let before = commits_in_log(&place);
    let blocker = place.sql();
    blocker.execute_batch("BEGIN IMMEDIATE").unwrap();
    let done = AtomicUsize::new(0);
    thread::scope(|scope| {
        for number in 0..40 {
            let (store, taken, done) = (&store, &taken, &done);
            scope.spawn(move || {
                let mut new = new_project("owner");
                if number % 4 == 0 {
                    new.id = taken.id.clone();
                }
                let result = store.start_project(&new, &started(&new.id), &entry());
                assert_eq!(result.is_err(), number % 4 == 0, "a request fails alone");
                done.fetch_add(1, Ordering::SeqCst);
            });
        }
        thread::sleep(Duration::from_millis(500));
        assert_eq!(done.load(Ordering::SeqCst), 0, "nothing is acknowledged before it is committed");
        blocker.execute_batch("ROLLBACK").unwrap();
    });
    let commits = commits_in_log(&place) - before;
    assert!((1..=3).contains(&commits), "{commits} transactions for 30 projects");
    assert_eq!(store.projects(None, 100, None).unwrap().len(), 31);
}

#[test]
fn a_request_alone_is_a_transaction_alone() {
    let place = Place::on_disk();
    let store = place.open();
    start(&store, "owner");
    let before = commits_in_log(&place);
    for _ in 0..10 {
        start(&store, "owner");
    }
    assert_eq!(commits_in_log(&place) - before, 10);
}

#[test]
fn a_log_is_left_behind_only_while_it_is_short() {
    let place = Place::on_disk();
    let length = || std::fs::metadata(place.log()).unwrap().len();
    let project = start(&place.open(), "owner");
    assert!((1..=256 * 1024).contains(&length()), "{}", length());
    let store = place.open();
    assert!(store.project(&project.id).unwrap().is_some());
    for _ in 0..60 {
        start(&store, "owner");
    }
    assert!(length() > 256 * 1024);
    drop(store);
    assert_eq!(length(), 0);
    assert_eq!(place.open().projects(None, 100, None).unwrap().len(), 61);
}
