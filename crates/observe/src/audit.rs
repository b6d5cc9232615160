//! What is counted of the audit log and the access log. Whoever writes them holds these before anybody exports them, so
//! they are made apart and joined to [`Metrics`](crate::Metrics) when there are some.

use prometheus_client::metrics::counter::Counter;
use prometheus_client::registry::Registry;

/// Counters of the audit log and the access log; clones count together.
#[derive(Clone, Debug, Default)]
pub struct AuditCounts {
    entries: Counter,
    refusals_folded: Counter,
    dropped: Counter,
}

impl AuditCounts {
    /// So many entries were appended and committed.
    pub fn appended(&self, entries: usize) {
        self.entries.inc_by(entries as u64);
    }

    /// A refusal waits to be counted with others like it.
    pub fn refusal_folded(&self) {
        self.refusals_folded.inc();
    }

    /// So many lines of the access log, or refusals, were lost: the store did not keep up, or could not be written.
    pub fn lines_dropped(&self, lines: usize) {
        self.dropped.inc_by(lines as u64);
    }

    pub(crate) fn register(&self, registry: &mut Registry) {
        registry.register("audit_entries", "Entries that this process added to the audit log", self.entries.clone());
        registry.register(
            "audit_refusals_folded",
            "Refusals that did not become an entry of the audit log at once, to be counted with others like them",
            self.refusals_folded.clone(),
        );
        registry.register(
            "access_log_lines_dropped",
            "Lines of the access log, and refusals, that were lost",
            self.dropped.clone(),
        );
    }
}
