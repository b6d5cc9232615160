//! The secrets engine against its rules, hostile input and the clock.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]
#![allow(clippy::disallowed_methods, reason = "tests write what is scanned")]

mod analysis;
mod engines;
mod history;
mod repository;
mod secrets;
