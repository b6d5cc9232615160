//! Looks for lines in the log files, compressed ones too. Whatever stands in them is what somebody could make the program say,
//! so nothing in a file is trusted: a line that cannot be read is counted, never fatal, and memory does not grow with them.

mod engine;
mod filter;
mod follow;
mod lines;
mod merge;
mod newest;
mod record;
mod show;
mod source;
mod summary;

pub use engine::{Order, Query, run};
pub use filter::{Filter, Wanted};
pub use follow::Follower;
pub use record::Record;
pub use show::{json_line, text_line, visible};
pub use summary::Summary;
