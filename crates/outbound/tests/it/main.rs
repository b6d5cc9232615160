//! Requests that really leave: over sockets of this machine, with TLS and without.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on has failed")]
#![allow(clippy::disallowed_methods, reason = "tests write files")]

mod bounds;
mod peer;
mod places;
mod tokens;
