//! A check of many cases, a few at a time, that goes on to the end and returns all that is wrong.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// Runs `check` on every item, a few at a time, and returns what it complains of.
pub(crate) fn complaints<T: Sync>(items: &[T], check: impl Fn(&T) -> Option<String> + Sync) -> Vec<String> {
    let (next, found) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    let workers = thread::available_parallelism().map_or(2, usize::from).min(8);
    thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                while let Some(item) = items.get(next.fetch_add(1, Ordering::Relaxed)) {
                    if let Some(complaint) = check(item) {
                        found.lock().unwrap().push(complaint);
                    }
                }
            });
        }
    });
    found.into_inner().unwrap()
}
