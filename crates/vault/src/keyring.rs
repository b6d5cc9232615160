//! Seals, opens and rewraps with the keys that are configured.

use secrecy::SecretSlice;

use crate::aead::DataKey;
use crate::error::Error;
use crate::kek::Kek;
use crate::kek_id::KekId;
use crate::sealed::{ALGORITHM, FORMAT, MAX_VALUE_BYTES, Sealed};
use crate::secret_version::SecretVersion;
use crate::wrapped::Wrapped;

/// The key-encryption keys: one that seals, and older ones that only open what they sealed.
#[derive(Debug)]
pub struct Keyring {
    current: Kek,
    older: Vec<Kek>,
}

impl Keyring {
    /// Seals with `current`; opens with it and with `older`.
    #[must_use]
    pub fn new(current: Kek, older: Vec<Kek>) -> Self {
        Self { current, older }
    }

    /// The id that what is sealed now would bear. What bears another is due for [`rewrap`](Self::rewrap).
    ///
    /// # Errors
    /// When the server that holds the key does not answer, or has no such key.
    pub fn current_id(&self) -> Result<KekId, Error> {
        self.current.current_id()
    }

    /// Whether a key of this id is among those configured.
    #[must_use]
    pub fn can_open(&self, id: &KekId) -> bool {
        self.find(id).is_ok()
    }

    /// Seals `value` as this version of this secret, under a data key of its own.
    ///
    /// # Errors
    /// When the value or a name is too long, or the data key cannot be wrapped.
    pub fn seal(&self, of: &SecretVersion<'_>, value: &[u8]) -> Result<Sealed, Error> {
        if value.len() > MAX_VALUE_BYTES {
            return Err(Error::TooLarge("the value", MAX_VALUE_BYTES));
        }
        let bound = of.binds_value(FORMAT, ALGORITHM)?;
        let key = DataKey::random()?;
        let wrapped = self.current.wrap(&key, of)?;
        let (nonce, ciphertext) = key.encrypt_once(&bound, value)?;
        Ok(Sealed { wrapped, nonce, ciphertext })
    }

    /// Opens what was sealed as this version of this secret.
    ///
    /// # Errors
    /// When its key-encryption key is missing or refuses, or it was sealed as something else, or altered since.
    pub fn open(&self, of: &SecretVersion<'_>, sealed: &Sealed) -> Result<SecretSlice<u8>, Error> {
        let bound = of.binds_value(FORMAT, ALGORITHM)?;
        let key = self.find(sealed.kek_id())?.unwrap(&sealed.wrapped, of)?;
        let value = key.decrypt(&bound, sealed.nonce, &sealed.ciphertext)?;
        value.ok_or_else(|| Error::Altered(sealed.kek_id().clone()))
    }

    /// The same record with its data key under the current key-encryption key. The value is not touched: nonce and
    /// ciphertext stay as they are.
    ///
    /// # Errors
    /// When a key-encryption key is missing or refuses, or the record was sealed as something else.
    pub fn rewrap(&self, of: &SecretVersion<'_>, sealed: &Sealed) -> Result<Sealed, Error> {
        Ok(Sealed { wrapped: self.rewrapped(of, sealed)?, nonce: sealed.nonce, ciphertext: sealed.ciphertext.clone() })
    }

    fn rewrapped(&self, of: &SecretVersion<'_>, sealed: &Sealed) -> Result<Wrapped, Error> {
        let holder = self.find(sealed.kek_id())?;
        match (&self.current, holder) {
            // The server does it by itself; the data key does not come here.
            (Kek::Transit(current), Kek::Transit(_)) if current.holds(sealed.kek_id()) => {
                current.rewrap(&sealed.wrapped)
            }
            (current, holder) => current.wrap(&holder.unwrap(&sealed.wrapped, of)?, of),
        }
    }

    fn find(&self, id: &KekId) -> Result<&Kek, Error> {
        let mut all = std::iter::once(&self.current).chain(&self.older);
        all.find(|kek| kek.holds(id)).ok_or_else(|| {
            let configured = std::iter::once(&self.current).chain(&self.older).map(Kek::label);
            Error::KekMissing { kek_id: id.clone(), configured: configured.collect::<Vec<_>>().join(", ") }
        })
    }
}
