//! What reports say in plain words, for those who do not know the trade.

use domain::{CheckReport, Finding, FindingKind, Severity};

/// The worst severity, in a word that people use.
pub(crate) fn urgency(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "Now",
        Severity::High => "Soon",
        Severity::Medium => "In time",
        Severity::Low => "When there is time",
        Severity::Unknown => "In time (nobody said how bad it is)",
    }
}

/// The severity, and that an unknown one counts as medium.
pub(crate) fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Unknown => "unknown (counts as medium)",
        known => known.name(),
    }
}

/// What kinds of findings are called.
pub(crate) fn kind(kind: FindingKind) -> &'static str {
    match kind {
        FindingKind::Secret => "Secrets in files",
        FindingKind::Vulnerability => "Vulnerable packages",
        FindingKind::Repository => "Missing safeguards",
    }
}

/// Why findings of a kind matter.
pub(crate) fn why(kind: FindingKind) -> &'static str {
    match kind {
        FindingKind::Secret => {
            "Whoever can read these files can use the passwords and keys in them: to read your data, to run up bills, or to \
             pose as you. Taking them out of the file is not enough, because old copies remain: they have to be replaced."
        }
        FindingKind::Vulnerability => {
            "The project uses building blocks that others made and that have known weaknesses. Attackers know them too, and \
             try them everywhere by machine. A newer version of the building block closes the hole."
        }
        FindingKind::Repository => {
            "These safeguards catch mistakes and attacks before they reach the people who use the project. Each one that is \
             missing is a way in, or a mistake that nobody notices."
        }
    }
}

/// Where a finding is, for people.
pub(crate) fn place(finding: &Finding) -> Option<String> {
    let file = finding.file.as_deref()?;
    let mut place = file.to_owned();
    if let Some(line) = finding.line {
        place.push_str(&format!(":{line}"));
        if let Some(column) = finding.column {
            place.push_str(&format!(":{column}"));
        }
    }
    if let Some(commit) = &finding.commit {
        let short: String = commit.id.chars().take(12).collect();
        place.push_str(&format!(" (commit {short})"));
    }
    Some(place)
}

/// What a check came to, in a sentence.
pub(crate) fn verdict(report: &CheckReport) -> String {
    let found = report.findings.len();
    let unseen = report.not_run.len();
    let also = if unseen == 0 {
        String::new()
    } else {
        format!(
            " {} not looked at, so nothing is known of {}.",
            things(unseen),
            if unseen == 1 { "it" } else { "them" }
        )
    };
    if found == 0 {
        let nothing = if unseen == 0 { "Nothing was found." } else { "Nothing was found where this check looked." };
        return format!("{nothing}{also}");
    }
    let failed = if report.summary.failed { "This check failed." } else { "This check did not fail." };
    format!(
        "{failed} {found} {} found: {}.{also}",
        if found == 1 { "problem was" } else { "problems were" },
        figures(report)
    )
}

fn things(count: usize) -> String {
    if count == 1 { "1 thing was".to_owned() } else { format!("{count} things were") }
}

/// Findings by severity, the worst first.
pub(crate) fn figures(report: &CheckReport) -> String {
    let summary = &report.summary;
    let all = [
        (summary.critical, "critical"),
        (summary.high, "high"),
        (summary.medium, "medium"),
        (summary.unknown, "unknown (counts as medium)"),
        (summary.low, "low"),
    ];
    let parts: Vec<_> =
        all.iter().filter(|(count, _)| *count > 0).map(|(count, name)| format!("{count} {name}")).collect();
    if parts.is_empty() { "none".to_owned() } else { parts.join(", ") }
}

/// Findings in groups of the same fingerprint, in the order of the report; each group's first stands for it.
pub(crate) fn groups(findings: &[Finding]) -> Vec<(&Finding, Vec<&Finding>)> {
    let mut groups: Vec<(&Finding, Vec<&Finding>)> = Vec::new();
    let mut places = std::collections::HashMap::new();
    for finding in findings {
        let key = (finding.kind, finding.rule.as_str(), finding.fingerprint.as_str());
        match places.get(&key) {
            Some(place) => {
                let (_, members): &mut (&Finding, Vec<&Finding>) = &mut groups[*place];
                members.push(finding);
            }
            None => {
                places.insert(key, groups.len());
                groups.push((finding, vec![finding]));
            }
        }
    }
    groups
}
