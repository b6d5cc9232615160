//! The thread that writes. It takes what waits in one go, so that a burst costs few calls.

use std::sync::atomic::Ordering;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender};
use std::time::Duration;

use super::active::Active;
use super::line_limit;
use super::queue::{Item, State};

/// Bytes that are written in one go.
const BATCH: usize = 64 << 10;

/// How often an idle log looks whether its file is old enough to be closed.
const TICK: Duration = Duration::from_secs(1);

/// Writes until the end; wakes the keeper whenever a file was closed.
pub(super) fn run(items: &Receiver<Item>, mut active: Active, state: &State, wake: &SyncSender<()>) {
    let mut batch = Vec::with_capacity(BATCH);
    loop {
        let mut waiting = Vec::new();
        let closed = match items.recv_timeout(TICK) {
            Ok(first) => {
                let mut next = Some(first);
                while let Some(item) = next {
                    match item {
                        Item::Line(line) => take(&mut batch, line, state),
                        Item::Done(done) => waiting.push(done),
                    }
                    next = if batch.len() < BATCH { items.try_recv().ok() } else { None };
                }
                let closed = active.write(&batch, state.lost.swap(0, Ordering::AcqRel));
                batch.clear();
                closed
            }
            Err(RecvTimeoutError::Timeout) => active.close_if_due(),
            Err(RecvTimeoutError::Disconnected) => return,
        };
        for done in waiting {
            let _ = done.try_send(());
        }
        if closed {
            // One that is awake already needs no second call.
            let _ = wake.try_send(());
        }
        if state.stop.load(Ordering::Acquire) {
            return;
        }
    }
}

fn take(batch: &mut Vec<u8>, line: Vec<u8>, state: &State) {
    state.waiting.fetch_sub(line.len(), Ordering::AcqRel);
    match line_limit::shorten(&line) {
        Some(short) => batch.extend_from_slice(&short),
        None => batch.extend_from_slice(&line),
    }
}
