//! Signatures of the [Standard Webhooks](https://www.standardwebhooks.com) specification, so that receivers check them with
//! a library they have.

use std::fmt;

use aws_lc_rs::hmac;
use data_encoding::BASE64;
use secrecy::zeroize::Zeroizing;
use secrecy::{ExposeSecret as _, SecretString};

use crate::error::Error;

const PREFIX: &str = "whsec_";

/// How many bytes a secret has, by the specification.
const SECRET_BYTES: std::ops::RangeInclusive<usize> = 24..=64;

/// The keys that sign: the newest, and while receivers are told of it, the one before.
pub struct Signers(Vec<hmac::Key>);

impl Signers {
    /// Signs with each of `secrets`: `whsec_` and the base64 of 24 to 64 bytes.
    ///
    /// # Errors
    /// When there is none, or one of them is none.
    pub fn new(secrets: &[SecretString]) -> Result<Self, Error> {
        if secrets.is_empty() {
            return Err(Error::WebhookSecret("there is none"));
        }
        secrets.iter().map(key).collect::<Result<_, _>>().map(Self)
    }

    /// The value of `webhook-signature`.
    #[must_use]
    pub fn sign(&self, id: &str, timestamp: i64, body: &[u8]) -> String {
        let mut signatures = String::new();
        for key in &self.0 {
            let mut context = hmac::Context::with_key(key);
            context.update(format!("{id}.{timestamp}.").as_bytes());
            context.update(body);
            if !signatures.is_empty() {
                signatures.push(' ');
            }
            signatures.push_str("v1,");
            BASE64.encode_append(context.sign().as_ref(), &mut signatures);
        }
        signatures
    }
}

fn key(secret: &SecretString) -> Result<hmac::Key, Error> {
    let secret = secret.expose_secret().trim();
    let base64 = secret.strip_prefix(PREFIX).unwrap_or(secret);
    let bytes = Zeroizing::new(BASE64.decode(base64.as_bytes()).map_err(|_| Error::WebhookSecret("it is not base64"))?);
    if !SECRET_BYTES.contains(&bytes.len()) {
        return Err(Error::WebhookSecret("it does not have 24 to 64 bytes"));
    }
    Ok(hmac::Key::new(hmac::HMAC_SHA256, &bytes))
}

impl fmt::Debug for Signers {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} signing keys", self.0.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_that_is_none_is_refused_and_not_shown() {
        for wrong in ["", "whsec_", "whsec_%%%%", "whsec_c2hvcnQ="] {
            let error = Signers::new(&[wrong.into()]).unwrap_err().to_string();
            assert!(wrong.len() < 7 || !error.contains(wrong), "{error}");
        }
        let error = Signers::new(&[]).unwrap_err();
        assert!(error.advice().contains("whsec_"));
        let long = BASE64.encode(&[7; 65]);
        assert!(matches!(Signers::new(&[long.into()]), Err(Error::WebhookSecret(_))));
    }
}
