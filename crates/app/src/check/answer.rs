//! A report made small: an assistant reads the worst first, and asks for more.

use domain::{CheckReport, Finding, Severity};
use schemars::JsonSchema;
use serde::Serialize;

/// Which part of a report is wanted. The figures stay those of all of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CheckPart {
    /// Findings of this severity or worse.
    pub least: Option<Severity>,
    /// How many findings to leave out from the beginning.
    pub offset: usize,
    /// The most findings.
    pub limit: usize,
}

/// A part of a report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct CheckAnswer {
    /// The report; its summary counts everything, whatever is left out here.
    #[serde(flatten)]
    pub report: CheckReport,
    /// How many findings there are that fit what was asked for.
    pub total: usize,
    /// Where the next part begins, if there is one: pass it as `offset`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_offset: Option<usize>,
}

/// The part of the report that is wanted.
#[must_use]
pub fn part_of(mut report: CheckReport, part: CheckPart) -> CheckAnswer {
    let fits = |finding: &Finding| part.least.is_none_or(|least| finding.severity.reaches(least));
    report.findings.retain(fits);
    let total = report.findings.len();
    let end = part.offset.saturating_add(part.limit);
    report.findings = report.findings.into_iter().skip(part.offset).take(part.limit).collect();
    report.suppressed.truncate(part.limit);
    report.not_run.truncate(part.limit);
    CheckAnswer { report, total, next_offset: (end < total).then_some(end) }
}
