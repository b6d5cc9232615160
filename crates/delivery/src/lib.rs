//! Takes bytes to a second place, because who holds one machine can rewrite all that is on it.
//!
//! A [`Destination`] keeps checkpoints: small signed texts, the latest and one for each size of the log. It refuses to go
//! back, so that a log that was replaced by an older copy of itself is noticed. A [`Sink`] takes the entries one batch
//! after the other, each at least once: a batch is done when the receiver confirmed it, and is sent again until then.
//!
//! Nothing here knows what an entry says, or where the cursor of an export is kept.

mod batch;
mod destination;
mod durable;
mod error;
mod persist;
mod sink;
mod standard_webhook;
mod webhook;

pub use batch::{Batch, Entry};
pub use destination::{Destination, Folder, S3, S3Config};
pub use error::Error;
pub use persist::Patience;
pub use sink::{JsonLines, Sink, Syslog, SyslogConfig};
pub use standard_webhook::Signers;
pub use webhook::{Webhook, WebhookConfig};
