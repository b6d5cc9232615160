//! Signatures of the [Standard Webhooks](https://www.standardwebhooks.com) specification.

use aws_lc_rs::hmac;
use data_encoding::BASE64;
use secrecy::{ExposeSecret as _, SecretString};
use zeroize::Zeroizing;

const PREFIX: &str = "whsec_";
const KEY_BYTES: std::ops::RangeInclusive<usize> = 24..=64;

/// The value of `webhook-signature`; none when `secret` is no signing secret.
pub(super) fn of(secret: &SecretString, id: &str, timestamp: i64, body: &[u8]) -> Option<String> {
    let secret = secret.expose_secret().trim();
    let base64 = secret.strip_prefix(PREFIX).unwrap_or(secret);
    let bytes = Zeroizing::new(BASE64.decode(base64.as_bytes()).ok()?);
    let fits = KEY_BYTES.contains(&bytes.len());
    let mut context = hmac::Context::with_key(&hmac::Key::new(hmac::HMAC_SHA256, &bytes));
    context.update(format!("{id}.{timestamp}.").as_bytes());
    context.update(body);
    fits.then(|| format!("v1,{}", BASE64.encode(context.sign().as_ref())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_the_specification_comes_out() {
        let secret = SecretString::from(format!("whsec_{}", BASE64.encode(b"fixed bytes of this test only")));
        let signed = of(&secret, "msg_1", 1_614_265_330, b"{\"test\": 2432232314}").unwrap();
        let key = hmac::Key::new(hmac::HMAC_SHA256, b"fixed bytes of this test only");
        let expected = hmac::sign(&key, b"msg_1.1614265330.{\"test\": 2432232314}");
        assert_eq!(signed, format!("v1,{}", BASE64.encode(expected.as_ref())));
        for wrong in ["", "whsec_", "whsec_%%", "whsec_c2hvcnQ="] {
            assert_eq!(of(&SecretString::from(wrong), "msg_1", 1, b""), None, "{wrong}");
        }
    }
}
