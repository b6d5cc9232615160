//! What is counted of background jobs, and of what they take to second places. Made apart from
//! [`Metrics`](crate::Metrics), because a server on stdio has jobs and nobody who asks for metrics.

use std::time::{SystemTime, UNIX_EPOCH};

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;

/// How something that a job does ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum JobOutcome {
    /// Well.
    Done,
    /// Badly, and it is tried again.
    Failed,
    /// It was refused, because what is there contradicts what was there before.
    Contradicted,
}

impl JobOutcome {
    const ALL: [Self; 3] = [Self::Done, Self::Failed, Self::Contradicted];

    /// Its name in the metrics and on record.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Contradicted => "contradicted",
        }
    }
}

/// Counters of background jobs; clones count together.
#[derive(Clone, Debug, Default)]
pub struct DeliveryCounts {
    runs: Family<OfRun, Counter>,
    last_success: Family<OfJob, Gauge>,
    checkpoints: Family<Of, Counter>,
    published: Family<Of, Counter>,
    last_size: Gauge,
    last_at: Gauge,
    exported: Family<OfExport, Counter>,
    failures: Family<OfExport, Counter>,
    lag: Family<OfExport, Gauge>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfRun {
    job: &'static str,
    outcome: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfJob {
    job: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Of {
    outcome: &'static str,
}

/// The names are those of the configuration, so that nobody else makes time series.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfExport {
    export: String,
}

impl DeliveryCounts {
    /// A job ran.
    pub fn ran(&self, job: &'static str, outcome: JobOutcome) {
        self.runs.get_or_create(&OfRun { job, outcome: outcome.as_str() }).inc();
        if outcome == JobOutcome::Done {
            let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
            self.ended_well(job, i64::try_from(now.as_secs()).unwrap_or(i64::MAX));
        }
    }

    /// A job last ended well then, in seconds since 1970.
    pub fn ended_well(&self, job: &'static str, at_seconds: i64) {
        self.last_success.get_or_create(&OfJob { job }).set(at_seconds);
    }

    /// A checkpoint was made, or not.
    pub fn checkpoint(&self, outcome: JobOutcome) {
        self.checkpoints.get_or_create(&Of { outcome: outcome.as_str() }).inc();
    }

    /// The last checkpoint is of so many entries, and was made then, in seconds since 1970.
    pub fn last_checkpoint(&self, size: u64, at_seconds: i64) {
        self.last_size.set(i64::try_from(size).unwrap_or(i64::MAX));
        self.last_at.set(at_seconds);
    }

    /// A checkpoint was taken to a second place, or not.
    pub fn published(&self, outcome: JobOutcome) {
        self.published.get_or_create(&Of { outcome: outcome.as_str() }).inc();
    }

    /// The export took so many entries.
    pub fn exported(&self, export: &str, entries: u64) {
        self.exported.get_or_create(&OfExport { export: export.to_owned() }).inc_by(entries);
    }

    /// The export could not take what it should.
    pub fn export_failed(&self, export: &str) {
        self.failures.get_or_create(&OfExport { export: export.to_owned() }).inc();
    }

    /// So many entries wait for the export.
    pub fn export_lag(&self, export: &str, entries: u64) {
        let of = OfExport { export: export.to_owned() };
        // An alert on a counter that appears with its first event would miss that event.
        drop(self.failures.get_or_create(&of));
        drop(self.exported.get_or_create(&of));
        self.lag.get_or_create(&of).set(i64::try_from(entries).unwrap_or(i64::MAX));
    }

    pub(crate) fn register(&self, registry: &mut Registry) {
        for outcome in JobOutcome::ALL {
            drop(self.checkpoints.get_or_create(&Of { outcome: outcome.as_str() }));
            drop(self.published.get_or_create(&Of { outcome: outcome.as_str() }));
        }
        registry.register("background_jobs", "Runs of background jobs by outcome", self.runs.clone());
        registry.register(
            "background_job_last_success_timestamp_seconds",
            "When a background job last ended well, in seconds since 1970",
            self.last_success.clone(),
        );
        registry.register("audit_checkpoints", "Signed checkpoints by outcome", self.checkpoints.clone());
        registry.register(
            "audit_checkpoints_published",
            "Checkpoints taken to a second place, by outcome",
            self.published.clone(),
        );
        registry.register("audit_last_checkpoint_size", "Entries of the last checkpoint", self.last_size.clone());
        registry.register(
            "audit_last_checkpoint_timestamp_seconds",
            "When the last checkpoint was made, in seconds since 1970; 0 where this process made none",
            self.last_at.clone(),
        );
        registry.register("audit_exported_entries", "Entries that an export took", self.exported.clone());
        registry.register("audit_export_failures", "Deliveries of an export that failed", self.failures.clone());
        registry.register("audit_export_lag_entries", "Entries that wait for an export", self.lag.clone());
    }
}
