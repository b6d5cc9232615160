//! Real programs, started as the product starts them.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests fail by panicking")]

#[cfg(test)]
mod bounds;
#[cfg(test)]
mod given;
#[cfg(test)]
mod groups;
#[cfg(test)]
mod programs;
#[cfg(target_os = "linux")]
#[cfg(test)]
mod replacing;
#[cfg(test)]
mod resources;
#[cfg(test)]
mod shell;
