//! Where a connection is between its requests: shared by the service, which sees them begin, and the stream, which sees
//! their answers leave.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use super::connections::Place;

const WAITING: u8 = 0;
const ANSWERING: u8 = 1;
const ANSWERED: u8 = 2;

/// The state of one connection.
pub(crate) struct Flow {
    state: AtomicU8,
    place: Place,
}

/// Lives as long as an answer is being made.
pub(crate) struct Answering(Arc<Flow>);

impl Flow {
    pub(crate) fn new(place: Place) -> Arc<Self> {
        Arc::new(Self { state: AtomicU8::new(WAITING), place })
    }

    /// A request has been read and is being answered until what this returns is dropped.
    pub(crate) fn begin(self: &Arc<Self>) -> Answering {
        self.place.busy();
        self.state.store(ANSWERING, Ordering::Release);
        Answering(Arc::clone(self))
    }

    /// Everything that was to be written has been. True when that ended an answer.
    pub(crate) fn flushed(&self) -> bool {
        let ended = self.state.compare_exchange(ANSWERED, WAITING, Ordering::AcqRel, Ordering::Relaxed).is_ok();
        if ended {
            self.place.idle();
        }
        ended
    }

    /// No request has been read that is not answered.
    pub(crate) fn is_waiting(&self) -> bool {
        self.state.load(Ordering::Acquire) == WAITING
    }

    /// Waits until the connection has to make way for another.
    pub(crate) async fn told_to_leave(&self) {
        self.place.told_to_leave().await;
    }
}

impl Drop for Answering {
    fn drop(&mut self) {
        self.0.state.store(ANSWERED, Ordering::Release);
    }
}
