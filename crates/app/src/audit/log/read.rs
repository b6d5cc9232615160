//! Looking for entries. Reading the log is itself an entry, written before anything is shown.

use domain::{Operation, Resource};
use store::AuditFilter;

use super::shown::{AuditEntryList, AuditEntryShown, AuditQuery};
use crate::authorise::authorise_change;
use crate::error::Error;
use crate::services::{Call, Services};

/// The most entries of one answer.
const MOST: u32 = 10_000;

/// The newest entries that are asked for, oldest first.
///
/// # Errors
/// When the caller may not, the query is wrong, or the log cannot be read or is not as it was written.
pub fn query_audit(
    services: &Services,
    call: &Call<'_>,
    query: &AuditQuery,
    limit: u32,
) -> Result<AuditEntryList, Error> {
    open(services, call, &query.told())?;
    let filter = query.filter(&services.audit)?;
    let limit = limit.clamp(1, MOST);
    let mut found = services.store.audit_newest(&filter, None, limit + 1)?;
    let more = found.len() > limit as usize;
    found.truncate(limit as usize);
    found.reverse();
    Ok(AuditEntryList { entries: found.into_iter().map(AuditEntryShown::of).collect(), more })
}

/// Lets somebody read the log, and writes that they do.
pub(super) fn open(services: &Services, call: &Call<'_>, detail: &str) -> Result<(), Error> {
    let draft = authorise_change(services, call, Operation::ReadAudit, Resource::default())?;
    services.audit.record(if detail.is_empty() { draft } else { draft.detail(detail) })
}

/// Entries as they come.
#[derive(Debug)]
pub struct AuditFollow {
    next: u64,
}

impl AuditFollow {
    /// What came since the last call, oldest first.
    ///
    /// # Errors
    /// When the log cannot be read or is not as it was written.
    pub fn next(&mut self, services: &Services) -> Result<Vec<AuditEntryShown>, Error> {
        let found = services.store.audit_range(self.next..u64::MAX, MOST)?;
        self.next = found.last().map_or(self.next, |entry| entry.number + 1);
        Ok(found.into_iter().map(AuditEntryShown::of).collect())
    }
}

/// The newest `count` entries, and then those that come.
///
/// # Errors
/// As [`query_audit`].
pub fn follow_audit(services: &Services, call: &Call<'_>, count: u32) -> Result<AuditFollow, Error> {
    open(services, call, "the newest, and what comes")?;
    let newest = services.store.audit_newest(&AuditFilter::default(), None, count.clamp(1, MOST))?;
    Ok(AuditFollow { next: newest.last().map_or(0, |entry| entry.number) })
}
