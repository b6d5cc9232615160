//! MCP over Streamable HTTP, stateless, on this machine only.

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

pub(crate) use serve::{serve, serve_handler};
