//! Where entries go, one batch after the other.

mod json_lines;
mod syslog;
mod syslog_config;
mod syslog_message;
mod syslog_tls;
mod told;

pub use json_lines::JsonLines;
pub use syslog::Syslog;
pub use syslog_config::SyslogConfig;

use crate::batch::Batch;
use crate::error::Error;
use crate::webhook::Webhook;

/// A second place for entries.
#[derive(Debug)]
pub enum Sink {
    /// A file of JSON lines.
    JsonLines(JsonLines),
    /// A receiver of syslog over TLS.
    Syslog(Box<Syslog>),
    /// A receiver of signed requests.
    Webhook(Box<Webhook>),
}

impl Sink {
    /// Takes the batch there. It arrived at least once when this succeeds; after a failure a part of it may have arrived,
    /// and all of it must be delivered again. Batches are delivered in order, one at a time.
    ///
    /// # Errors
    /// When it is not known to have arrived.
    pub async fn deliver(&self, batch: &Batch) -> Result<(), Error> {
        match self {
            Self::JsonLines(file) => file.deliver(batch).await,
            Self::Syslog(receiver) => receiver.deliver(batch).await,
            Self::Webhook(receiver) => told::deliver(receiver, batch).await,
        }
    }
}
