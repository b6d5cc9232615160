//! The store's methods about checks of projects, and the vulnerabilities that they found.

use domain::{ProjectId, RequestId};

use crate::audit_record::NewEntry;
use crate::check_record::{
    Check, DependencyList, Moved, NewCheck, Rematch, Triage, Vulnerability, VulnerabilityChange,
};
use crate::error::Error;
use crate::store::Store;

/// Times are milliseconds since 1970 (UTC), and the caller's.
impl Store {
    /// Keeps a check, and moves the vulnerabilities of its project: what it saw is open, or open again; what it looked
    /// for and did not see is fixed. What was not looked at stays as it is.
    ///
    /// # Errors
    /// When it could not be recorded, there is no such project, or the report is larger than it may be.
    pub fn add_check(&self, check: NewCheck, entry: &NewEntry) -> Result<Moved, Error> {
        self.engine.add_check(check, entry)
    }

    /// Moves the vulnerabilities of a project by what newer advisories say of its last dependency list. None where that
    /// list has been replaced meanwhile. The entry is written only where something moved.
    ///
    /// # Errors
    /// When it could not be recorded.
    pub fn rematch(&self, rematch: Rematch, entry: &NewEntry) -> Result<Option<Moved>, Error> {
        self.engine.rematch(rematch, entry)
    }

    /// The checks of a project, newest first.
    ///
    /// # Errors
    /// When they could not be read.
    pub fn checks(&self, project: &ProjectId, limit: u32) -> Result<Vec<Check>, Error> {
        self.engine.checks(project, limit)
    }

    /// All that a check says, as JSON: the newest of the project, or the one with this number.
    ///
    /// # Errors
    /// When it could not be read.
    pub fn check_report(&self, project: &ProjectId, number: Option<u64>) -> Result<Option<String>, Error> {
        self.engine.check_report(project, number)
    }

    /// The dependency list of a project.
    ///
    /// # Errors
    /// When it could not be read.
    pub fn dependency_list(&self, project: &ProjectId) -> Result<Option<DependencyList>, Error> {
        self.engine.dependency_list(project)
    }

    /// The projects whose dependency lists were last matched with other advisories than these, the one that waits longest
    /// first.
    ///
    /// # Errors
    /// When they could not be read.
    pub fn dependency_lists_not_matched_with(&self, advisories: &str, limit: u32) -> Result<Vec<ProjectId>, Error> {
        self.engine.dependency_lists_not_matched_with(advisories, limit)
    }

    /// The vulnerabilities of a project.
    ///
    /// # Errors
    /// When they could not be read.
    pub fn vulnerabilities(&self, project: &ProjectId) -> Result<Vec<Vulnerability>, Error> {
        self.engine.vulnerabilities(project)
    }

    /// What became of a vulnerability, oldest first.
    ///
    /// # Errors
    /// When it could not be read.
    pub fn vulnerability_events(
        &self,
        project: &ProjectId,
        fingerprint: &str,
    ) -> Result<Vec<VulnerabilityChange>, Error> {
        self.engine.vulnerability_events(project, fingerprint)
    }

    /// Does something about vulnerabilities of a project, all or none, and says so in their history. False where one is
    /// not there, or is not in a state in which that can be done.
    ///
    /// # Errors
    /// When it could not be recorded.
    #[allow(clippy::too_many_arguments, reason = "each is one column of one change")]
    pub fn triage(
        &self,
        project: &ProjectId,
        fingerprints: &[String],
        triage: &Triage,
        caller: &str,
        request: &RequestId,
        now_ms: i64,
        entry: &NewEntry,
    ) -> Result<bool, Error> {
        self.engine.triage(project, fingerprints, triage, caller, request, now_ms, entry)
    }

    /// Opens what was accepted until a moment that is over, `limit` at most: how many. The entry is written where there
    /// were any.
    ///
    /// # Errors
    /// When it could not be recorded.
    pub fn end_acceptances(
        &self,
        now_ms: i64,
        limit: u32,
        request: &RequestId,
        entry: &NewEntry,
    ) -> Result<u64, Error> {
        self.engine.end_acceptances(now_ms, limit, request, entry)
    }

    /// How many vulnerabilities are to be cleared, by severity, and how many of them are overdue.
    ///
    /// # Errors
    /// When they could not be read.
    pub fn vulnerabilities_to_clear(&self, now_ms: i64) -> Result<Vec<(domain::Severity, u64, u64)>, Error> {
        self.engine.vulnerabilities_to_clear(now_ms)
    }
}
