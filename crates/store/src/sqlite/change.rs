//! A change and its entry in the audit log: one transaction, so that there is neither without the other.

use std::sync::Arc;

use rusqlite::Connection;

use crate::access_record::{Ended, Erased};
use crate::audit_record::NewEntry;
use crate::error::Error;
use crate::sqlite::audit_entries;
use crate::sqlite::engine::Sqlite;

/// What a transaction tells of what it did.
pub(super) trait Change {
    /// Whether something is different now. Where nothing was found to change, there is nothing to log.
    fn happened(&self) -> bool;
}

impl Change for () {
    fn happened(&self) -> bool {
        true
    }
}

impl Change for bool {
    fn happened(&self) -> bool {
        *self
    }
}

impl<T> Change for Option<T> {
    fn happened(&self) -> bool {
        self.is_some()
    }
}

impl Change for Ended {
    fn happened(&self) -> bool {
        true
    }
}

impl Change for Erased {
    fn happened(&self) -> bool {
        true
    }
}

impl Sqlite {
    /// Runs `work` and adds `entry` in one transaction. If the entry cannot be written, the change does not happen.
    pub(super) fn change<T: Change + Send + 'static>(
        &self,
        entry: &NewEntry,
        work: impl FnOnce(&Connection) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let (entry, tree) = (entry.clone(), Arc::clone(&self.tree));
        let done = self.writer.write(move |connection| {
            let done = work(connection)?;
            if done.happened() {
                audit_entries::append(connection, &entry, &tree)?;
            }
            Ok(done)
        })?;
        self.counts.appended(usize::from(done.happened()));
        Ok(done)
    }
}
