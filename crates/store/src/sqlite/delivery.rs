//! The store's methods about what background jobs take elsewhere, on SQLite.

use merkle::TreeHead;

use crate::audit_record::LoggedEntry;
use crate::error::Error;
use crate::sqlite::clock::now_ms;
use crate::sqlite::engine::Sqlite;
use crate::sqlite::{audit_log_batches, export_cursors, leases};

impl Sqlite {
    pub(crate) fn take_lease(&self, name: &str, for_ms: i64) -> Result<bool, Error> {
        let (name, us, owners) = (name.to_owned(), self.owner().to_owned(), self.owners().to_owned());
        self.writer.write(move |connection| {
            let now = now_ms();
            leases::take(connection, &owners, &name, &us, now, now.saturating_add(for_ms))
        })
    }

    pub(crate) fn release_lease(&self, name: &str) -> Result<(), Error> {
        let (name, us) = (name.to_owned(), self.owner().to_owned());
        self.writer.write(move |connection| leases::release(connection, &name, &us))
    }

    pub(crate) fn export_cursor(&self, name: &str) -> Result<u64, Error> {
        self.readers.read(|connection| export_cursors::next(connection, name))
    }

    pub(crate) fn advance_export(&self, name: &str, next: u64) -> Result<(), Error> {
        let name = name.to_owned();
        self.writer.write(move |connection| export_cursors::advance(connection, &name, next))
    }

    pub(crate) fn audit_head(&self) -> Result<TreeHead, Error> {
        self.readers.read(audit_log_batches::head)
    }

    pub(crate) fn audit_batch(&self, from: u64, limit: u32) -> Result<Vec<LoggedEntry>, Error> {
        self.readers.read(|connection| audit_log_batches::entries(connection, from, limit))
    }
}
