//! What a search tells besides what it found.

use std::time::{Duration, SystemTime};

use jiff::Timestamp;

/// How far the times in a file may be from those of its name and its last change: lines wait before they are written, and
/// clocks are set.
pub(crate) const SLACK: Duration = Duration::from_secs(3_600);

/// What a search looked at.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Summary {
    /// Files that were read.
    pub files: u64,
    /// Lines that were read.
    pub lines: u64,
    /// Lines that were shown.
    pub shown: u64,
    /// Lines that could not be read: damaged, cut off or too long.
    pub damaged_lines: u64,
    /// Files that could not be read to their end.
    pub damaged_files: u64,
    /// Whether there may be more lines than were shown.
    pub more: bool,
    /// Whether so many files overlap that lines may be out of order.
    pub out_of_order: bool,
}

/// The last time that a line of a file may have which was last changed then.
pub(crate) fn after_slack(modified: SystemTime) -> Timestamp {
    Timestamp::try_from(modified).and_then(|at| at.checked_add(SLACK)).unwrap_or(Timestamp::MAX)
}
