//! The files that a check looks at: of a folder as git tracks them, staged, changed, in history, or in memory.
//!
//! A scanned tree is written by others, and may change while it is looked at. No link is followed at any part of a path,
//! nothing but regular files is opened, names that are no UTF-8 are shown escaped, and everything has a limit. A repository is
//! read by this crate alone: nothing in it is ever run, and it cannot lead to another.

mod changed;
mod checked_out;
mod commits;
mod error;
mod file;
mod folder;
mod history;
mod ignores;
mod index;
mod lines;
mod name;
mod objects;
mod open;
mod refs;
mod repository;
mod tree;

pub use changed::AddedLines;
pub use checked_out::checked_out;
pub use error::Error;
pub use file::{SourceFile, Unreadable};
pub use folder::{Bounds, Selection};
pub use history::{Brought, History, HistoryBlob, HistoryReader, Pending, Portion};
pub use name::shown_name;
pub use tree::{Changed, SourceTree};
