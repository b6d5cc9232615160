//! What is known to be wrong with packages.

use dependencies::advisories::Database;
use dependencies::upgrade::Knowledge;
use dependencies::version::compare;
use domain::{Dependency, Finding};

/// What is known, for a whole fix.
pub(super) struct Known(Database);

impl Known {
    pub(super) fn new(database: Database) -> Self {
        Self(database)
    }

    /// Works with what is known.
    pub(super) fn with<T>(&self, work: impl FnOnce(Knowledge<'_>) -> T) -> T {
        let check = |packages: &[Dependency]| -> Vec<Finding> { self.0.check(packages).findings };
        work(Knowledge { check: &check, compare: &compare })
    }

    pub(super) fn database(&self) -> &Database {
        &self.0
    }
}
