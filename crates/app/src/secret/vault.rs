//! The key-encryption keys, opened for each call anew. So a key that was replaced where it lies holds at once in every
//! process, and no key lies in memory while nobody needs it.

use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

use crate::error::{Error, ErrorKind};

type Open = dyn Fn() -> Result<Option<::vault::Keyring>, Error> + Send + Sync;

/// Opens the keys that are configured. It is replaced as a whole when the configuration is read again.
pub struct Vault(RwLock<Arc<Open>>);

impl Vault {
    /// Opens the keys with `open`, which finds none where none is configured.
    pub fn new(open: impl Fn() -> Result<Option<::vault::Keyring>, Error> + Send + Sync + 'static) -> Self {
        Self(RwLock::new(Arc::new(open)))
    }

    /// Opens the keys as `other` does, for all calls that begin from now on.
    pub fn set(&self, other: Self) {
        let open = other.0.into_inner().unwrap_or_else(PoisonError::into_inner);
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = open;
    }

    /// The keys, opened now.
    pub(crate) fn keyring(&self) -> Result<::vault::Keyring, Error> {
        self.keyring_if_any()?.ok_or_else(|| {
            Error::new(
                ErrorKind::Unavailable,
                "There is no key to seal secrets with.",
                "Make one, on your own machine: smart-begin key create. On a server name one in the configuration (vault.key; see docs/secrets.md).",
            )
        })
    }

    /// The same, where there are any.
    pub(crate) fn keyring_if_any(&self) -> Result<Option<::vault::Keyring>, Error> {
        let open = Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner));
        open()
    }
}

impl Default for Vault {
    /// Finds no keys.
    fn default() -> Self {
        Self::new(|| Ok(None))
    }
}

impl fmt::Debug for Vault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Vault(…)")
    }
}
