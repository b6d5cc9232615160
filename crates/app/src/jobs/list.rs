//! What runs by itself: when it last did, how that went, and when it runs next.

use domain::{Operation, Resource};
use schemars::JsonSchema;
use serde::Serialize;
use store::JobRun;

use super::set::Jobs;
use crate::authorise::authorise;
use crate::clock::rfc3339;
use crate::error::Error;
use crate::services::{Call, Services};

/// What runs by itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct JobList {
    /// The jobs by name.
    pub jobs: Vec<JobSummary>,
}

/// A job and its last run. Times are in UTC.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct JobSummary {
    /// Its name.
    pub name: String,
    /// Whether this configuration has it; one that has not ran under another.
    pub configured: bool,
    /// How long it rests between runs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub every_seconds: Option<u64>,
    /// How the last run went: `done`, `failed`, `contradicted`, `running`, `broken off`; `never` where there was none.
    pub result: String,
    /// When the last run began.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub started_at: Option<String>,
    /// When it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<String>,
    /// The kind of error, where it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// What happened, where it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// When a run last ended well.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_done_at: Option<String>,
    /// When it runs next, while a server runs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_due_at: Option<String>,
    /// Who asked for the last run; `smart-begin` where nobody did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ran_by: Option<String>,
}

/// The jobs of this configuration, and those that ran under another.
///
/// # Errors
/// When the caller may not see them, or the store cannot be read.
pub fn list_jobs(services: &Services, call: &Call<'_>, jobs: &Jobs) -> Result<JobList, Error> {
    authorise(services, call, Operation::ListJobs, Resource::default())?;
    let mut runs = services.store.job_runs()?;
    let mut all = Vec::new();
    for (name, every) in jobs.planned() {
        let place = runs.iter().position(|run| run.name == name);
        let run = place.map(|place| runs.remove(place));
        let known = run.map_or_else(|| never(&name), summary);
        all.push(JobSummary { configured: true, every_seconds: Some(every.as_secs()), ..known });
    }
    all.extend(runs.into_iter().map(|run| JobSummary { next_due_at: None, ..summary(run) }));
    all.sort_by(|left, right| left.name.cmp(&right.name));
    Ok(JobList { jobs: all })
}

fn never(name: &str) -> JobSummary {
    JobSummary { name: name.to_owned(), result: "never".to_owned(), ..JobSummary::default() }
}

pub(super) fn summary(run: JobRun) -> JobSummary {
    let unended = if run.alive { "running" } else { "broken off" };
    JobSummary {
        name: run.name,
        configured: false,
        every_seconds: None,
        result: run.result.unwrap_or_else(|| unended.to_owned()),
        started_at: Some(rfc3339(run.started_ms)),
        ended_at: run.ended_ms.map(rfc3339),
        error: run.error,
        message: run.message,
        last_done_at: run.last_done_ms.map(rfc3339),
        next_due_at: run.next_due_ms.map(rfc3339),
        ran_by: Some(run.ran_by),
    }
}
