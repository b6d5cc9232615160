//! Why a server could not be started or ended badly.

use std::net::SocketAddr;

/// A failure of the server itself; what a single call gets wrong is answered to its caller.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Without sign-in nobody but this machine may reach the server.
    #[error(
        "{0} can be reached from other machines, and there is no sign-in yet. Listen on 127.0.0.1 or [::1] instead, for example --http 127.0.0.1:8080."
    )]
    NotLoopback(SocketAddr),
    /// The listener failed.
    #[error("the listener failed")]
    Listen(#[from] std::io::Error),
    /// The operating system gave no random bytes for keys and ids.
    #[error("the operating system gave no random bytes")]
    NoRandomness,
    /// The client on standard input and output did not speak MCP.
    #[error("the client on standard input and output did not speak MCP: {0}")]
    Handshake(String),
    /// Identity providers cannot be asked as the configuration says.
    #[error("the identity providers cannot be asked: {0}")]
    SignIn(#[from] outbound::Error),
    /// A task of the server ended without an answer.
    #[error("a task of the server ended without an answer")]
    Task(#[from] tokio::task::JoinError),
}
