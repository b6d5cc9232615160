//! New key pairs for signatures, in the form that other programs read.

use aws_lc_rs::encoding::{AsDer as _, PublicKeyX509Der};
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _};
use pem_rfc7468::LineEnding;
use secrecy::SecretString;
use zeroize::Zeroizing;

use crate::error::Error;

/// What kind of key pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyKind {
    /// Ed25519.
    Ed25519,
    /// ECDSA on the curve P-256.
    EcdsaP256,
}

/// A key pair.
#[derive(Debug)]
pub struct KeyPair {
    /// The private key: PKCS#8 version 1 in PEM, as OpenSSL reads it.
    pub private: SecretString,
    /// The public key: `SubjectPublicKeyInfo` in PEM.
    pub public: String,
}

/// Makes a key pair.
///
/// # Errors
/// When there is no randomness.
pub fn generate_key_pair(kind: KeyKind) -> Result<KeyPair, Error> {
    let failed = |_| Error::Cipher;
    let (private, public): (_, PublicKeyX509Der<'_>) = match kind {
        KeyKind::Ed25519 => {
            let pair = Ed25519KeyPair::generate().map_err(failed)?;
            (pair.to_pkcs8v1().map_err(failed)?, pair.public_key().as_der().map_err(failed)?)
        }
        KeyKind::EcdsaP256 => {
            let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).map_err(failed)?;
            (pair.to_pkcs8v1().map_err(failed)?, pair.public_key().as_der().map_err(failed)?)
        }
    };
    let private = SecretString::from(pem("PRIVATE KEY", private.as_ref())?.as_str());
    let public = pem("PUBLIC KEY", public.as_ref())?.to_string();
    Ok(KeyPair { private, public })
}

fn pem(label: &str, der: &[u8]) -> Result<Zeroizing<String>, Error> {
    let length = pem_rfc7468::encoded_len(label, LineEnding::LF, der).map_err(|_| Error::Cipher)?;
    let mut room = Zeroizing::new(vec![0_u8; length]);
    let text = pem_rfc7468::encode(label, LineEnding::LF, der, &mut room).map_err(|_| Error::Cipher)?;
    Ok(Zeroizing::new(text.to_owned()))
}
