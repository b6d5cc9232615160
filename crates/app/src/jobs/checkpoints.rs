//! Signs the audit log as it grows, and takes the checkpoints to second places. A place that was out of reach gets the
//! newest when it is back.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use audit::Anchor;
use delivery::Destination;
use observe::{DeliveryCounts, JobOutcome};
use store::Store;

use super::ran::Ran;
use super::work::{blocking, tell};
use crate::audit::{LogPlace, sign_after};
use crate::clock::now_ms;
use crate::error::{Error, ErrorKind};

const JOB: &str = "checkpoint";

/// How the log is signed, and where the checkpoints go.
pub struct Checkpoints {
    /// How often the log is looked at.
    pub every: Duration,
    /// Where its keys are. They are opened each time, so that new ones are used without a restart.
    pub place: LogPlace,
    /// The second places, by name.
    pub destinations: Vec<(String, Destination)>,
}

/// A checkpoint that is kept.
#[derive(Clone)]
struct Made {
    size: u64,
    note: String,
}

pub(super) struct Run {
    every: Duration,
    place: Arc<LogPlace>,
    destinations: Vec<(String, Destination)>,
    store: Store,
    counts: DeliveryCounts,
    /// The last that this process made or saw: who replaces the database does not reach into it.
    seen: Mutex<Option<Made>>,
}

impl Run {
    pub(super) fn new(checkpoints: Checkpoints, store: Store, counts: DeliveryCounts) -> Self {
        let Checkpoints { every, place, destinations } = checkpoints;
        Self { every, place: Arc::new(place), destinations, store, counts, seen: Mutex::default() }
    }

    pub(super) fn every(&self) -> Duration {
        self.every
    }

    pub(super) async fn once(self: Arc<Self>) -> Ran {
        match self.make().await {
            Ok(None) => Ran::done(),
            Ok(Some(made)) => self.publish(&made).await.into(),
            Err(error) => {
                let refused = error.kind == ErrorKind::Refused;
                let outcome = if refused { JobOutcome::Contradicted } else { JobOutcome::Failed };
                self.counts.checkpoint(outcome);
                tell(JOB, &error);
                Ran { outcome, ..Ran::failed(&error) }
            }
        }
    }

    /// The newest checkpoint; none while the log is empty and always was.
    async fn make(&self) -> Result<Option<Made>, Error> {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let store = self.store.clone();
        let size = blocking(move || Ok(store.audit_size()?)).await?;
        if seen.as_ref().is_some_and(|seen| seen.size == size) || (seen.is_none() && size == 0) {
            return Ok(seen);
        }
        let mut anchors = self.anchors().await;
        let memory = |seen: Made| Anchor { source: "this process".to_owned(), note: seen.note.into_bytes() };
        anchors.extend(seen.map(memory));
        let (store, place) = (self.store.clone(), Arc::clone(&self.place));
        let made = blocking(move || {
            let new = sign_after(&store, &place.keys()?, &place.anchors(), &anchors)?;
            Ok((new.is_some(), store.audit_checkpoint(None)?))
        });
        let (new, last) = made.await?;
        let Some((size, note)) = last else { return Ok(None) };
        if new {
            self.counts.checkpoint(JobOutcome::Done);
            self.counts.last_checkpoint(size, now_ms() / 1000);
            tracing::info!(size, "a checkpoint of the audit log was signed");
        }
        let made = Made { size, note };
        *self.seen.lock().unwrap_or_else(PoisonError::into_inner) = Some(made.clone());
        Ok(Some(made))
    }

    /// The newest checkpoint of each place that can be asked; one that no key of the log signed will have no say. What one cannot tell now is found when it is published to.
    async fn anchors(&self) -> Vec<Anchor> {
        let mut anchors = Vec::new();
        for (name, destination) in &self.destinations {
            match destination.latest().await {
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
    async fn publish(&self, made: &Made) -> JobOutcome {
        let mut worst = JobOutcome::Done;
        for (name, destination) in &self.destinations {
            let outcome = self.publish_to(name, destination, made).await;
            if outcome != JobOutcome::Done && worst != JobOutcome::Contradicted {
                worst = outcome;
            }
        }
        worst
    }

    async fn publish_to(&self, name: &str, destination: &Destination, made: &Made) -> JobOutcome {
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
