//! A receiver that is told by a signed request.

use std::fmt;
use std::time::{SystemTime, UNIX_EPOCH};

use aws_lc_rs::digest::{SHA256, digest};
use data_encoding::HEXLOWER;
use http::header::CONTENT_TYPE;
use http::{Method, Request};
use outbound::{Client, Rules};
use secrecy::SecretString;

use crate::error::Error;
use crate::persist::Patience;
use crate::standard_webhook::Signers;

/// Where the receiver is, and how it knows us.
#[derive(Clone, Debug)]
pub struct WebhookConfig {
    /// The address, `https`.
    pub url: String,
    /// `whsec_` and the base64 of 24 to 64 bytes; more than one while the receiver changes to another.
    pub secrets: Vec<SecretString>,
    /// The name of the log: receivers tell by it whose entries these are.
    pub origin: String,
}

/// A receiver of webhooks. Any status of success confirms.
pub struct Webhook {
    client: Client,
    url: String,
    signers: Signers,
    origin: String,
    /// Begins each id: two logs may have the same receiver.
    log: String,
    patience: Patience,
}

impl Webhook {
    /// A receiver, which must be reachable under `rules`. Nothing is sent yet.
    ///
    /// # Errors
    /// When the address may not be reached, or a secret is none.
    pub fn new(config: WebhookConfig, rules: &Rules, patience: Patience) -> Result<Self, Error> {
        let client = Client::new(rules)?;
        client.check(&config.url)?;
        let name = HEXLOWER.encode(digest(&SHA256, config.origin.as_bytes()).as_ref());
        let log = name.get(..16).unwrap_or_default().to_owned();
        let signers = Signers::new(&config.secrets)?;
        Ok(Self { client, url: config.url, signers, origin: config.origin, log, patience })
    }

    /// The name of the log.
    pub(crate) fn origin(&self) -> &str {
        &self.origin
    }

    /// Sends `body` until it is confirmed or patience ends. The id is the same each time, so that a receiver that has it
    /// can tell.
    pub(crate) async fn send(&self, what: &str, body: &[u8]) -> Result<(), Error> {
        let id = format!("{}-{what}", self.log);
        self.patience.persist(|| self.once(&id, body)).await
    }

    async fn once(&self, id: &str, body: &[u8]) -> Result<(), Error> {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
        let now = i64::try_from(now).unwrap_or(i64::MAX);
        let request = Request::builder()
            .method(Method::POST)
            .uri(&self.url)
            .header(CONTENT_TYPE, "application/json")
            .header("webhook-id", id)
            .header("webhook-timestamp", now)
            .header("webhook-signature", self.signers.sign(id, now, body))
            .body(body.to_vec());
        let request = request.map_err(|_| Error::Internal("the request to the receiver cannot be made"))?;
        let status = self.client.exchange(request).await?.status();
        if status.is_success() { Ok(()) } else { Err(Error::NotConfirmed(status.as_u16())) }
    }
}

impl fmt::Debug for Webhook {
    /// Without the address: it can hold a secret.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Webhook")
            .field("origin", &self.origin)
            .field("signers", &self.signers)
            .finish_non_exhaustive()
    }
}
