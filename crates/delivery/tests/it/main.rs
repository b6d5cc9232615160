//! Deliveries to real receivers: folders, an S3 server, rsyslog, HTTPS servers.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on has failed")]
#![allow(clippy::disallowed_methods, reason = "tests write files and start programs")]

mod authority;
mod bucket;
mod folder;
mod json_lines;
#[cfg(unix)]
mod rsyslog;
mod s3;
mod samples;
mod syslog;
#[cfg(unix)]
mod syslog_to_rsyslog;
mod web;
mod webhook;
