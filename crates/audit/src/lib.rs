//! The audit log as bytes: what an entry says, in the words of the Open Cybersecurity Schema Framework; how entries are
//! exported, how a log is verified, who signs its checkpoints, and what retention may drop.
//!
//! Pure: nothing here reads a file, a clock or a store, so that whoever has an export and a public key can check all of it.

mod body;
mod csv_export;
mod encode;
mod entry;
mod export;
mod findings;
mod kept;
mod keys;
mod ocsf;
mod retention;
mod verify;
mod verify_export;

pub use csv_export::CsvExport;
pub use encode::Encoded;
pub use entry::{Entry, Resource};
pub use export::{ExportFault, ExportLine, ExportReader, Header, MAX_LINE_BYTES, entry_line};
pub use findings::{Finding, MOST_FINDINGS, Report};
pub use kept::{Columns, Kept};
pub use keys::{KeyFault, KnownKey, KnownKeys, SigningKeys, private_key_line};
pub use retention::{Dropped, MOST_RANGES, Ranges};
pub use verify::{Anchor, Examination};
pub use verify_export::{ExportVerdict, verify_export};
