//! What is counted of log files: also what was lost, since a log that loses lines unseen is worse than none.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Why lines were lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Loss {
    /// More lines waited than the queue takes.
    Queue,
    /// They could not be written: the disk is full, or does not let us.
    Disk,
}

/// Counters of log files; clones count together. All grow from zero at the start of the process.
#[derive(Clone, Debug, Default)]
pub struct LogCounts(Arc<Counters>);

#[derive(Debug, Default)]
struct Counters {
    lines: AtomicU64,
    bytes: AtomicU64,
    dropped_queue: AtomicU64,
    dropped_disk: AtomicU64,
    removed: AtomicU64,
    failures: AtomicU64,
}

impl LogCounts {
    /// Lines that were written.
    #[must_use]
    pub fn lines(&self) -> u64 {
        self.0.lines.load(Ordering::Relaxed)
    }

    /// Bytes that were written, before compression.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.0.bytes.load(Ordering::Relaxed)
    }

    /// Lines that were lost.
    #[must_use]
    pub fn dropped(&self, why: Loss) -> u64 {
        self.of(why).load(Ordering::Relaxed)
    }

    /// Files that were removed because they were old or too many.
    #[must_use]
    pub fn removed(&self) -> u64 {
        self.0.removed.load(Ordering::Relaxed)
    }

    /// How often a folder could not be tidied up, or a file not be compressed.
    #[must_use]
    pub fn failures(&self) -> u64 {
        self.0.failures.load(Ordering::Relaxed)
    }

    fn of(&self, why: Loss) -> &AtomicU64 {
        match why {
            Loss::Queue => &self.0.dropped_queue,
            Loss::Disk => &self.0.dropped_disk,
        }
    }

    pub(crate) fn wrote(&self, lines: u64, bytes: u64) {
        self.0.lines.fetch_add(lines, Ordering::Relaxed);
        self.0.bytes.fetch_add(bytes, Ordering::Relaxed);
    }

    pub(crate) fn lost(&self, why: Loss, lines: u64) {
        self.of(why).fetch_add(lines, Ordering::Relaxed);
    }

    pub(crate) fn tidied(&self, removed: u64, failures: u64) {
        self.0.removed.fetch_add(removed, Ordering::Relaxed);
        self.0.failures.fetch_add(failures, Ordering::Relaxed);
    }
}
