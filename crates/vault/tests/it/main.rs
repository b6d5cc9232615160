//! The vault as its callers use it, with real files and a real OpenBao.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on has failed")]
#![allow(clippy::disallowed_methods, reason = "tests start real programs and prepare files as anybody would")]

mod bao_server;
mod canary;
mod dot_env;
mod fake_server;
mod generators;
mod given;
#[cfg(unix)]
mod key_files;
#[cfg(target_os = "linux")]
mod memory;
mod sealing;
mod transit;
mod transit_refusals;
