//! What the formats share.

use app::{ComplianceEvidence, ComplianceRow, ComplianceStatus, ComplianceSummary};

/// The statuses with how many requirements have them.
pub(super) fn counts(summary: &ComplianceSummary) -> Vec<(ComplianceStatus, usize)> {
    ComplianceStatus::ALL.into_iter().map(|status| (status, summary.of(status))).collect()
}

/// A piece of evidence, in a line.
pub(super) fn evidence(evidence: &ComplianceEvidence) -> String {
    let head = format!("{} {}", evidence.kind.as_str(), evidence.name);
    evidence.seen.as_ref().map_or(head.clone(), |seen| format!("{head}: {seen}"))
}

/// The id, with the level where there is one.
pub(super) fn id(row: &ComplianceRow) -> String {
    row.level.map_or_else(|| row.id.clone(), |level| format!("{} (level {level})", row.id))
}

/// The class of a status in the style sheet.
pub(super) fn class(status: &ComplianceStatus) -> &'static str {
    match status {
        ComplianceStatus::Fail => "fail",
        ComplianceStatus::Unknown => "unknown",
        ComplianceStatus::NotBuilt => "later",
        ComplianceStatus::Pass => "pass",
        ComplianceStatus::NotApplicable => "none",
    }
}
