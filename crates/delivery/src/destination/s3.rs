//! Checkpoints in a bucket of S3, best one whose objects cannot be changed (Object Lock).

use std::fmt;
use std::time::Duration;

use merkle::{Checkpoint, MAX_NOTE_BYTES};
use object_store::aws::{AmazonS3, AmazonS3Builder, Checksum};
use object_store::path::Path;
use object_store::{ObjectStore as _, ObjectStoreExt as _, PutMode, PutOptions, RetryConfig};
use outbound::{Client, Rules};
use secrecy::{ExposeSecret as _, SecretString};

use super::judge;
use super::s3_http::Connector;
use crate::error::Error;
use crate::persist::Patience;

/// Which bucket, and as whom.
#[derive(Clone, Debug)]
pub struct S3Config {
    /// The name of the bucket.
    pub bucket: String,
    /// Its region.
    pub region: String,
    /// Where it is, if not at Amazon; the name of the bucket then follows in the path.
    pub endpoint: Option<String>,
    /// What the names of objects begin with; may be empty.
    pub prefix: String,
    /// The id of the access key.
    pub access_key_id: String,
    /// The access key. Credentials of a machine or a container are never asked for.
    pub secret_access_key: SecretString,
}

/// A bucket.
pub struct S3 {
    bucket: AmazonS3,
    prefix: Path,
    patience: Patience,
}

impl S3 {
    /// A bucket, which must be reachable under `rules`. Nothing is asked yet.
    ///
    /// # Errors
    /// When the configuration is wrong.
    pub fn new(config: &S3Config, rules: &Rules, patience: Patience) -> Result<Self, Error> {
        let client = Client::new(rules)?;
        let mut builder = AmazonS3Builder::new()
            .with_bucket_name(&config.bucket)
            .with_region(&config.region)
            .with_access_key_id(&config.access_key_id)
            .with_secret_access_key(config.secret_access_key.expose_secret())
            // Buckets with Object Lock take nothing without one.
            .with_checksum_algorithm(Checksum::SHA256)
            // What may go without TLS, the rules of `outbound` say.
            .with_allow_http(true)
            .with_retry(RetryConfig { max_retries: 0, retry_timeout: Duration::ZERO, ..RetryConfig::default() });
        if let Some(endpoint) = &config.endpoint {
            client.check(endpoint)?;
            builder = builder.with_endpoint(endpoint.trim_end_matches('/'));
        }
        let bucket = builder.with_http_connector(Connector(client)).build().map_err(Error::S3Config)?;
        let prefix = Path::parse(config.prefix.trim_matches('/'));
        let prefix = prefix.map_err(|cause| Error::S3Config(cause.into()))?;
        Ok(Self { bucket, prefix, patience })
    }

    pub(super) async fn publish(&self, ours: Checkpoint, note: &str) -> Result<(), Error> {
        self.patience.persist(|| self.once(&ours, note)).await
    }

    async fn once(&self, ours: &Checkpoint, note: &str) -> Result<(), Error> {
        let newer = judge::is_newer(ours, self.text(judge::LATEST).await?.as_deref())?;
        let own = judge::name(ours.tree().size());
        if !self.put(&own, note, PutMode::Create).await?
            && let Some(there) = self.text(&own).await?
        {
            judge::same_root(ours, &judge::read(&there)?)?;
        }
        if newer { self.put(judge::LATEST, note, PutMode::Overwrite).await.map(drop) } else { Ok(()) }
    }

    pub(super) async fn latest(&self) -> Result<Option<String>, Error> {
        self.patience.persist(|| self.text(judge::LATEST)).await
    }

    /// False where it is there already and must not be replaced.
    async fn put(&self, name: &str, note: &str, mode: PutMode) -> Result<bool, Error> {
        let options = PutOptions { mode, ..PutOptions::default() };
        match self.bucket.put_opts(&self.path(name), note.to_owned().into(), options).await {
            Ok(_) => Ok(true),
            Err(object_store::Error::AlreadyExists { .. }) => Ok(false),
            Err(error) => Err(fault(error)),
        }
    }

    async fn text(&self, name: &str) -> Result<Option<String>, Error> {
        let found = match self.bucket.get(&self.path(name)).await {
            Ok(found) => found,
            Err(object_store::Error::NotFound { source, .. }) if !source.to_string().contains("NoSuchBucket") => {
                return Ok(None);
            }
            Err(error) => return Err(fault(error)),
        };
        if found.meta.size > MAX_NOTE_BYTES as u64 {
            return Err(Error::NoCheckpoint(merkle::Error::MalformedNote { why: "it is longer than 128 KiB" }));
        }
        let bytes = found.bytes().await.map_err(fault)?;
        Ok(Some(String::from_utf8_lossy(&bytes).into_owned()))
    }

    fn path(&self, name: &str) -> Path {
        self.prefix.clone().join(name)
    }
}

/// What it means to an operator. What refuses for good among those without a name of their own is tried a few times more.
fn fault(error: object_store::Error) -> Error {
    use object_store::Error::{InvalidPath, NotFound, PermissionDenied, Unauthenticated};
    match error {
        PermissionDenied { .. } | Unauthenticated { .. } => Error::S3Refused(error),
        NotFound { .. } => Error::S3Missing(error),
        InvalidPath { .. } => Error::S3Config(error),
        _ => match refusal(&error) {
            Some(refusal) => Error::Outbound(refusal),
            None => Error::S3(error),
        },
    }
}

/// The rule of `outbound` that stopped the request, where one did.
fn refusal(error: &object_store::Error) -> Option<outbound::Error> {
    let mut within = std::error::Error::source(error);
    while let Some(found) = within {
        match found.downcast_ref::<outbound::Error>() {
            Some(outbound::Error::Private(host)) => return Some(outbound::Error::Private(host.clone())),
            Some(outbound::Error::NotHttps) => return Some(outbound::Error::NotHttps),
            Some(outbound::Error::Redirect(status)) => return Some(outbound::Error::Redirect(*status)),
            _ => within = found.source(),
        }
    }
    None
}

impl fmt::Debug for S3 {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("S3").field("prefix", &self.prefix).finish_non_exhaustive()
    }
}
