//! Where checkpoints are kept.

mod folder;
mod judge;
mod s3;
mod s3_http;
mod told;

pub use folder::Folder;
pub use s3::{S3, S3Config};

use crate::error::Error;
use crate::webhook::Webhook;

/// A second place for checkpoints.
#[derive(Debug)]
pub enum Destination {
    /// A folder, best on another machine's disk.
    Folder(Folder),
    /// A bucket.
    S3(S3),
    /// A receiver that keeps them itself.
    Webhook(Webhook),
}

impl Destination {
    /// Takes the signed checkpoint there: as the latest, and beside it under its size. What is there already is left.
    ///
    /// # Errors
    /// When it is not known to have arrived; [`Error::SetBack`], [`Error::Fork`] and [`Error::OtherLog`] when what lies
    /// there cannot be of the same log.
    pub async fn publish(&self, note: &str) -> Result<(), Error> {
        let ours = judge::read(note)?;
        match self {
            Self::Folder(folder) => folder.publish(ours, note).await,
            Self::S3(bucket) => bucket.publish(ours, note).await,
            Self::Webhook(receiver) => told::publish(receiver, &ours, note).await,
        }
    }

    /// The latest checkpoint that lies there, as a signed note; a webhook never tells.
    ///
    /// # Errors
    /// When it cannot be read.
    pub async fn latest(&self) -> Result<Option<String>, Error> {
        match self {
            Self::Folder(folder) => folder.latest().await,
            Self::S3(bucket) => bucket.latest().await,
            Self::Webhook(_) => Ok(None),
        }
    }
}
