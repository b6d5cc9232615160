//! What a tree of files depends on.
#![allow(clippy::unwrap_used, clippy::disallowed_methods, clippy::print_stdout, reason = "tests")]

mod corpora;
mod differences;
mod inventory;
mod javascript;
mod lockfiles;
mod others;
mod python;
mod python_corpus;
mod sboms;
mod tree;
mod upgrade;
