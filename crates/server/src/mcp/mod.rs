//! The Model Context Protocol: one file a tool, a prompt, a family of resources. `handler` says which answers what;
//! `envelope` is what every call gets.

mod arguments;
mod blocking;
mod cache;
mod check_project;
mod completion;
mod envelope;
mod fix_vulnerabilities;
mod handler;
mod malformed;
mod questions;
mod reply;
mod resources;
mod schema;
mod smart_begin;
mod start_a_project;
mod summary;

pub(crate) use envelope::{Envelope, VERSIONS};
pub(crate) use handler::Handler;
