//! Why something did not arrive. No secret, and nothing of what was sent, is ever part of it.

use std::io;
use std::path::{Path, PathBuf};

/// What happened and why; [`advice`](Error::advice) says what to do next.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file or folder cannot be used.
    #[error("{path:?} cannot be written: {cause}")]
    File {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        #[source]
        cause: io::Error,
    },
    /// The address may not be reached, or nothing came back.
    #[error("the receiver was not reached: {0}")]
    Outbound(#[from] outbound::Error),
    /// The receiver answered with a status that confirms nothing.
    #[error("the receiver did not confirm, it answered HTTP {0}")]
    NotConfirmed(u16),
    /// The secret of a webhook is not of its form.
    #[error("the secret of the webhook is wrong: {0}")]
    WebhookSecret(&'static str),
    /// The bucket cannot be used as it is configured.
    #[error("the S3 bucket is configured wrongly")]
    S3Config(#[source] object_store::Error),
    /// The bucket refuses the credentials, or what they may do.
    #[error("the S3 bucket refuses these credentials, or what they may do")]
    S3Refused(#[source] object_store::Error),
    /// The bucket is not there.
    #[error("the S3 bucket is not there")]
    S3Missing(#[source] object_store::Error),
    /// The bucket did not answer as it must.
    #[error("the S3 bucket did not answer as it must")]
    S3(#[source] object_store::Error),
    /// What is there is no checkpoint.
    #[error("what lies there as the latest checkpoint is none")]
    NoCheckpoint(#[source] merkle::Error),
    /// What is there is a checkpoint of another log.
    #[error("the latest checkpoint there is of another log, {0}")]
    OtherLog(String),
    /// What is there is newer.
    #[error(
        "the latest checkpoint there is of {there} entries, this one of {ours}: the log was set back, or is a copy"
    )]
    SetBack {
        /// The size of the log in the checkpoint there.
        there: u64,
        /// The size of the log in ours.
        ours: u64,
    },
    /// What is there contradicts ours.
    #[error("a checkpoint of {0} entries is there already, and it has another root: the log was rewritten")]
    Fork(u64),
    /// TLS cannot be set up.
    #[error("TLS to the receiver cannot be set up: {0}")]
    Tls(String),
    /// There was no connection, or it broke before all was confirmed.
    #[error("the connection to the receiver broke before it confirmed: {0}")]
    Broken(#[source] io::Error),
    /// It took too long.
    #[error("the receiver did not confirm in time")]
    TimedOut,
    /// An entry is longer than can be sent.
    #[error("entry {0} is longer than can be sent")]
    TooLong(u64),
    /// Something of this program failed.
    #[error("{0}")]
    Internal(&'static str),
}

impl Error {
    pub(crate) fn file(path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |cause| Self::File { path: path.to_owned(), cause }
    }

    /// Whether the same may well succeed a moment later.
    #[must_use]
    pub fn may_pass(&self) -> bool {
        match self {
            Self::Outbound(error) => error.may_pass(),
            Self::NotConfirmed(status) => matches!(status, 408 | 425 | 429 | 500..),
            Self::S3(_) | Self::TimedOut => true,
            Self::Broken(cause) => cause.kind() != io::ErrorKind::InvalidData,
            _ => false,
        }
    }

    /// Whether it says that the log here is not the one that was published.
    #[must_use]
    pub fn is_contradiction(&self) -> bool {
        matches!(self, Self::OtherLog(_) | Self::SetBack { .. } | Self::Fork(_))
    }

    /// What to do next, in plain words.
    #[must_use]
    pub fn advice(&self) -> &'static str {
        match self {
            Self::File { .. } => {
                "Make the folder, give the server's user the right to write there, or mend the path in the configuration."
            }
            Self::Outbound(_) | Self::Broken(_) | Self::TimedOut => {
                "Check that the receiver runs and that its address and certificate are right; what is not confirmed is sent again."
            }
            Self::NotConfirmed(_) => "Look at the log of the receiver; what is not confirmed is sent again.",
            Self::WebhookSecret(_) => "Use `whsec_` and the base64 of 24 to 64 random bytes, the same at the receiver.",
            Self::S3Config(_) => "Mend the bucket, region, endpoint or prefix in the configuration.",
            Self::S3Refused(_) => "Give the credentials s3:GetObject and s3:PutObject on the prefix, or renew them.",
            Self::S3Missing(_) => "Make the bucket, or mend its name, region or endpoint in the configuration.",
            Self::S3(_) => "Check that the endpoint is S3 and works; what is not confirmed is sent again.",
            Self::NoCheckpoint(_) => {
                "Find out who wrote there; move that file or object away, and the next checkpoint takes its place."
            }
            Self::OtherLog(_) => "Give each log a place of its own.",
            Self::SetBack { .. } | Self::Fork(_) => {
                "Verify the log against the checkpoint there, and find out who replaced the database. If an old backup was restored on purpose, give the log a new place."
            }
            Self::Tls(_) => "Mend the authority, the certificate or the key in the configuration.",
            Self::TooLong(_) => "Tell the makers of this program: no entry should be so long.",
            Self::Internal(_) => "Try again; when it happens again, the machine is short of something or broken.",
        }
    }
}
