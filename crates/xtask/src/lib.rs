//! The chores behind `cargo xtask`, as a library so that their tests can call them.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "these are commands; printing is what they are for")]
#![allow(clippy::disallowed_methods, reason = "its job is to run tools and to write reports under target")]

pub mod access_table;
pub mod alerts;
#[cfg(unix)]
pub mod bench;
pub mod compliance;
pub mod coverage;
#[cfg(unix)]
pub mod fuzz;
pub mod repository;
pub mod scorecard;
pub mod syntax;
pub mod tidy;
mod tool;

use std::fmt::Display;

/// Why a command failed, as the sentence to print.
#[derive(Debug)]
pub struct Failure(pub String);

impl Failure {
    /// `what` failed because of `why`.
    pub fn because(what: impl Display, why: impl Display) -> Self {
        Self(format!("{what}: {why}"))
    }
}
