//! The store's methods about background jobs.

use crate::error::Error;
use crate::job_record::{JobRun, JobStart};
use crate::store::Store;

impl Store {
    /// Notes that a run of a job begins.
    ///
    /// # Errors
    /// When it could not be recorded.
    pub fn job_started(&self, start: &JobStart) -> Result<(), Error> {
        self.engine.job_started(start)
    }

    /// Notes how the run that this handle began ended: `done`, `failed` or `contradicted`, and with which kind of error
    /// and words for it.
    ///
    /// # Errors
    /// When it could not be recorded.
    pub fn job_ended(
        &self,
        name: &str,
        result: &str,
        error: Option<(&str, &str)>,
        at_ms: i64,
        next_due_ms: Option<i64>,
    ) -> Result<(), Error> {
        self.engine.job_ended(name, result, error, at_ms, next_due_ms)
    }

    /// The last run of each job, by name.
    ///
    /// # Errors
    /// When they could not be read.
    pub fn job_runs(&self) -> Result<Vec<JobRun>, Error> {
        self.engine.job_runs()
    }
}
