//! What lies between those who log and the thread that writes.

use std::io;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize};
use std::sync::mpsc::SyncSender;

use super::counts::LogCounts;
use crate::Error;

/// What the queue holds.
pub(super) enum Item {
    /// A line with its end.
    Line(Vec<u8>),
    /// Whoever waits for this has its lines written.
    Done(SyncSender<()>),
}

/// What both ends of the queue know.
#[derive(Debug, Default)]
pub(super) struct State {
    /// Bytes that wait.
    pub(super) waiting: AtomicUsize,
    /// Lines that did not fit since the last that did.
    pub(super) lost: AtomicU64,
    /// The end.
    pub(super) stop: AtomicBool,
    pub(super) counts: LogCounts,
}

pub(super) fn no_thread(cause: io::Error) -> Error {
    Error::of_system(
        "No thread could be started for the log files.",
        "Raise the limit of threads, or free memory.",
        cause,
    )
}
