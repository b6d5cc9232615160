//! Runs a job now, because somebody asks.

use domain::{Operation, Resource};
use observe::{DeliveryCounts, JobOutcome};
use schemars::JsonSchema;
use serde::Serialize;
use tokio_util::sync::CancellationToken;

use super::list::{JobSummary, summary};
use super::set::{Jobs, job};
use crate::authorise::authorise_change;
use crate::error::{Error, ErrorKind};
use crate::services::{Call, Services};

/// A run that somebody asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct JobReport {
    /// The job, with how this run went.
    #[serde(flatten)]
    pub job: JobSummary,
    /// Whether it went well.
    pub done: bool,
}

/// Runs the job `name` in this process, now, and waits for it.
///
/// # Errors
/// When the caller may not, there is no such job, or another process runs it at this moment. A run that fails is an answer.
pub fn run_job(
    services: &Services,
    call: &Call<'_>,
    jobs: Jobs,
    name: &str,
    counts: &DeliveryCounts,
) -> Result<JobReport, Error> {
    let draft = authorise_change(services, call, Operation::RunJob, Resource::default())?;
    let names: Vec<String> = jobs.planned().into_iter().map(|(name, _)| name).collect();
    let store = &services.store;
    let Some(ready) = jobs.ready(store, counts).into_iter().find(|ready| ready.lease == name) else {
        let hint = format!("There are: {}.", names.join(", "));
        return Err(Error::new(ErrorKind::NotFound, "There is no such job in this configuration.", hint).on("name"));
    };
    services.audit.record(draft.on("job", &ready.lease))?;
    let every = ready.every;
    let job = job(&ready, store.clone(), counts.clone(), CancellationToken::new(), &call.caller.name);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
    let ran = runtime.map_err(Error::internal)?.block_on(job.run_now(ready.work))?;
    let found = services.store.job_runs()?.into_iter().find(|run| run.name == name);
    let told = found.map(summary).unwrap_or_default();
    let job = JobSummary { configured: true, every_seconds: Some(every.as_secs()), ..told };
    Ok(JobReport { job, done: ran.outcome == JobOutcome::Done })
}
