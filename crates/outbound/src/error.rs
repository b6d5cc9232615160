//! Why nothing came back.

use std::error::Error as _;
use std::path::PathBuf;

/// A request that was not made, or not answered as it must be. The address is not part of it: it can hold secrets.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// What was given is no address of the web.
    #[error("this is no address that can be asked: {0}")]
    Address(&'static str),
    /// What should be shown in a header cannot stand in one.
    #[error("what should be shown in the header {0} cannot stand in a header")]
    Header(&'static str),
    /// Without TLS only the private networks that the operator allowed are reached.
    #[error("only https is used, except to networks in sign_in.private_networks")]
    NotHttps,
    /// The name or address leads into a network that is not public, and not among those allowed.
    #[error(
        "{0} leads to an address that is not public; if it should be reached, add its network to sign_in.private_networks"
    )]
    Private(String),
    /// The name cannot be resolved.
    #[error("the name {0} cannot be resolved")]
    Name(String, #[source] std::io::Error),
    /// No connection, or it broke.
    #[error("there was no connection, or it broke")]
    Unreachable(#[source] reqwest::Error),
    /// It took too long.
    #[error("there was no whole answer in time")]
    TimedOut,
    /// The answer is larger than is read.
    #[error("the answer is larger than {0} bytes")]
    TooLarge(usize),
    /// The answer leads elsewhere; that is never followed.
    #[error("the answer is a redirect ({0}), and redirects are not followed")]
    Redirect(u16),
    /// The file of authorities cannot be used.
    #[error("the authorities in {0} cannot be used: {1}")]
    Authorities(PathBuf, String),
    /// TLS could not be set up: without authorities of the system, for one.
    #[error("TLS cannot be set up; are the certificates of authorities (ca-certificates) installed?")]
    Tls(#[source] reqwest::Error),
}

impl Error {
    /// Whether the same request may well succeed a moment later.
    #[must_use]
    pub fn may_pass(&self) -> bool {
        matches!(self, Self::Unreachable(_) | Self::TimedOut | Self::Name(..))
    }
}

/// What of ours is within, else what it looks like from outside.
pub(crate) fn cause(error: reqwest::Error) -> Error {
    let mut within = error.source();
    while let Some(found) = within {
        match found.downcast_ref::<Error>() {
            Some(Error::Private(host)) => return Error::Private(host.clone()),
            Some(Error::Name(host, cause)) => {
                return Error::Name(host.clone(), std::io::Error::new(cause.kind(), cause.to_string()));
            }
            _ => within = found.source(),
        }
    }
    if error.is_timeout() { Error::TimedOut } else { Error::Unreachable(error.without_url()) }
}
