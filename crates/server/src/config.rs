//! What an operator may set about the listener, with safe values for everything.

use std::time::Duration;

/// The limits and the names of an HTTP listener.
#[derive(Clone, Debug)]
pub struct Config {
    /// Largest request body, and largest message on stdio.
    pub max_body_bytes: usize,
    /// Largest sum of a request's header names and values.
    pub max_header_bytes: usize,
    /// Connections held open at once; further ones wait to be accepted.
    pub max_connections: usize,
    /// Requests worked on at once; further ones are told to come back.
    pub max_concurrent: usize,
    /// How long a client may take to send a request's head, and then its body.
    pub read_timeout: Duration,
    /// How long a request may take until its answer begins.
    pub request_timeout: Duration,
    /// How long requests in flight may go on after the listener was told to stop.
    pub drain_timeout: Duration,
    /// `Host` values that are served, each with or without a port.
    pub allowed_hosts: Vec<String>,
    /// `Origin` values that are served: `scheme://host:port`, with `*` for any port.
    pub allowed_origins: Vec<String>,
    /// Where people reach this server, for download links; by default the address it listens on.
    pub public_url: Option<String>,
}

impl Default for Config {
    fn default() -> Self {
        let loopback = ["localhost", "127.0.0.1", "[::1]"];
        Self {
            max_body_bytes: 1 << 20,
            max_header_bytes: 16 << 10,
            max_connections: 512,
            max_concurrent: 128,
            read_timeout: Duration::from_secs(10),
            request_timeout: Duration::from_secs(60),
            drain_timeout: Duration::from_secs(20),
            allowed_hosts: loopback.map(str::to_owned).to_vec(),
            allowed_origins: loopback.map(|host| format!("http://{host}:*")).to_vec(),
            public_url: None,
        }
    }
}
