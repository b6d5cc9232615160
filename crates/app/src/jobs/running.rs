//! Runs one job again and again, under its lease; or once, when somebody asks.

use std::time::Duration;

use observe::{DeliveryCounts, JobOutcome};
use store::Store;
use tokio_util::sync::CancellationToken;

use super::ran::{MINUTE, Ran, Record};
use super::work::{blocking, tell};
use crate::clock::milliseconds;
use crate::error::{Error, ErrorKind};

/// How much longer than the pause between two runs a lease holds. Whoever holds it renews it three times in that.
const MARGIN: Duration = Duration::from_secs(30);

/// The longest rest after runs that failed; of a job that runs seldom, the first rest after one.
const LONGEST_REST: Duration = Duration::from_secs(300);

/// A job that rests so long runs when it is due, and not whenever a process starts.
const SELDOM: Duration = Duration::from_secs(3_600);

/// How often a job that is not due is looked at.
const LOOK: Duration = Duration::from_secs(60);

/// A job, and what it needs to be run.
pub(super) struct Job {
    pub(super) name: &'static str,
    pub(super) lease: String,
    pub(super) every: Duration,
    pub(super) store: Store,
    pub(super) counts: DeliveryCounts,
    pub(super) stop: CancellationToken,
    pub(super) record: Record,
}

impl Job {
    /// Runs `work` until the server stops. After runs that failed it rests longer and longer.
    pub(super) async fn keep_running<F>(self, work: impl Fn() -> F + Send + 'static)
    where
        F: Future<Output = Ran> + Send + 'static,
    {
        let mut failures: u32 = 0;
        while !self.stop.is_cancelled() {
            let mut rest = self.rest_after(failures);
            if let Some(left) = self.not_due().await {
                rest = left.min(LOOK);
            } else if self.hold(&self.lease).await {
                failures = if self.run(work(), failures).await { 0 } else { failures.saturating_add(1) };
                rest = self.rest_after(failures);
            }
            tokio::select! {
                () = self.stop.cancelled() => {}
                () = tokio::time::sleep(rest) => {}
            }
        }
        self.release(&self.lease).await;
    }

    /// Runs `work` now, where no other process does at this moment.
    pub(super) async fn run_now<F>(self, work: impl Fn() -> F + Send + 'static) -> Result<Ran, Error>
    where
        F: Future<Output = Ran> + Send + 'static,
    {
        // A server that runs it all the time keeps its lease; one that runs it seldom leaves it alone in between.
        let lease = if self.every < MINUTE { self.lease.clone() } else { self.run_lease() };
        if !self.hold(&lease).await {
            let message = format!("Another process runs the job {} at this moment.", self.lease);
            let hint = "Wait for it, and look at how it went: smart-begin jobs list";
            return Err(Error::new(ErrorKind::Unavailable, message, hint));
        }
        let began = self.record.begin().await;
        let ran = self.attempt(work(), &lease).await.unwrap_or_else(broken_off);
        self.counts.ran(self.name, ran.outcome);
        let rest = (self.every >= SELDOM).then_some(self.every);
        self.record.end(began, &ran, rest).await;
        self.release(&lease).await;
        Ok(ran)
    }

    fn rest_after(&self, failures: u32) -> Duration {
        let doubled = |first: Duration, times: u32| first.saturating_mul(1_u32.checked_shl(times).unwrap_or(u32::MAX));
        if failures > 0 && self.every >= SELDOM {
            return doubled(LONGEST_REST, failures - 1).min(self.every);
        }
        doubled(self.every, failures).min(LONGEST_REST.max(self.every))
    }

    async fn not_due(&self) -> Option<Duration> {
        if self.every < SELDOM { None } else { self.record.rest(self.every).await }
    }

    fn run_lease(&self) -> String {
        format!("run {}", self.lease)
    }

    /// Whether the lease is ours for now.
    async fn hold(&self, lease: &str) -> bool {
        // That of a job holds while it rests; that of a run, while it lasts.
        let rest = if lease == self.lease { LONGEST_REST.max(self.every) } else { LONGEST_REST };
        let (store, lease) = (self.store.clone(), lease.to_owned());
        let long = milliseconds(rest.saturating_add(MARGIN));
        let held = blocking(move || Ok(store.take_lease(&lease, long)?)).await;
        held.inspect_err(|error| tell(self.name, error)).unwrap_or(false)
    }

    async fn release(&self, lease: &str) {
        let (store, lease) = (self.store.clone(), lease.to_owned());
        if let Err(error) = blocking(move || Ok(store.release_lease(&lease)?)).await {
            tell(self.name, &error);
        }
    }

    /// One run. Whether it went well, or was not for us to do.
    async fn run(&self, work: impl Future<Output = Ran> + Send + 'static, failures: u32) -> bool {
        let also = (self.every >= MINUTE).then(|| self.run_lease());
        if let Some(lease) = &also
            && !self.hold(lease).await
        {
            // Somebody runs it by hand.
            return true;
        }
        let began = self.record.begin().await;
        let ended = self.attempt(work, &self.lease).await;
        if let Some(lease) = &also {
            self.release(lease).await;
        }
        let ran = match ended {
            Ok(ran) => ran,
            Err(Broken::Stopped) => return true,
            Err(Broken::Lost) => return false,
            Err(broken) => broken_off(broken),
        };
        self.counts.ran(self.name, ran.outcome);
        let well = ran.outcome == JobOutcome::Done;
        let failures = if well { 0 } else { failures.saturating_add(1) };
        self.record.end(began, &ran, Some(self.rest_after(failures))).await;
        well
    }

    /// The work, during which the lease is renewed. It ends early when the lease is lost or the server stops.
    async fn attempt(&self, work: impl Future<Output = Ran> + Send + 'static, lease: &str) -> Result<Ran, Broken> {
        let mut task = tokio::spawn(work);
        loop {
            tokio::select! {
                ended = &mut task => return ended.map_err(|cause| {
                    tracing::error!(job = self.name, %cause, "a background job broke off; it runs again later");
                    Broken::Off
                }),
                () = self.stop.cancelled() => {
                    task.abort();
                    return Err(Broken::Stopped);
                }
                () = tokio::time::sleep(MARGIN / 3) => {
                    if !self.hold(lease).await {
                        task.abort();
                        tracing::warn!(job = self.name, "another process took this job over");
                        return Err(Broken::Lost);
                    }
                }
            }
        }
    }
}

/// Why a run has no end.
enum Broken {
    /// It panicked.
    Off,
    /// The server stops.
    Stopped,
    /// Another process has the lease.
    Lost,
}

fn broken_off(broken: Broken) -> Ran {
    let message = match broken {
        Broken::Off => "The job broke off, which is a fault of smart-begin; the log tells of it.",
        Broken::Stopped => "The process stopped before the job was through.",
        Broken::Lost => "Another process took the job over.",
    };
    Ran { outcome: JobOutcome::Failed, error: Some((ErrorKind::Internal.as_str(), message.to_owned())) }
}
