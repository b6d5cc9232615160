//! Path confinement and all-or-nothing folders, on a real file system.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]
#![cfg(unix)]
#![allow(clippy::disallowed_methods, reason = "tests prepare files as anybody would")]

mod confinement;
mod staging;
