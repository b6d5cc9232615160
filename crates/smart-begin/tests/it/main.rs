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
mod analyze;
mod audit_commands;
mod audit_crash;
mod audit_delivery;
mod audit_files;
mod audit_flood;
mod audit_independent;
mod audit_log;
mod audit_tampering;
mod audit_walk;
mod bad_input;
mod bad_names;
mod bad_store;
mod bad_target;
mod canary;
mod canary_checks;
mod canary_search;
mod canary_secrets;
mod canary_server;
mod certificates;
mod cli;
mod clients;
mod commit_hook;
mod compliance;
mod compliance_profile;
mod config_bao;
mod config_docs;
mod config_faults;
mod config_files;
mod config_layers;
mod config_reload;
mod config_rules;
mod config_secrets;
mod configured;
mod conformance;
mod connect;
mod crash;
mod dashboard;
mod determinism;
mod disks;
mod faults;
mod fix;
mod graders;
mod hostile_files;
mod hostile_trees;
mod json_rpc;
mod listener;
mod logs;
mod openapi;
mod processes;
mod program;
mod projects;
mod random;
mod refusal;
mod role_dashboard;
mod role_http;
mod role_walk;
mod role_world;
mod rotation_crash;
mod rotation_docs;
mod run;
mod sbom;
mod secret_canary;
mod secret_crash;
mod secret_import;
mod secret_keys;
mod secret_terminal;
mod secrets;
mod secrets_docs;
mod sign_in_clients;
mod stdio;
mod stdio_paths;
mod strace;
mod terminal;
mod tokens;
mod tree;
mod walk;
