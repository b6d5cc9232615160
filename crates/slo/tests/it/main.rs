//! The file, the evaluator beside the real Prometheus, who is told what, and everything that is made of the file.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::disallowed_methods, reason = "tests")]

mod equivalence;
mod evaluator;
mod file;
mod generated;
mod notifier;
mod tools;
