//! AES-256-GCM, and data keys that encrypt once.

use std::fmt;

use aws_lc_rs::aead::{AES_256_GCM, Aad, Nonce, RandomizedNonceKey};
use aws_lc_rs::rand;
use secrecy::{ExposeSecret as _, ExposeSecretMut as _, SecretBox, SecretSlice};
use zeroize::Zeroizing;

use crate::error::Error;

pub(crate) const KEY_BYTES: usize = 32;
pub(crate) const NONCE_BYTES: usize = 12;
pub(crate) const TAG_BYTES: usize = 16;

/// Encrypts `plain` with a fresh random nonce.
pub(crate) fn encrypt(
    key: &RandomizedNonceKey,
    bound: &[u8],
    plain: &[u8],
) -> Result<([u8; NONCE_BYTES], Vec<u8>), Error> {
    // Large enough from the start: a buffer that moves would leave a copy of the plaintext behind. Until it is
    // ciphertext it is erased when dropped.
    let mut buffer = Zeroizing::new(Vec::with_capacity(plain.len() + TAG_BYTES));
    buffer.extend_from_slice(plain);
    let nonce = key.seal_in_place_append_tag(Aad::from(bound), &mut *buffer).map_err(|_| Error::Cipher)?;
    Ok((*nonce.as_ref(), std::mem::take(&mut *buffer)))
}

/// Decrypts; `None` unless every byte of `bound`, nonce and ciphertext is the one that was sealed.
pub(crate) fn decrypt(
    key: &RandomizedNonceKey,
    bound: &[u8],
    nonce: [u8; NONCE_BYTES],
    sealed: &[u8],
) -> Option<SecretSlice<u8>> {
    let mut buffer = Zeroizing::new(sealed.to_vec());
    let plain = key.open_in_place(Nonce::from(&nonce), Aad::from(bound), &mut buffer).ok()?;
    Some(SecretSlice::from(Box::<[u8]>::from(&*plain)))
}

/// A key for AES-256-GCM.
pub(crate) fn cipher(key: &[u8; KEY_BYTES]) -> Result<RandomizedNonceKey, Error> {
    RandomizedNonceKey::new(&AES_256_GCM, key).map_err(|_| Error::Cipher)
}

/// A random key for the one value it encrypts.
pub(crate) struct DataKey(SecretBox<[u8; KEY_BYTES]>);

impl DataKey {
    pub(crate) fn random() -> Result<Self, Error> {
        let mut key = SecretBox::<[u8; KEY_BYTES]>::default();
        rand::fill(key.expose_secret_mut()).map_err(|_| Error::Randomness)?;
        Ok(Self(key))
    }

    /// `None` when `bytes` are not as many as a key has.
    pub(crate) fn read(bytes: &[u8]) -> Option<Self> {
        let mut key = SecretBox::<[u8; KEY_BYTES]>::default();
        (bytes.len() == KEY_BYTES).then(|| key.expose_secret_mut().copy_from_slice(bytes))?;
        Some(Self(key))
    }

    pub(crate) fn expose(&self) -> &[u8; KEY_BYTES] {
        self.0.expose_secret()
    }

    /// Encrypts the one value. The key is gone with it.
    pub(crate) fn encrypt_once(self, bound: &[u8], value: &[u8]) -> Result<([u8; NONCE_BYTES], Vec<u8>), Error> {
        encrypt(&cipher(self.expose())?, bound, value)
    }

    pub(crate) fn decrypt(
        &self,
        bound: &[u8],
        nonce: [u8; NONCE_BYTES],
        sealed: &[u8],
    ) -> Result<Option<SecretSlice<u8>>, Error> {
        Ok(decrypt(&cipher(self.expose())?, bound, nonce, sealed))
    }
}

impl fmt::Debug for DataKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("DataKey(…)")
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn no_data_key_comes_twice_and_none_shows_itself() {
        let keys: Vec<_> = (0..1000).map(|_| DataKey::random().unwrap()).collect();
        assert_eq!(keys.iter().map(DataKey::expose).collect::<HashSet<_>>().len(), 1000);
        assert_eq!(format!("{:?}", keys[0]), "DataKey(…)");
    }
}
