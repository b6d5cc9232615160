//! The audit log as bytes: what an entry says, in the words of the Open Cybersecurity Schema Framework.
//!
//! Pure: nothing here reads a file, a clock or a store.

mod entry;
mod ocsf;

pub use entry::{Encoded, Entry, Resource, Unreadable, read_columns};
