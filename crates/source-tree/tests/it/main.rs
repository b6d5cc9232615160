//! What this crate promises, seen from outside.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::disallowed_methods,
    reason = "a test that fails should stop where it fails"
)]

mod changes;
mod folders;
mod git;
#[cfg(unix)]
mod hostile;

use source_tree::SourceTree;

fn names(tree: &SourceTree) -> Vec<&str> {
    tree.files().iter().map(|file| file.name.as_str()).collect()
}

fn told(tree: &SourceTree) -> String {
    tree.unreadable().iter().map(|told| format!("{}: {}\n", told.name, told.why)).collect()
}
