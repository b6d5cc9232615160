//! Measurements, for a release build: `cargo test --release -p store speed -- --ignored --nocapture`.

use std::thread;
use std::time::{Duration, Instant};

use crate::fixture::{Place, entry, finished, new_project, start, started};

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

fn timed<T>(work: impl FnOnce() -> T) -> (Duration, T) {
    let before = Instant::now();
    let result = work();
    (before.elapsed(), result)
}

#[test]
#[ignore = "a measurement, not a test"]
fn opening() {
    let cold = (0..50).map(|_| {
        let place = Place::on_disk();
        timed(|| place.open()).0
    });
    println!("open, new store: {:?}", median(cold.collect()));
    let place = Place::on_disk();
    let store = place.open();
    (0..1000).for_each(|_| drop(start(&store, "owner")));
    let beside = (0..200).map(|_| timed(|| place.open()).0);
    println!("open, beside another process: {:?}", median(beside.collect()));
    drop(store);
    let (mut opened, mut listed, mut closed) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..200 {
        let (time, store) = timed(|| place.open());
        opened.push(time);
        listed.push(timed(|| store.projects(None, 20, None).unwrap()).0);
        closed.push(timed(|| drop(store)).0);
    }
    println!("open, alone: {:?}; list 20: {:?}; close: {:?}", median(opened), median(listed), median(closed));
}

#[test]
#[ignore = "a measurement, not a test"]
fn writing() {
    let place = Place::on_disk();
    let store = place.open();
    start(&store, "owner");
    let alone = (0..500).map(|_| timed(|| start(&store, "owner")).0);
    println!("one commit: {:?}", median(alone.collect()));
    for threads in [1, 4, 16, 64] {
        let each = 4000 / threads;
        let (time, ()) = timed(|| {
            thread::scope(|scope| {
                for _ in 0..threads {
                    scope.spawn(|| (0..each).for_each(|_| drop(start(&store, "owner"))));
                }
            });
        });
        println!("{threads} callers: {:.0} starts/s", 4000.0 / time.as_secs_f64());
    }
    let whole = (0..50).map(|_| {
        timed(|| {
            let store = place.open();
            let new = new_project("owner");
            store.start_project(&new, &started(&new.id), &entry()).unwrap();
            store.finish_project(&new.id, None, &finished(&new.id), &entry()).unwrap();
        })
        .0
    });
    println!("open, start, finish, close beside another: {:?}", median(whole.collect()));
    drop(store);
    let whole = (0..50).map(|_| {
        timed(|| {
            let store = place.open();
            let new = new_project("owner");
            store.start_project(&new, &started(&new.id), &entry()).unwrap();
            store.finish_project(&new.id, None, &finished(&new.id), &entry()).unwrap();
        })
        .0
    });
    println!("open, start, finish, close alone: {:?}", median(whole.collect()));
}
