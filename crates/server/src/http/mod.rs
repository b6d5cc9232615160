//! MCP over Streamable HTTP, stateless, on this machine only.

mod client;
mod downloads;
mod gate;
mod limits;
mod listen;
mod names;
mod outer;
mod problem;
mod ready;
mod router;
mod serve;
mod sign_in;

pub(crate) use client::ClientAddress;
pub(crate) use serve::{serve, serve_handler};
