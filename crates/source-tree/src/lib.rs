//! The files that a check looks at: of a folder, as git tracks them, or in memory.
//!
//! A scanned tree is written by others, and may change while it is looked at. No link is followed, nothing but regular files is
//! opened, names that are no UTF-8 are shown escaped, and every read has a limit.

mod error;
mod file;
mod folder;
mod open;
mod tree;

pub use error::Error;
pub use file::{SourceFile, shown_name};
pub use folder::Selection;
pub use tree::{SourceTree, Unreadable};
