//! A key-encryption key that this process holds itself.

use std::fmt;
use std::path::Path;

use aws_lc_rs::aead::RandomizedNonceKey;
use aws_lc_rs::hmac;
use data_encoding::HEXLOWER;
use secrecy::{ExposeSecret as _, SecretBox};

use crate::aead::{self, DataKey, KEY_BYTES, NONCE_BYTES};
use crate::error::Error;
use crate::kek_id::KekId;
use crate::key_file::{self, Trust};
use crate::key_file_fault::KeyFileFault;
use crate::sealed::{ALGORITHM, FORMAT};
use crate::secret_version::SecretVersion;
use crate::wrapped::Wrapped;

/// Bytes of the fingerprint.
const FINGERPRINT_BYTES: usize = 8;

/// A key-encryption key of 256 bits. Its id is a fingerprint of the key, so that the same key has the same id wherever
/// it lies, and a key that was replaced is told from the one before.
pub struct LocalKey {
    id: KekId,
    cipher: RandomizedNonceKey,
}

impl LocalKey {
    /// From the key itself.
    ///
    /// # Errors
    /// When it cannot be made ready.
    pub fn new(key: &SecretBox<[u8; KEY_BYTES]>) -> Result<Self, Error> {
        let key = key.expose_secret();
        let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), b"smart-begin key-encryption key id");
        let fingerprint = tag.as_ref().get(..FINGERPRINT_BYTES).unwrap_or_default();
        let id = format!("local:{}", HEXLOWER.encode(fingerprint)).parse()?;
        Ok(Self { id, cipher: aead::cipher(key)? })
    }

    /// From a file that nobody but its owner may read: 32 random bytes, or the same in hexadecimal or base64.
    ///
    /// # Errors
    /// When the file cannot be trusted or holds no key.
    pub fn from_file(path: &Path) -> Result<Self, Error> {
        Self::read(path, Trust::OwnerAlone)
    }

    /// From the credential `name` in `directory`, which is `$CREDENTIALS_DIRECTORY` beneath systemd.
    ///
    /// # Errors
    /// When the name is none, or the file cannot be trusted or holds no key.
    pub fn from_credential(directory: &Path, name: &str) -> Result<Self, Error> {
        let fits = !name.is_empty() && !name.starts_with('.') && !name.contains(['/', '\\', ':', '\0']);
        if !fits {
            return Err(Error::KeyFile { path: directory.to_owned(), fault: KeyFileFault::Name });
        }
        Self::read(&directory.join(name), Trust::Systemd)
    }

    fn read(path: &Path, trust: Trust) -> Result<Self, Error> {
        let key = key_file::read(path, trust);
        Self::new(&key.map_err(|fault| Error::KeyFile { path: path.to_owned(), fault })?)
    }

    /// Names the key.
    #[must_use]
    pub fn id(&self) -> &KekId {
        &self.id
    }

    pub(crate) fn wrap(&self, key: &DataKey, of: &SecretVersion<'_>) -> Result<Wrapped, Error> {
        let bound = of.binds_data_key(FORMAT, ALGORITHM, Some(&self.id))?;
        let (nonce, ciphertext) = aead::encrypt(&self.cipher, &bound, key.expose())?;
        Ok(Wrapped { kek_id: self.id.clone(), bytes: [&nonce[..], &ciphertext].concat() })
    }

    pub(crate) fn unwrap(&self, wrapped: &Wrapped, of: &SecretVersion<'_>) -> Result<DataKey, Error> {
        let bound = of.binds_data_key(FORMAT, ALGORITHM, Some(&self.id))?;
        let key = wrapped.bytes.split_first_chunk::<NONCE_BYTES>();
        let key = key.and_then(|(nonce, sealed)| aead::decrypt(&self.cipher, &bound, *nonce, sealed));
        let key = key.and_then(|key| DataKey::read(key.expose_secret()));
        key.ok_or_else(|| Error::Altered(self.id.clone()))
    }
}

impl fmt::Debug for LocalKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_tuple("LocalKey").field(&self.id.as_str()).finish()
    }
}
