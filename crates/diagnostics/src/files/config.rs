//! How logs are kept.

use std::path::PathBuf;
use std::time::Duration;

use crate::Error;

/// Where log files are and how long they stay.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogConfig {
    /// The folder, of its own: nobody but its owner may write there. It is made where there is none.
    pub folder: PathBuf,
    /// A file of this many bytes is closed.
    pub rotate_bytes: u64,
    /// A file this old is closed.
    pub rotate_age: Duration,
    /// All files together: beyond this many bytes the oldest closed ones are removed.
    pub keep_bytes: u64,
    /// A closed file whose last line is this old is removed.
    pub keep_age: Duration,
    /// What the logs leave free on their disk, in bytes: they are never what takes the store its room.
    pub spare_bytes: u64,
    /// Lines that wait to be written; more are dropped and counted.
    pub queue_lines: usize,
    /// Bytes of lines that wait to be written; more are dropped and counted.
    pub queue_bytes: usize,
}

impl LogConfig {
    /// The defaults: files of 16 MiB or a day, 1 GiB or 30 days of them, 64 MiB left free, 8,192 lines or 8 MiB waiting.
    #[must_use]
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self {
            folder: folder.into(),
            rotate_bytes: 16 << 20,
            rotate_age: Duration::from_secs(86_400),
            keep_bytes: 1 << 30,
            keep_age: Duration::from_secs(30 * 86_400),
            spare_bytes: 64 << 20,
            queue_lines: 8_192,
            queue_bytes: 8 << 20,
        }
    }

    /// Refuses what makes no sense together.
    pub(crate) fn check(&self) -> Result<(), Error> {
        let largest = 1 << 30;
        if self.rotate_bytes == 0 || self.rotate_bytes > largest {
            return Err(Error::of_field(
                "rotate_bytes",
                "Log files can be closed at 1 byte to 1 GiB.",
                "Give a size in between; 16 MiB is usual.",
            ));
        }
        if self.keep_bytes < self.rotate_bytes {
            return Err(Error::of_field(
                "keep_bytes",
                "All log files together may not be smaller than a single one.",
                "Keep more, or close files earlier.",
            ));
        }
        if self.rotate_age.is_zero() || self.keep_age.is_zero() || self.queue_lines == 0 || self.queue_bytes == 0 {
            return Err(Error::of_field(
                "folder",
                "Ages and the queue of log files cannot be zero.",
                "Give at least one second, one line and one byte.",
            ));
        }
        Ok(())
    }
}
