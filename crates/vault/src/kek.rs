//! A key-encryption key, wherever it lives.

use crate::aead::DataKey;
use crate::error::Error;
use crate::kek_id::KekId;
use crate::local_key::LocalKey;
use crate::secret_version::SecretVersion;
use crate::transit::Transit;
use crate::wrapped::Wrapped;

/// A key-encryption key: held here, or by a server that wraps and unwraps for us.
#[derive(Debug)]
pub enum Kek {
    /// Held by this process.
    Local(LocalKey),
    /// Held by OpenBao or Vault, which never gives it away.
    Transit(Transit),
}

impl Kek {
    /// The id that a data key wrapped now would bear. A server is asked for the newest version of its key.
    ///
    /// # Errors
    /// When the server does not answer, or has no such key.
    pub fn current_id(&self) -> Result<KekId, Error> {
        match self {
            Self::Local(key) => Ok(key.id().clone()),
            Self::Transit(key) => key.current_id(),
        }
    }

    /// The key as people read it; for a server, without the version.
    pub(crate) fn label(&self) -> &str {
        match self {
            Self::Local(key) => key.id().as_str(),
            Self::Transit(key) => key.label(),
        }
    }

    pub(crate) fn holds(&self, id: &KekId) -> bool {
        match self {
            Self::Local(key) => key.id() == id,
            Self::Transit(key) => key.holds(id),
        }
    }

    pub(crate) fn wrap(&self, key: &DataKey, of: &SecretVersion<'_>) -> Result<Wrapped, Error> {
        match self {
            Self::Local(kek) => kek.wrap(key, of),
            Self::Transit(kek) => kek.wrap(key, of),
        }
    }

    pub(crate) fn unwrap(&self, wrapped: &Wrapped, of: &SecretVersion<'_>) -> Result<DataKey, Error> {
        match self {
            Self::Local(kek) => kek.unwrap(wrapped, of),
            Self::Transit(kek) => kek.unwrap(wrapped, of),
        }
    }
}
