//! Signs the audit log as it grows, and takes the checkpoints to second places. A place that was out of reach gets the
//! newest when it is back.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use audit::Anchor;
use delivery::Destination;
use merkle::{Note, TreeHead};
use observe::{DeliveryCounts, JobOutcome};
use store::Store;

use super::{blocking, tell};
use crate::audit::{KeptCheckpoint, make_checkpoint};
use crate::clock::now_ms;
use crate::error::{Error, ErrorKind};

const JOB: &str = "checkpoint";

type Sign = dyn Fn(TreeHead) -> Result<Note, Error> + Send + Sync;
type Believe = dyn Fn(&str) -> bool + Send + Sync;
type Keep = dyn Fn(u64, &str) -> Result<(), Error> + Send + Sync;

/// How the log is signed, and where the checkpoints go.
pub struct Checkpoints {
    /// How often the log is looked at.
    pub every: Duration,
    /// Signs with the keys of the log. They are opened each time, so that new ones are used without a restart.
    pub sign: Arc<Sign>,
    /// Whether a note is signed by a key of the log: what is not, wherever it lies, has no say.
    pub believe: Arc<Believe>,
    /// Keeps a new checkpoint beside the database.
    pub keep: Arc<Keep>,
    /// The second places, by name.
    pub destinations: Vec<(String, Destination)>,
}

pub(super) struct Run {
    checkpoints: Checkpoints,
    store: Store,
    counts: DeliveryCounts,
    /// The last that this process made or saw: who replaces the database does not reach into it.
    seen: Mutex<Option<KeptCheckpoint>>,
}

impl Run {
    pub(super) fn new(checkpoints: Checkpoints, store: Store, counts: DeliveryCounts) -> Self {
        Self { checkpoints, store, counts, seen: Mutex::default() }
    }

    pub(super) async fn once(self: Arc<Self>) -> JobOutcome {
        match self.make().await {
            Ok(None) => JobOutcome::Done,
            Ok(Some(made)) => self.publish(&made).await,
            Err(error) => {
                let refused = error.kind == ErrorKind::Refused;
                let outcome = if refused { JobOutcome::Contradicted } else { JobOutcome::Failed };
                self.counts.checkpoint(outcome);
                tell(JOB, &error);
                outcome
            }
        }
    }

    async fn make(&self) -> Result<Option<KeptCheckpoint>, Error> {
        let store = self.store.clone();
        let size = blocking(move || Ok(store.audit_size()?)).await?;
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if size == 0 && seen.is_none() {
            return Ok(None);
        }
        // What lies elsewhere is asked for only when something is about to be signed.
        let mut anchors = match &seen {
            Some(seen) if seen.size == size => Vec::new(),
            _ => self.anchors().await,
        };
        let memory = |seen: KeptCheckpoint| Anchor { source: "this process".to_owned(), note: seen.note.into_bytes() };
        anchors.extend(seen.map(memory));
        let (store, sign, keep) =
            (self.store.clone(), Arc::clone(&self.checkpoints.sign), Arc::clone(&self.checkpoints.keep));
        let made = blocking(move || {
            let made = make_checkpoint(&store, &anchors, &*sign)?;
            if let Some(made) = made.as_ref().filter(|made| made.new) {
                keep(made.size, &made.note)?;
            }
            Ok(made)
        });
        let made = made.await?;
        if let Some(made) = &made {
            if made.new {
                self.counts.checkpoint(JobOutcome::Done);
                self.counts.last_checkpoint(made.size, now_ms() / 1000);
                tracing::info!(size = made.size, "a checkpoint of the audit log was signed");
            }
            *self.seen.lock().unwrap_or_else(PoisonError::into_inner) = Some(made.clone());
        }
        Ok(made)
    }

    /// The newest checkpoint of each place that can be asked. What one cannot tell now is found when it is published to.
    async fn anchors(&self) -> Vec<Anchor> {
        let mut anchors = Vec::new();
        for (name, destination) in &self.checkpoints.destinations {
            match destination.latest().await {
                Ok(Some(note)) if !(self.checkpoints.believe)(&note) => {
                    tracing::error!(
                        job = JOB,
                        destination = name,
                        "the latest checkpoint there is not signed by a key of this log"
                    );
                }
                Ok(Some(note)) => {
                    anchors.push(Anchor { source: format!("audit.checkpoints.{name}"), note: note.into_bytes() });
                }
                Ok(None) => {}
                Err(error) => tell_of(name, error),
            }
        }
        anchors
    }

    /// Takes it to all places that have an older one.
    async fn publish(&self, made: &KeptCheckpoint) -> JobOutcome {
        let mut worst = JobOutcome::Done;
        for (name, destination) in &self.checkpoints.destinations {
            let outcome = self.publish_to(name, destination, made).await;
            if outcome != JobOutcome::Done && worst != JobOutcome::Contradicted {
                worst = outcome;
            }
        }
        worst
    }

    async fn publish_to(&self, name: &str, destination: &Destination, made: &KeptCheckpoint) -> JobOutcome {
        let (cursor, size) = (format!("checkpoints.{name}"), made.size);
        let (store, of) = (self.store.clone(), cursor.clone());
        match blocking(move || Ok(store.export_cursor(&of)?)).await {
            Ok(there) if there >= size => return JobOutcome::Done,
            Ok(_) => {}
            Err(error) => {
                tell(JOB, &error);
                return JobOutcome::Failed;
            }
        }
        let outcome = match destination.publish(&made.note).await {
            Ok(()) => {
                let store = self.store.clone();
                let advanced = blocking(move || Ok(store.advance_export(&cursor, size)?)).await;
                advanced.inspect_err(|error| tell(JOB, error)).map_or(JobOutcome::Failed, |()| JobOutcome::Done)
            }
            Err(error) => {
                let contradicts = error.is_contradiction();
                tell_of(name, error);
                if contradicts { JobOutcome::Contradicted } else { JobOutcome::Failed }
            }
        };
        self.counts.published(outcome);
        outcome
    }
}

fn tell_of(name: &str, error: delivery::Error) {
    tell(&format!("checkpoint to {name}"), &Error::from(error));
}
