//! Whether the program is well: parts, each with a reason in plain words and what to do. What measures (`disk_space`, `file_time`,
//! `ClockReading`) is apart from what judges, so that every judgement can be shown with made-up values.

mod judge;
mod measure;
mod part;

pub use judge::{advisories, clock, disk, keys, migrations, store};
pub use measure::{Clock, ClockReading, DiskSpace, disk_space, file_time};
pub use part::{Health, Part, Status};
