//! The server as a client meets it: real bytes over real sockets and streams, the real use cases behind them.

mod elicitation;
mod gaps;
mod http_client;
mod http_limits;
mod http_surface;
mod fixture;
mod product;
mod resources;
mod running;
mod shutdown;
mod stdio;
mod stream_client;
