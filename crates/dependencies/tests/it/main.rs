//! What a tree of files depends on.
#![allow(clippy::unwrap_used, reason = "tests")]

mod inventory;
mod javascript;
mod lockfiles;
mod others;
mod python;
mod sboms;
mod tree;
mod upgrade;
