//! The tests of the whole service: in this process through the router, and as a process of its own.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test stops at the first surprise"
)]

mod app;
mod auth;
mod config;
mod headers;
mod health;
mod limits;
mod logs;
mod notes;
mod problems;
mod process;
mod running;
