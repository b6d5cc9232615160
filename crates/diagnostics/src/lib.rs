//! What the program says of itself, kept and made sense of: log files and the search in them, groups of errors, levels that
//! change while it runs, availability from heartbeats, and the report on its health.
//!
//! Nothing here knows the store or the network. What measures is apart from what judges, so that every judgement is a
//! function of plain values.

mod availability;
mod error;
mod errors;
mod files;
mod health;
mod levels;
mod query;
mod watch;

pub use availability::{Availability, Beat, Coverage, Outage, Rules, Span, availability};
pub use error::Error;
pub use errors::{BOOK, ErrorBook, ErrorGroup, ErrorLayer, Groups, Occurrence, Sample, template};
pub use files::{LogConfig, LogCounts, LogFiles, LogLines, Loss, Tidied, tidy};
pub use health::{
    Clock, ClockReading, DiskSpace, Health, Part, Status, advisories, clock, disk, disk_space, file_time, keys,
    migrations, store,
};
pub use levels::{Levels, LevelsInUse, Wish, check_directives};
pub use query::{Filter, Follower, Order, Query, Record, Summary, Wanted, json_line, run, text_line, visible};
pub use watch::{Watch, end_wish, put_wish, wish_in};
