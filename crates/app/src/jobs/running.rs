//! Runs one job again and again, under its lease.

use std::time::Duration;

use observe::{DeliveryCounts, JobOutcome};
use store::Store;
use tokio_util::sync::CancellationToken;

use super::work::{blocking, tell};
use crate::clock::milliseconds;

/// How much longer than the pause between two runs a lease holds. Whoever holds it renews it three times in that.
const MARGIN: Duration = Duration::from_secs(30);

/// The longest rest after runs that failed.
const LONGEST_REST: Duration = Duration::from_secs(300);

/// A job, and what it needs to be run.
pub(super) struct Job {
    pub(super) name: &'static str,
    pub(super) lease: String,
    pub(super) every: Duration,
    pub(super) store: Store,
    pub(super) counts: DeliveryCounts,
    pub(super) stop: CancellationToken,
}

impl Job {
    /// Runs `work` until the server stops. After runs that failed it rests longer and longer.
    pub(super) async fn keep_running<F>(self, work: impl Fn() -> F + Send + 'static)
    where
        F: Future<Output = JobOutcome> + Send + 'static,
    {
        let mut failures: u32 = 0;
        while !self.stop.is_cancelled() {
            if self.hold().await {
                failures = if self.run(work()).await { 0 } else { failures.saturating_add(1) };
            }
            let rest = self.every.saturating_mul(1_u32.checked_shl(failures).unwrap_or(u32::MAX));
            let rest = rest.min(LONGEST_REST.max(self.every));
            tokio::select! {
                () = self.stop.cancelled() => {}
                () = tokio::time::sleep(rest) => {}
            }
        }
        let (store, lease) = (self.store.clone(), self.lease.clone());
        if let Err(error) = blocking(move || Ok(store.release_lease(&lease)?)).await {
            tell(self.name, &error);
        }
    }

    /// Whether the lease is ours for now.
    async fn hold(&self) -> bool {
        let (store, lease) = (self.store.clone(), self.lease.clone());
        let long = milliseconds(LONGEST_REST.max(self.every).saturating_add(MARGIN));
        let held = blocking(move || Ok(store.take_lease(&lease, long)?)).await;
        held.inspect_err(|error| tell(self.name, error)).unwrap_or(false)
    }

    /// One run, during which the lease is renewed. It ends early when the lease is lost or the server stops.
    async fn run(&self, work: impl Future<Output = JobOutcome> + Send + 'static) -> bool {
        let mut task = tokio::spawn(work);
        loop {
            tokio::select! {
                ended = &mut task => return self.ended(ended),
                () = self.stop.cancelled() => {
                    task.abort();
                    return true;
                }
                () = tokio::time::sleep(MARGIN / 3) => {
                    if !self.hold().await {
                        task.abort();
                        tracing::warn!(job = self.name, "another process took this job over");
                        return false;
                    }
                }
            }
        }
    }

    fn ended(&self, ended: Result<JobOutcome, tokio::task::JoinError>) -> bool {
        let outcome = ended.unwrap_or_else(|cause| {
            tracing::error!(job = self.name, %cause, "a background job broke off; it runs again later");
            JobOutcome::Failed
        });
        self.counts.ran(self.name, outcome);
        outcome == JobOutcome::Done
    }
}
