//! The real program, from outside: what it answers, what it leaves on the disk, and what it survives.
//!
//! `SMART_BEGIN_LONG=1` runs the long forms: every step of a walk instead of some, and more processes.
#![cfg(unix)]
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "the tests start programs, make files of their own, and fail by panicking"
)]

#[cfg(test)]
mod bad_input;
#[cfg(test)]
mod bad_names;
#[cfg(test)]
mod bad_store;
#[cfg(test)]
mod bad_target;
#[cfg(test)]
mod certificates;
#[cfg(test)]
mod cli;
#[cfg(test)]
mod clients;
#[cfg(test)]
mod config_docs;
#[cfg(test)]
mod config_faults;
#[cfg(test)]
mod config_files;
#[cfg(test)]
mod config_layers;
#[cfg(test)]
mod config_reload;
#[cfg(test)]
mod config_rules;
#[cfg(test)]
mod config_secrets;
#[cfg(test)]
mod configured;
#[cfg(test)]
mod conformance;
#[cfg(test)]
mod connect;
#[cfg(all(test, target_os = "linux"))]
mod crash;
#[cfg(test)]
mod dashboard;
#[cfg(test)]
mod determinism;
#[cfg(all(test, target_os = "linux"))]
mod disks;
#[cfg(all(test, target_os = "linux"))]
mod faults;
#[cfg(test)]
mod graders;
#[cfg(test)]
mod json_rpc;
#[cfg(test)]
mod listener;
#[cfg(test)]
mod processes;
#[cfg(test)]
mod program;
#[cfg(test)]
mod projects;
#[cfg(test)]
mod random;
#[cfg(test)]
mod refusal;
#[cfg(test)]
mod role_http;
#[cfg(test)]
mod role_walk;
#[cfg(test)]
mod role_world;
#[cfg(test)]
mod stdio;
#[cfg(test)]
mod stdio_paths;
#[cfg(all(test, target_os = "linux"))]
mod strace;
#[cfg(all(test, target_os = "linux"))]
mod terminal;
#[cfg(test)]
mod tokens;
#[cfg(test)]
mod tree;
#[cfg(test)]
mod walk;
