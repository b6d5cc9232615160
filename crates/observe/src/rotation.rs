//! What is counted of the rotation of secrets. Made apart from [`Metrics`](crate::Metrics), because a server on stdio
//! rotates as well, and nobody asks it for metrics.

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;

/// Counters of rotation; clones count together.
#[derive(Clone, Debug, Default)]
pub struct RotationCounts {
    rotations: Family<Of, Counter>,
    overdue: Gauge,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Of {
    outcome: &'static str,
}

const DONE: &str = "done";
const FAILED: &str = "failed";

impl RotationCounts {
    /// So many secrets were rotated on schedule, and so many were not although they were due.
    pub fn rotated(&self, done: u64, failed: u64) {
        self.rotations.get_or_create(&Of { outcome: DONE }).inc_by(done);
        self.rotations.get_or_create(&Of { outcome: FAILED }).inc_by(failed);
    }

    /// So many secrets are due and not rotated.
    pub fn overdue(&self, secrets: u64) {
        self.overdue.set(i64::try_from(secrets).unwrap_or(i64::MAX));
    }

    pub(crate) fn register(&self, registry: &mut Registry) {
        self.rotated(0, 0);
        registry.register("secret_rotations", "Rotations of secrets on schedule, by outcome", self.rotations.clone());
        registry.register("secrets_overdue", "Secrets that are due for rotation and not rotated", self.overdue.clone());
    }
}
