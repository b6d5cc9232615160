//! The jobs of a server, made ready to be run.

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use observe::DeliveryCounts;
use store::Store;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::checkpoints::{self, Checkpoints};
use super::exports::{self, Export};
use super::ran::{Ran, Record};
use super::running::Job;
use super::work::{blocking, tell};

use crate::error::Error;
use crate::itself::NAME;

/// How often an export looks for new entries.
const EXPORT_EVERY: Duration = Duration::from_secs(5);

/// The jobs of a server.
#[derive(Default)]
pub struct Jobs {
    /// Signs the audit log and publishes the checkpoints.
    pub checkpoints: Option<Checkpoints>,
    /// Take its entries elsewhere.
    pub exports: Vec<Export>,
    /// Anything else.
    pub others: Vec<Periodic>,
}

/// A job that is a function. It may block.
pub struct Periodic {
    /// Its name, in the log, the metrics and its lease.
    pub name: &'static str,
    /// How long it rests after a run.
    pub every: Duration,
    /// A run.
    pub work: Arc<dyn Fn() -> Result<(), Error> + Send + Sync>,
}

pub(super) type Work = Box<dyn Fn() -> Pin<Box<dyn Future<Output = Ran> + Send>> + Send>;

/// A job, ready to be run.
pub(super) struct Ready {
    /// In the log and the metrics.
    name: &'static str,
    /// Its own name, by which it is listed and leased.
    pub(super) lease: String,
    pub(super) every: Duration,
    pub(super) work: Work,
}

impl Jobs {
    /// Runs them until `stop` is cancelled, then gives their leases up. Runs that last longer than that are left alone.
    pub async fn run(self, store: Store, counts: DeliveryCounts, stop: CancellationToken) {
        recall(&store, &counts, &self).await;
        let mut running = JoinSet::new();
        for ready in self.ready(&store, &counts) {
            let job = job(&ready, store.clone(), counts.clone(), stop.clone(), NAME);
            running.spawn(job.keep_running(ready.work));
        }
        while running.join_next().await.is_some() {}
    }

    /// The names of the jobs, and how long each rests.
    pub(super) fn planned(&self) -> Vec<(String, Duration)> {
        let checkpoints = self.checkpoints.iter().map(|checkpoints| ("checkpoint".to_owned(), checkpoints.every));
        let exports = self.exports.iter().map(|export| (format!("export {}", export.name), EXPORT_EVERY));
        let others = self.others.iter().map(|other| (other.name.to_owned(), other.every));
        checkpoints.chain(exports).chain(others).collect()
    }

    pub(super) fn ready(self, store: &Store, counts: &DeliveryCounts) -> Vec<Ready> {
        let mut all = Vec::new();
        if let Some(checkpoints) = self.checkpoints {
            let run = Arc::new(checkpoints::Run::new(checkpoints, store.clone(), counts.clone()));
            let every = run.every();
            let work: Work = Box::new(move || Box::pin(Arc::clone(&run).once()));
            all.push(Ready { name: "checkpoint", lease: "checkpoint".to_owned(), every, work });
        }
        for export in self.exports {
            let lease = format!("export {}", export.name);
            let run = Arc::new(exports::Run::new(export, store.clone(), counts.clone()));
            let work: Work = Box::new(move || Box::pin(Arc::clone(&run).once()));
            all.push(Ready { name: "export", lease, every: EXPORT_EVERY, work });
        }
        for Periodic { name, every, work } in self.others {
            let work: Work = Box::new(move || Box::pin(in_background(name, Arc::clone(&work))));
            all.push(Ready { name, lease: name.to_owned(), every, work });
        }
        all
    }
}

pub(super) fn job(ready: &Ready, store: Store, counts: DeliveryCounts, stop: CancellationToken, by: &str) -> Job {
    let record = Record::new(store.clone(), &ready.lease, by, ready.every);
    Job { name: ready.name, lease: ready.lease.clone(), every: ready.every, store, counts, stop, record }
}

/// Counts from what is on record when jobs last ended well, so that an alert on that does not begin anew with the process.
async fn recall(store: &Store, counts: &DeliveryCounts, jobs: &Jobs) {
    let store = store.clone();
    let Ok(runs) = blocking(move || Ok(store.job_runs()?)).await.inspect_err(|error| tell(NAME, error)) else { return };
    for other in &jobs.others {
        let run = runs.iter().find(|run| run.name == other.name);
        if let Some(done) = run.and_then(|run| run.last_done_ms) {
            counts.ended_well(other.name, done / 1_000);
        }
    }
}

async fn in_background(name: &'static str, work: Arc<dyn Fn() -> Result<(), Error> + Send + Sync>) -> Ran {
    match blocking(move || work()).await {
        Ok(()) => Ran::done(),
        Err(error) => {
            tell(name, &error);
            Ran::failed(&error)
        }
    }
}
