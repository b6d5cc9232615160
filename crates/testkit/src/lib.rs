//! What the tests of several crates need: finding tools, temporary folders, running programs with a time limit.
//!
//! A test that cannot run here says so and returns; `REQUIRE_ALL=1` makes that a failure. Only tests use this crate.
#![allow(
    clippy::print_stdout,
    clippy::panic,
    clippy::expect_used,
    reason = "a failing test is the way this crate reports a fault"
)]
#![allow(clippy::disallowed_methods, reason = "tests start real programs")]

#[cfg(unix)]
mod keycloak;
#[cfg(unix)]
mod oidc_provider;
#[cfg(unix)]
mod postgres;
mod run;
mod skip;
mod tools;

#[cfg(unix)]
pub use keycloak::Keycloak;
#[cfg(unix)]
pub use oidc_provider::OidcProvider;
#[cfg(unix)]
pub use postgres::Postgres;
pub use run::{Outcome, Run};
pub use skip::{not_run, skip};
pub use tempfile::TempDir;
pub use tools::{built, example, node_modules, path, release_binary, shared, tool, workspace};

/// A new empty folder, removed when the value is dropped.
///
/// # Panics
/// When the system gives no temporary folder.
#[must_use]
pub fn folder() -> TempDir {
    tempfile::tempdir().expect("a temporary folder")
}
