//! A channel with a bound that takes room for what waits in it, and no more: that of the library keeps the room for all it
//! may ever hold, which was 4 MB of every server at rest and a millisecond before the first answer.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::Duration;

/// Puts into the queue.
pub(super) struct Inlet<T> {
    sender: mpsc::Sender<T>,
    waiting: Arc<AtomicUsize>,
    most: usize,
}

/// Takes out of the queue.
pub(super) struct Outlet<T> {
    receiver: mpsc::Receiver<T>,
    waiting: Arc<AtomicUsize>,
}

/// A queue in which `most` may wait.
pub(super) fn queue<T>(most: usize) -> (Inlet<T>, Outlet<T>) {
    let (sender, receiver) = mpsc::channel();
    let waiting = Arc::new(AtomicUsize::new(0));
    (Inlet { sender, waiting: Arc::clone(&waiting), most }, Outlet { receiver, waiting })
}

impl<T> Inlet<T> {
    /// Puts it in, where there is room and somebody to take it out. Whether it did.
    pub(super) fn offer(&self, item: T) -> bool {
        self.waiting.load(Ordering::Relaxed) < self.most && self.put(item)
    }

    /// Puts it in, room or not. Whether there is somebody to take it out.
    pub(super) fn put(&self, item: T) -> bool {
        // Before it is there: who takes it out counts down.
        self.waiting.fetch_add(1, Ordering::Relaxed);
        self.sender.send(item).is_ok()
    }
}

impl<T> Outlet<T> {
    /// Waits for the next: so long, or as long as it takes.
    pub(super) fn next(&self, patience: Option<Duration>) -> Result<T, RecvTimeoutError> {
        let next = match patience {
            Some(patience) => self.receiver.recv_timeout(patience),
            None => self.receiver.recv().map_err(|_| RecvTimeoutError::Disconnected),
        };
        next.inspect(|_| {
            self.waiting.fetch_sub(1, Ordering::Relaxed);
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_taken_out_makes_room() {
        let (inlet, outlet) = queue(2);
        assert_eq!([inlet.offer(1), inlet.offer(2), inlet.offer(3)], [true, true, false]);
        assert!(inlet.put(4), "what cannot be left out goes in all the same");
        assert!([outlet.next(None), outlet.next(None)] == [Ok(1), Ok(2)] && inlet.offer(5));
        assert_eq!([outlet.next(None), outlet.next(None)], [Ok(4), Ok(5)]);
        assert_eq!(outlet.next(Some(Duration::ZERO)), Err(RecvTimeoutError::Timeout));
        drop(outlet);
        assert!(!inlet.offer(6));
    }
}
