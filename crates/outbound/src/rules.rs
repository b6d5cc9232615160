//! What an operator sets about requests that leave this program.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use ipnet::IpNet;

use crate::address::is_public;
use crate::error::Error;

/// Where requests may go, and their bounds.
#[derive(Clone, Debug)]
pub struct Rules {
    /// Networks that may be reached although they are not public. Only in these is `http` without TLS taken.
    pub private_networks: Vec<IpNet>,
    /// A file of further authorities (PEM), beside the system's.
    pub authorities: Option<PathBuf>,
    /// How long a connection may take to be made.
    pub connect_timeout: Duration,
    /// How long a request may take in all, its answer included.
    pub timeout: Duration,
    /// Largest body of an answer.
    pub body_bytes: usize,
    /// How often a request that changes nothing is tried again.
    pub retries: u32,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            private_networks: Vec::new(),
            authorities: None,
            connect_timeout: Duration::from_secs(3),
            timeout: Duration::from_secs(5),
            body_bytes: 256 << 10,
            retries: 1,
        }
    }
}

impl Rules {
    /// Where `host` is, for a protocol other than HTTP that goes over TLS: of its addresses those that may be reached.
    ///
    /// # Errors
    /// When the name cannot be resolved, or none of its addresses may be reached.
    pub async fn addresses(&self, host: &str, port: u16) -> Result<Vec<SocketAddr>, Error> {
        let answers = tokio::net::lookup_host((host, port)).await;
        let answers = answers.map_err(|cause| Error::Name(host.to_owned(), cause))?;
        keep(&Reach::secure(self), host, answers)
    }
}

/// Which addresses a request may reach.
#[derive(Clone, Debug)]
pub(crate) struct Reach {
    private: Vec<IpNet>,
    public: bool,
}

impl Reach {
    /// With TLS: what is public, and the private networks that the operator allowed.
    pub(crate) fn secure(rules: &Rules) -> Self {
        Self { private: rules.private_networks.clone(), public: true }
    }

    /// Without TLS: the allowed private networks alone.
    pub(crate) fn plain(rules: &Rules) -> Self {
        Self { private: rules.private_networks.clone(), public: false }
    }

    /// Nothing at all can be reached.
    pub(crate) fn is_nowhere(&self) -> bool {
        !self.public && self.private.is_empty()
    }

    pub(crate) fn permits(&self, address: IpAddr) -> bool {
        // `::ffff:10.0.0.1` is 10.0.0.1 to the one who connects.
        let address = address.to_canonical();
        (self.public && is_public(address)) || self.private.iter().any(|network| network.contains(&address))
    }
}

/// Of the addresses of `host` those that may be reached.
pub(crate) fn keep(
    reach: &Reach,
    host: &str,
    answers: impl Iterator<Item = SocketAddr>,
) -> Result<Vec<SocketAddr>, Error> {
    let kept: Vec<_> = answers.filter(|answer| reach.permits(answer.ip())).collect();
    if kept.is_empty() { Err(Error::Private(host.to_owned())) } else { Ok(kept) }
}
