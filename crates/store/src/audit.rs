//! The store's methods about the audit log and the access log.

use observe::AuditCounts;

use crate::audit_record::{AccessLine, NewEntry};
use crate::error::Error;
use crate::store::Store;

impl Store {
    /// Adds entries to the audit log, all or none, where nothing else changes: a read that is privileged, or something
    /// that happened to access. When this returns, they are durable.
    ///
    /// # Errors
    /// When they could not be recorded.
    pub fn record(&self, entries: &[NewEntry]) -> Result<(), Error> {
        self.engine.record(entries)
    }

    /// How many entries the audit log has.
    ///
    /// # Errors
    /// When they could not be counted.
    pub fn audit_size(&self) -> Result<u64, Error> {
        self.engine.audit_size()
    }

    /// What is counted of both logs: entries by the store itself, the rest by whoever calls it.
    #[must_use]
    pub fn audit_counts(&self) -> &AuditCounts {
        self.engine.audit_counts()
    }

    /// Adds lines to the access log; the oldest make way where there are many.
    ///
    /// # Errors
    /// When they could not be recorded.
    pub fn add_access(&self, lines: &[AccessLine]) -> Result<(), Error> {
        self.engine.add_access(lines)
    }
}
