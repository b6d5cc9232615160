//! Takes the entries of the audit log to a second place, each at least once: the cursor moves when the receiver has
//! confirmed, and after a crash what was confirmed last may be sent once more.

use std::sync::Arc;

use delivery::{Batch, Entry, Sink};
use merkle::Hash;
use observe::DeliveryCounts;
use store::{LoggedEntry, Store};

use super::ran::Ran;
use super::work::{blocking, tell};
use crate::error::Error;

/// Entries of one delivery.
const BATCH: u32 = 500;

/// A continuous export.
#[derive(Debug)]
pub struct Export {
    /// Its name, by which it goes on where it ended.
    pub name: String,
    /// Where entries go.
    pub sink: Sink,
}

pub(super) struct Run {
    export: Export,
    cursor: String,
    store: Store,
    counts: DeliveryCounts,
}

impl Run {
    pub(super) fn new(export: Export, store: Store, counts: DeliveryCounts) -> Self {
        Self { cursor: format!("exports.{}", export.name), export, store, counts }
    }

    /// Takes all there is.
    pub(super) async fn once(self: Arc<Self>) -> Ran {
        loop {
            match self.batch().await {
                Ok(true) => {}
                Ok(false) => return Ran::done(),
                Err(error) => {
                    self.counts.export_failed(&self.export.name);
                    tell(&format!("export {}", self.export.name), &error);
                    return Ran::failed(&error);
                }
            }
        }
    }

    /// Takes a batch, where there is one.
    async fn batch(&self) -> Result<bool, Error> {
        let (store, cursor) = (self.store.clone(), self.cursor.clone());
        let read = blocking(move || {
            let next = store.export_cursor(&cursor)?;
            Ok((next, store.audit_size()?, store.audit_batch(next, BATCH)?))
        });
        let (next, size, entries) = read.await?;
        self.counts.export_lag(&self.export.name, size.saturating_sub(next));
        let Some(batch) = Batch::new(entries.into_iter().map(line).collect()) else { return Ok(false) };
        self.export.sink.deliver(&batch).await?;
        let (store, cursor, done) = (self.store.clone(), self.cursor.clone(), batch.last() + 1);
        blocking(move || Ok(store.advance_export(&cursor, done)?)).await?;
        self.counts.exported(&self.export.name, done - batch.first());
        self.counts.export_lag(&self.export.name, size.saturating_sub(done));
        Ok(true)
    }
}

/// The event stands in the line byte for byte as it is hashed; `null` where retention dropped it.
fn line(entry: LoggedEntry) -> Entry {
    let leaf = Hash::from(entry.leaf_sha256);
    let event = entry.body.as_deref().unwrap_or("null");
    let line = format!(r#"{{"number":{},"leafHash":"{leaf}","event":{event}}}"#, entry.number);
    Entry { number: entry.number, at_ms: entry.at_ms, action: entry.action, line }
}
