//! A log examined: whatever is done to it is found, and nothing is found in one that nobody touched.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

mod exports;
mod log;
mod tampered;

/// Whether the long forms of the tests were asked for.
fn long() -> bool {
    std::env::var("SMART_BEGIN_LONG").is_ok_and(|value| value == "1")
}
