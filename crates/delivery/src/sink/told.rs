//! Entries that a receiver is told of.

use crate::batch::Batch;
use crate::error::Error;
use crate::webhook::Webhook;

/// The id is made of the numbers of the first and the last entry, so that a batch that comes twice bears it twice.
pub(super) async fn deliver(receiver: &Webhook, batch: &Batch) -> Result<(), Error> {
    let (first, last) = (batch.first(), batch.last());
    let log = serde_json::to_string(receiver.origin());
    let log = log.map_err(|_| Error::Internal("the name of the log cannot be written as JSON"))?;
    let mut body =
        format!(r#"{{"type":"audit.entries","data":{{"log":{log},"first":{first},"last":{last},"entries":["#);
    for (at, entry) in batch.entries().iter().enumerate() {
        if at > 0 {
            body.push(',');
        }
        // JSON already, and hashed as it is.
        body.push_str(&entry.line);
    }
    body.push_str("]}}");
    receiver.send(&format!("entries-{first}-{last}"), body.as_bytes()).await
}
