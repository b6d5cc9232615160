//! Takes findings out of what counts because somebody asked for that. They stay in the report, with who and why.

use domain::{CheckReport, Finding, Suppressed};

use super::baseline::Baseline;

/// What the baseline knows.
pub(super) fn known(report: &mut CheckReport, baseline: &Baseline) {
    by(report, "baseline", |finding| baseline.covers(finding).then_some(None));
}

/// Every finding for which `asked` answers, with the reason that it gives.
pub(super) fn by(report: &mut CheckReport, who: &str, asked: impl Fn(&Finding) -> Option<Option<String>>) {
    let findings = std::mem::take(&mut report.findings);
    for finding in findings {
        match asked(&finding) {
            None => report.findings.push(finding),
            Some(reason) => report.suppressed.push(Suppressed { finding, suppressed_by: who.to_owned(), reason }),
        }
    }
}
