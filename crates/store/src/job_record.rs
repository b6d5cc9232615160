//! What the store keeps of background jobs, as plain data.

/// A run of a job that begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JobStart {
    /// The job, by the name of its lease.
    pub name: String,
    /// When, in milliseconds since 1970 (UTC).
    pub at_ms: i64,
    /// Who asked for it; `smart-begin` where nobody did.
    pub by: String,
}

/// The last run of a job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JobRun {
    /// The job.
    pub name: String,
    /// When it began.
    pub started_ms: i64,
    /// When it ended; none while it runs, or where its process died.
    pub ended_ms: Option<i64>,
    /// `done`, `failed` or `contradicted`.
    pub result: Option<String>,
    /// The kind of error, where it failed.
    pub error: Option<String>,
    /// What happened, in words for people.
    pub message: Option<String>,
    /// When it last ended well.
    pub last_done_ms: Option<i64>,
    /// When it runs next.
    pub next_due_ms: Option<i64>,
    /// Who asked for it.
    pub ran_by: String,
    /// Whether the process that ran it is there still.
    pub alive: bool,
}
