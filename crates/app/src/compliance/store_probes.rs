//! The probes that look into the store.

use super::seen::{Observations, Seen};
use crate::services::Services;

/// What the store shows of itself.
#[must_use]
pub fn observe_store(services: &Services) -> Observations {
    Observations::from([("store", store(services)), ("audit-log", audit_log(services))])
}

fn store(services: &Services) -> Seen {
    let asked = services.store.projects(None, 1, None);
    let advice = "Look at the log for the cause; restore the data folder from a backup if the store is damaged.";
    Seen::when(asked.is_ok(), "The store opens and answers.", "The store does not answer.", advice)
}

fn audit_log(services: &Services) -> Seen {
    let advice =
        "Look at the log for the cause: nothing that must be logged can be done until the store can be written.";
    let good = "The audit log is there; what changes something is written in one transaction with its entry.";
    Seen::when(services.store.audit_size().is_ok(), good, "The audit log cannot be read.", advice)
}
