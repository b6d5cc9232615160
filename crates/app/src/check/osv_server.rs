//! The server of OSV's API that the operator named.

use std::time::Duration;

/// A server that is asked for packages whose ecosystem has no advisories here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OsvApi {
    /// Its address, above `/v1`.
    pub address: String,
    /// How long one answer may take.
    pub timeout: Duration,
}

impl OsvApi {
    /// The server at `address`.
    #[must_use]
    pub fn at(address: &str) -> Self {
        Self { address: address.trim_end_matches('/').to_owned(), timeout: Duration::from_secs(30) }
    }
}
