//! The record of background jobs: the last run of each, and that only who began it ends it.

use store::{JobStart, Store};

use crate::fixture::{Place, entry};

fn begin(store: &Store, name: &str, at_ms: i64, by: &str) {
    store.job_started(&JobStart { name: name.to_owned(), at_ms, by: by.to_owned() }).unwrap();
}

#[test]
fn the_last_run_of_each_job_is_on_record() {
    let place = Place::new();
    let (store, other) = (place.open(), place.open());
    begin(&store, "rotation", 100, "smart-begin");
    let running = &store.job_runs().unwrap()[0];
    assert_eq!((running.started_ms, running.ended_ms, running.alive), (100, None, true));
    other.job_ended("rotation", "done", None, 150, None).unwrap();
    assert_eq!(store.job_runs().unwrap()[0].ended_ms, None, "another process did not run it");
    store.job_ended("rotation", "done", None, 160, Some(900)).unwrap();
    begin(&other, "rotation", 200, "ada");
    assert!(store.job_runs().unwrap()[0].alive, "seen from another process");
    let long = "x".repeat(5_000);
    other.job_ended("rotation", "failed", Some(("unavailable", &long)), 260, None).unwrap();
    begin(&store, "advisories", 300, "smart-begin");
    let [advisories, rotation] = &store.job_runs().unwrap()[..] else { panic!("two jobs") };
    assert_eq!((advisories.name.as_str(), rotation.name.as_str()), ("advisories", "rotation"));
    assert_eq!((rotation.ended_ms, rotation.last_done_ms, rotation.next_due_ms), (Some(260), Some(160), None));
    assert_eq!(
        (rotation.error.as_deref(), rotation.message.as_ref().map(String::len)),
        (Some("unavailable"), Some(1000))
    );
    assert_eq!(rotation.ran_by, "ada");
    begin(&other, "rotation", 400, "ada");
    drop(other);
    let broken_off = &store.job_runs().unwrap()[1];
    assert_eq!((broken_off.ended_ms, broken_off.alive), (None, false));
    store.erase_person("ada", "ada", "erased", 1, &entry()).unwrap();
    assert_eq!(store.job_runs().unwrap()[1].ran_by, "erased");
}
