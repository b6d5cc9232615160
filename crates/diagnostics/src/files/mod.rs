//! Logs on disk: one file after the other, each process its own, closed ones compressed, old ones removed.
//!
//! Each process writes files of its own names instead of appending to a shared one. So no two processes can mix half lines
//! when the disk is full, nobody has to agree on when a file is closed, and no file that was there before is ever opened for
//! writing, which leaves nothing for a planted link to win. A file is locked while it is written; what is not locked was
//! closed, or left by a process that died, and whoever comes next compresses it.

mod active;
mod config;
mod counts;
pub(crate) mod folder;
mod keeper;
pub(crate) mod line_limit;
pub(crate) mod name;
mod queue;
mod sink;
mod worker;

pub use config::LogConfig;
pub use counts::{LogCounts, Loss};
pub use keeper::{Tidied, tidy};
pub use sink::{LogFiles, LogLines};
