//! Tracked vulnerabilities as findings, for the forms that know findings.

use domain::{
    CheckReport, CheckSummary, Confidence, Finding, FindingKind, Severity, Suppressed, TrackedVulnerability,
    VulnerabilityReport, VulnerabilityState,
};

use crate::sarif::sarif;

/// The vulnerabilities that are to be cleared or accepted as a SARIF log; accepted ones are suppressed in it.
#[must_use]
pub fn vulnerabilities_sarif(report: &VulnerabilityReport) -> String {
    let mut check = CheckReport { not_run: report.not_run.clone(), ..CheckReport::default() };
    for each in &report.vulnerabilities {
        match (&each.accepted, each.state) {
            (_, VulnerabilityState::Fixed) => {}
            (Some(accepted), _) => check.suppressed.extend(findings(each).into_iter().map(|finding| Suppressed {
                finding,
                suppressed_by: "accepted".to_owned(),
                reason: Some(format!("until {}: {}", accepted.until, accepted.why)),
            })),
            (None, _) => check.findings.extend(findings(each)),
        }
    }
    check.summary = CheckSummary { advisories: report.advisories.clone(), ..CheckSummary::default() };
    check.findings.iter().for_each(|finding| check.summary.count(finding.severity));
    check.summary.suppressed = check.suppressed.len() as u64;
    check.summary.failed = check.findings.iter().any(|finding| finding.severity.reaches(Severity::Medium));
    sarif(&check)
}

/// One for each file.
fn findings(each: &TrackedVulnerability) -> Vec<Finding> {
    let files: Vec<Option<String>> =
        if each.files.is_empty() { vec![None] } else { each.files.iter().cloned().map(Some).collect() };
    let of = |file| Finding {
        kind: FindingKind::Vulnerability,
        rule: each.advisory.clone(),
        file,
        line: None,
        column: None,
        severity: each.severity,
        confidence: Confidence::High,
        fingerprint: each.fingerprint.clone(),
        message: each.message.clone(),
        hint: each.hint.clone(),
        engines: Vec::new(),
        commit: None,
        redacted: None,
        package: Some(each.package.clone()),
        ecosystem: Some(each.ecosystem.clone()),
        version: (each.versions.len() == 1).then(|| each.versions[0].clone()),
        advisory: Some(each.advisory.clone()),
        aliases: each.aliases.clone(),
        fixed: each.fixed.clone(),
        score: each.score.clone(),
        epss: each.epss,
        direct: each.direct,
        dev: each.dev,
    };
    files.into_iter().map(of).collect()
}
