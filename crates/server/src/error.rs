//! Why a server could not be started or ended badly.

use std::net::SocketAddr;
use std::path::PathBuf;

/// A failure of the server itself; what a single call gets wrong is answered to its caller.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Without sign-in nobody but this machine may reach the server.
    #[error(
        "{0} can be reached from other machines, and nobody has to sign in. Set sign_in.required and say who may sign in, or listen on 127.0.0.1 or [::1], for example --http 127.0.0.1:8080"
    )]
    NotLoopback(SocketAddr),
    /// The listener for plaintext needs to know where to send people.
    #[error(
        "the listener for plaintext redirects to server.public_url, which must be set and begin with https://. Set it, or leave server.redirect_listen out"
    )]
    RedirectsNowhere,
    /// The certificate cannot be used.
    #[error(transparent)]
    Tls(#[from] TlsFault),
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

/// Why a certificate is not taken.
#[derive(Debug, thiserror::Error)]
pub enum TlsFault {
    /// A file cannot be read.
    #[error("{path} cannot be read: {cause}. Check the path, and that this program's user may read it")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the operating system says.
        cause: std::io::Error,
    },
    /// A file holds no certificate or no key.
    #[error("{0} holds no certificate or key that can be used. It must be PEM, and a key must not have a password")]
    Unusable(PathBuf),
    /// Others can read the key.
    #[error("the key {0} can be read by everybody. Take it away from them: chmod 640 {0}")]
    SharedKey(PathBuf),
    /// The certificate was made for another key.
    #[error("the certificate {0} was not made for the key {1}. Put the two that belong together in place")]
    NoPair(PathBuf, PathBuf),
    /// The certificate has ended or has not begun.
    #[error("the certificate is not valid today. Renew it, and check the clock of this machine")]
    NotValidNow,
    /// TLS cannot be switched on or off while the server runs.
    #[error("TLS cannot be switched on or off while the server runs. Restart it")]
    NeedsRestart,
    /// The TLS library takes neither.
    #[error("the certificate or its key cannot be used: {0}")]
    Refused(rustls::Error),
}
