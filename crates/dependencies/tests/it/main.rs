//! What a tree of files depends on.
#![allow(clippy::unwrap_used, reason = "tests")]

mod inventory;
mod lockfiles;
mod tree;
mod upgrade;
