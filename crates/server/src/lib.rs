//! The program's face to AI assistants: MCP on the standard streams and over HTTP. This crate alone knows either.
//!
//! A message passes bounds and form (`jsonrpc`), gets a caller and an id (`http::sign_in`, `stdio`), an envelope
//! (`mcp::envelope`) and an answer (`mcp::handler`). Failures become answers in `fault`, and nowhere else.

mod auth;
mod call;
mod client;
mod config;
mod dashboard;
mod error;
mod fault;
mod http;
mod jsonrpc;
mod mcp;
mod route;
mod stdio;

use std::sync::Arc;

use app::Services;
use domain::Caller;
use observe::Metrics;
use rmcp::ServerHandler;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

pub use config::{Client, ClientCertificates, Config, Grant, Limits, Lockout, Provider, Rate, Sessions, SignIn, Tls};
pub use error::{Error, TlsFault};
pub use http::{Listeners, Reload, Server, examine};

/// Serves `caller` on standard input and output until it closes its end.
///
/// # Errors
/// When the client does not speak MCP.
pub async fn serve_stdio(services: Arc<Services>, caller: Caller, config: &Config) -> Result<(), Error> {
    let (input, output) = rmcp::transport::io::stdio_pipes();
    serve_streams(services, caller, input, output, config).await
}

/// Serves `caller` on `input` and `output` until it closes its end.
///
/// # Errors
/// When the client does not speak MCP.
pub async fn serve_streams(
    services: Arc<Services>,
    caller: Caller,
    input: impl AsyncRead + Unpin + Send + 'static,
    output: impl AsyncWrite + Unpin + Send + 'static,
    config: &Config,
) -> Result<(), Error> {
    serve_handler_streams(mcp::Handler::new(services, None)?, caller, input, output, config).await
}

/// Serves MCP and downloads over HTTP until `shutdown`, then lets calls under way finish. [`Server`] does the same with
/// more listeners, and can be changed meanwhile.
///
/// # Errors
/// When `listener` can be reached from other machines, or fails.
pub async fn serve_http(
    services: Arc<Services>,
    listener: TcpListener,
    config: Config,
    shutdown: CancellationToken,
) -> Result<(), Error> {
    let metrics = Arc::new(Metrics::new(env!("CARGO_PKG_VERSION")));
    let listeners = Listeners { main: listener, redirect: None, operations: None };
    Server::new(services, config, metrics)?.serve(listeners, shutdown).await
}

/// Serves another MCP handler behind the product's own layers; for the conformance suite and for tests.
///
/// # Errors
/// As [`serve_http`].
pub async fn serve_handler_http<H: ServerHandler>(
    handler: H,
    listener: TcpListener,
    config: Config,
    shutdown: CancellationToken,
) -> Result<(), Error> {
    http::serve_handler(handler, listener, config, shutdown).await
}

/// Serves another MCP handler as [`serve_streams`] does; for tests.
///
/// # Errors
/// As [`serve_streams`].
pub async fn serve_handler_streams<H: ServerHandler>(
    handler: H,
    caller: Caller,
    input: impl AsyncRead + Unpin + Send + 'static,
    output: impl AsyncWrite + Unpin + Send + 'static,
    config: &Config,
) -> Result<(), Error> {
    stdio::serve(mcp::Envelope::new(handler), caller, input, output, jsonrpc::Bounds::of(&config.limits)).await
}
