//! What an operator sets about a receiver of syslog.

use std::path::PathBuf;

/// Where the receiver is, and how both know each other.
#[derive(Clone, Debug)]
pub struct SyslogConfig {
    /// The receiver's name or address; its certificate must be for it.
    pub host: String,
    /// Its port, 6514 by the RFC.
    pub port: u16,
    /// The authorities (PEM) that vouch for it; the system's where there is none.
    pub authorities: Option<PathBuf>,
    /// Our certificate and its key (PEM), where the receiver asks for one.
    pub identity: Option<(PathBuf, PathBuf)>,
    /// The name of this machine, as messages bear it.
    pub own_host: String,
    /// How many entries are sent once more after a delivery that failed.
    pub resend: usize,
}
