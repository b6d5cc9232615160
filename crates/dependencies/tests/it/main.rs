//! What a tree of files depends on.
#![allow(clippy::unwrap_used, reason = "tests")]
#![allow(clippy::disallowed_methods, reason = "tests write files and start programs")]
#![allow(clippy::print_stdout, reason = "comparisons tell their figures")]

mod advisories;
mod corpora;
mod differences;
mod hostile;
mod inventory;
mod javascript;
mod lockfiles;
mod other_ecosystems;
mod others;
mod python;
mod python_corpus;
mod sboms;
mod tree;
mod upgrade;
mod version_order;
mod version_properties;
