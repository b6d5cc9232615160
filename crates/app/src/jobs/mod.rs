//! What a server does by itself, again and again. Of all processes on one store, one runs a job at a time: the one that
//! holds its lease. A job that fails or panics is logged and counted, and runs again later; it never ends the server.

mod checkpoints;
mod exports;
mod running;
mod work;

use std::sync::Arc;
use std::time::Duration;

use observe::{DeliveryCounts, JobOutcome};
use store::Store;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

pub use checkpoints::Checkpoints;
pub use exports::Export;
use running::Job;
use work::{blocking, tell};

use crate::error::Error;

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

impl Jobs {
    /// Runs them until `stop` is cancelled, then gives their leases up. Runs that last longer than that are left alone.
    pub async fn run(self, store: Store, counts: DeliveryCounts, stop: CancellationToken) {
        let mut running = JoinSet::new();
        let job = |name: &'static str, lease: String, every| Job {
            name,
            lease,
            every,
            store: store.clone(),
            counts: counts.clone(),
            stop: stop.clone(),
        };
        if let Some(checkpoints) = self.checkpoints {
            let run = Arc::new(checkpoints::Run::new(checkpoints, store.clone(), counts.clone()));
            let every = run.every();
            let work = move || Arc::clone(&run).once();
            running.spawn(job("checkpoint", "checkpoint".to_owned(), every).keep_running(work));
        }
        for export in self.exports {
            let lease = format!("export {}", export.name);
            let run = Arc::new(exports::Run::new(export, store.clone(), counts.clone()));
            let work = move || Arc::clone(&run).once();
            running.spawn(job("export", lease, EXPORT_EVERY).keep_running(work));
        }
        for Periodic { name, every, work } in self.others {
            let work = move || in_background(name, Arc::clone(&work));
            running.spawn(job(name, name.to_owned(), every).keep_running(work));
        }
        while running.join_next().await.is_some() {}
    }
}

async fn in_background(name: &'static str, work: Arc<dyn Fn() -> Result<(), Error> + Send + Sync>) -> JobOutcome {
    match blocking(move || work()).await {
        Ok(()) => JobOutcome::Done,
        Err(error) => {
            tell(name, &error);
            JobOutcome::Failed
        }
    }
}
