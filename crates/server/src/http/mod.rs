//! MCP over Streamable HTTP, stateless, and what people and programs need beside it.
//!
//! A connection is admitted (`listen`, `connections`), served (`connection`) over a stream with patience (`stream`), and
//! its requests pass the layers of `router` from the outside in: `outer`, `admission`, `limits`, `sign_in`, `gate`.

mod admission;
mod connection;
mod connections;
mod downloads;
mod examine;
mod flow;
mod gate;
mod handles;
mod headers;
mod health;
mod limits;
mod listen;
mod live;
mod metadata;
mod names;
mod openapi;
mod operations;
mod outer;
mod problem;
mod rates;
mod redirect;
mod router;
mod serve;
mod sign_in;
mod stream;
mod tls;
mod unreadable;

pub use examine::examine;
pub(crate) use serve::serve_handler;
pub use serve::{Listeners, Reload, Server};
