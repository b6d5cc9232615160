//! Checkpoints that a receiver is told of.

use merkle::Checkpoint;
use serde::Serialize;

use crate::error::Error;
use crate::webhook::Webhook;

/// The body, of the form that Standard Webhooks recommends.
#[derive(Serialize)]
struct Told<'a> {
    r#type: &'static str,
    data: Data<'a>,
}

#[derive(Serialize)]
struct Data<'a> {
    log: &'a str,
    size: u64,
    root_sha256: String,
    checkpoint: &'a str,
}

pub(super) async fn publish(receiver: &Webhook, ours: &Checkpoint, note: &str) -> Result<(), Error> {
    let (size, root) = (ours.tree().size(), ours.tree().root().to_string());
    let data = Data { log: ours.origin(), size, root_sha256: root, checkpoint: note };
    let body = serde_json::to_vec(&Told { r#type: "audit.checkpoint", data });
    let body = body.map_err(|_| Error::Internal("the checkpoint cannot be written as JSON"))?;
    receiver.send(&format!("checkpoint-{size}"), &body).await
}
