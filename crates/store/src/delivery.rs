//! The store's methods about what background jobs take elsewhere: leases, cursors, and the tree behind checkpoints.

use merkle::TreeHead;

use crate::audit_record::LoggedEntry;
use crate::error::Error;
use crate::store::Store;

impl Store {
    /// Takes the lease `name` for so long, or renews it; false where another process holds it. It ends with its time, or
    /// when no handle on the store is left in the process that took it.
    ///
    /// # Errors
    /// When it could not be recorded.
    pub fn take_lease(&self, name: &str, for_ms: i64) -> Result<bool, Error> {
        self.engine.take_lease(name, for_ms)
    }

    /// Gives the lease `name` up, where it is ours.
    ///
    /// # Errors
    /// When it could not be recorded.
    pub fn release_lease(&self, name: &str) -> Result<(), Error> {
        self.engine.release_lease(name)
    }

    /// The number of the next entry that the export `name` takes; 0 where it took none.
    ///
    /// # Errors
    /// When it could not be read.
    pub fn export_cursor(&self, name: &str) -> Result<u64, Error> {
        self.engine.export_cursor(name)
    }

    /// Remembers that the export `name` took all entries before `next`. It never goes back.
    ///
    /// # Errors
    /// When it could not be recorded.
    pub fn advance_export(&self, name: &str, next: u64) -> Result<(), Error> {
        self.engine.advance_export(name, next)
    }

    /// How many entries the audit log has, and the root of their tree.
    ///
    /// # Errors
    /// When it could not be read, or the stored hashes do not fit together.
    pub fn audit_head(&self) -> Result<TreeHead, Error> {
        self.engine.audit_head()
    }

    /// At most `limit` entries of the audit log from the number `from` on.
    ///
    /// # Errors
    /// When they could not be read.
    pub fn audit_batch(&self, from: u64, limit: u32) -> Result<Vec<LoggedEntry>, Error> {
        self.engine.audit_batch(from, limit)
    }
}
