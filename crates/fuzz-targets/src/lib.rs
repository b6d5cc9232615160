//! What is fuzzed: each parser of what others write, as a function that takes any bytes and may return nothing but at once.
//!
//! `cargo xtask fuzz` links this with libFuzzer. Everywhere else it is plain Rust: the tests run every target on its seeds and
//! on seeds that were cut and bent, so that a target cannot go stale.
#![allow(clippy::disallowed_methods, reason = "it writes the seeds of a run, beneath the build folder")]

pub mod seeds;
mod target;
mod targets;

pub use target::Target;
pub use targets::{PLANTED, TARGETS};

/// The target of this name.
#[must_use]
pub fn target(name: &str) -> Option<&'static Target> {
    TARGETS.iter().chain([&PLANTED]).find(|target| target.name == name)
}
