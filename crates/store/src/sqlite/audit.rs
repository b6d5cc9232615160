//! The store's methods about the audit log on SQLite.

use std::sync::Arc;

use observe::AuditCounts;

use crate::audit_record::{AccessLine, NewEntry};
use crate::error::Error;
use crate::sqlite::engine::Sqlite;
use crate::sqlite::{access_log, audit_entries};

impl Sqlite {
    pub(crate) fn record(&self, entries: &[NewEntry]) -> Result<(), Error> {
        if entries.is_empty() {
            return Ok(());
        }
        let (count, entries, tree) = (entries.len(), entries.to_vec(), Arc::clone(&self.tree));
        self.writer.write(move |connection| {
            entries.iter().try_for_each(|entry| audit_entries::append(connection, entry, &tree))
        })?;
        self.counts.appended(count);
        Ok(())
    }

    pub(crate) fn audit_size(&self) -> Result<u64, Error> {
        self.readers.read(audit_entries::size)
    }

    pub(crate) fn audit_counts(&self) -> &AuditCounts {
        &self.counts
    }

    pub(crate) fn add_access(&self, lines: &[AccessLine]) -> Result<(), Error> {
        let lines = lines.to_vec();
        self.writer.write(move |connection| access_log::add(connection, &lines))
    }
}
