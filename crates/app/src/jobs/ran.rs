//! How a run of a job went, and how that is put on record.

use std::sync::Mutex;
use std::sync::PoisonError;
use std::time::Duration;

use observe::JobOutcome;
use store::{JobStart, Store};

use super::work::{blocking, tell};
use crate::clock::{milliseconds, now_ms};
use crate::error::Error;

/// Jobs that rest less long are put on record once in that time, or when it goes otherwise than before.
pub(super) const MINUTE: Duration = Duration::from_secs(60);

/// How a run went.
#[derive(Clone, Debug)]
pub(super) struct Ran {
    pub(super) outcome: JobOutcome,
    /// The kind of error and what happened, where it went badly.
    pub(super) error: Option<(&'static str, String)>,
}

impl Ran {
    pub(super) fn done() -> Self {
        Self { outcome: JobOutcome::Done, error: None }
    }

    pub(super) fn failed(error: &Error) -> Self {
        Self { outcome: JobOutcome::Failed, error: Some((error.kind.as_str(), error.message.clone())) }
    }
}

impl From<JobOutcome> for Ran {
    fn from(outcome: JobOutcome) -> Self {
        let told = || ("see-log", "The log of the process that ran it tells why.".to_owned());
        Self { outcome, error: (outcome != JobOutcome::Done).then(told) }
    }
}

/// Puts the runs of one job on record.
pub(super) struct Record {
    store: Store,
    lease: String,
    by: String,
    is_short: bool,
    /// When the last run of a short job was put on record, and how it went.
    last: Mutex<Option<(i64, JobOutcome)>>,
}

impl Record {
    pub(super) fn new(store: Store, lease: &str, by: &str, every: Duration) -> Self {
        let (lease, by) = (lease.to_owned(), by.to_owned());
        Self { store, lease, by, is_short: every < MINUTE, last: Mutex::default() }
    }

    /// A run begins: since when.
    pub(super) async fn begin(&self) -> i64 {
        let at = now_ms();
        if !self.is_short {
            self.start(at).await;
        }
        at
    }

    /// A run that began at `began` is over; the next is in `rest`.
    pub(super) async fn end(&self, began: i64, ran: &Ran, rest: Option<Duration>) {
        if self.is_short && !self.is_news(ran.outcome) {
            return;
        }
        if self.is_short {
            self.start(began).await;
        }
        let (store, lease, ran) = (self.store.clone(), self.lease.clone(), ran.clone());
        let ended = blocking(move || {
            let now = now_ms();
            let next = rest.map(|rest| now.saturating_add(milliseconds(rest)));
            let error = ran.error.as_ref().map(|(kind, message)| (*kind, message.as_str()));
            Ok(store.job_ended(&lease, ran.outcome.as_str(), error, now, next)?)
        });
        ended.await.unwrap_or_else(|error| tell(&self.lease, &error));
    }

    async fn start(&self, at_ms: i64) {
        let (store, start) = (self.store.clone(), JobStart { name: self.lease.clone(), at_ms, by: self.by.clone() });
        let started = blocking(move || Ok(store.job_started(&start)?)).await;
        started.unwrap_or_else(|error| tell(&self.lease, &error));
    }

    fn is_news(&self, outcome: JobOutcome) -> bool {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let now = now_ms();
        let old = last.is_some_and(|(at, was)| was == outcome && (0..milliseconds(MINUTE)).contains(&(now - at)));
        if !old {
            *last = Some((now, outcome));
        }
        !old
    }

    /// How long a job that ran well within `every` rests still, whoever ran it.
    pub(super) async fn rest(&self, every: Duration) -> Option<Duration> {
        let (store, lease) = (self.store.clone(), self.lease.clone());
        let read = blocking(move || Ok(store.job_runs()?.into_iter().find(|run| run.name == lease)));
        let run = read.await.inspect_err(|error| tell(&self.lease, error)).ok().flatten()?;
        if run.result.as_deref() != Some(JobOutcome::Done.as_str()) {
            return None;
        }
        // A clock that went back makes nobody wait longer than a whole rest.
        let left = run.last_done_ms?.saturating_add(milliseconds(every)).saturating_sub(now_ms());
        let left = u64::try_from(left).ok().filter(|left| *left > 0)?;
        Some(Duration::from_millis(left).min(every))
    }
}
