//! Hands the caller's wish to stop on to work that looks at a flag.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::Duration;

use crate::services::Watch;

/// How often the caller is asked.
const EVERY: Duration = Duration::from_millis(50);

/// Runs `work` with a flag that is set once the caller gave up.
pub(crate) fn with_flag<T>(watch: &dyn Watch, work: impl FnOnce(&AtomicBool) -> T) -> T {
    let flag = AtomicBool::new(watch.cancelled());
    let (done, ended) = mpsc::channel::<()>();
    std::thread::scope(|scope| {
        let flag = &flag;
        scope.spawn(move || {
            while ended.recv_timeout(EVERY) == Err(RecvTimeoutError::Timeout) {
                if watch.cancelled() {
                    flag.store(true, Ordering::Relaxed);
                }
            }
        });
        let answer = work(flag);
        drop(done);
        answer
    })
}
