//! A vulnerability as a finding.

use domain::{Confidence, Dependency, Finding, FindingKind, Severity};
use sha2::{Digest as _, Sha256};

use super::entry::{Entry, SUMMARY};
use super::fold::Group;

/// What groups the places of one vulnerability: 32 hexadecimal characters that depend on ecosystem, package and advisory.
#[must_use]
pub fn fingerprint(ecosystem: &str, package: &str, advisory: &str) -> String {
    let digest = Sha256::digest(format!("vulnerability\0{ecosystem}\0{package}\0{advisory}"));
    digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

/// What is known of a package in one version, without the place where it was found.
pub(super) fn finding(dependency: &Dependency, version: &str, group: &Group<'_, '_>, fixed: Option<&str>) -> Finding {
    let (severity, score) = worst(&group.entries);
    let name = &dependency.name;
    Finding {
        kind: FindingKind::Vulnerability,
        rule: group.id.to_owned(),
        file: None,
        line: None,
        column: None,
        severity,
        confidence: Confidence::High,
        fingerprint: fingerprint(dependency.ecosystem.as_str(), name, group.id),
        message: message(name, version, group),
        hint: hint(name, group.id, fixed),
        engines: vec!["smart-begin".to_owned()],
        commit: None,
        redacted: None,
        package: Some(name.clone()),
        ecosystem: Some(dependency.ecosystem.clone()),
        version: Some(version.to_owned()),
        advisory: Some(group.id.to_owned()),
        aliases: group.aliases.iter().map(|alias| (*alias).to_owned()).collect(),
        fixed: fixed.map(str::to_owned),
        score,
        epss: None,
        direct: None,
        dev: None,
    }
}

/// The same finding at the place of `dependency`.
pub(super) fn placed(finding: &Finding, dependency: &Dependency) -> Finding {
    Finding {
        file: Some(dependency.file.clone()),
        line: dependency.line,
        direct: dependency.direct,
        dev: Some(dependency.dev),
        ..finding.clone()
    }
}

fn worst(entries: &[&Entry<'_>]) -> (Severity, Option<String>) {
    let read =
        |entry: &&Entry<'_>| Severity::ALL.get(usize::from(entry.severity)).copied().unwrap_or(Severity::Unknown);
    let known = entries.iter().filter(|entry| read(entry) != Severity::Unknown);
    let Some(worst) = known.max_by_key(|entry| read(entry).rank()) else { return (Severity::Unknown, None) };
    (read(worst), Some(worst.score.to_owned()).filter(|score| !score.is_empty()))
}

fn message(name: &str, version: &str, group: &Group<'_, '_>) -> String {
    let first =
        |field: fn(&Entry<'_>) -> String| group.entries.iter().map(|entry| field(entry)).find(|text| !text.is_empty());
    let notice = group.entries.iter().all(|entry| !entry.informational.is_empty());
    let notice = first(|entry| entry.informational.to_owned()).filter(|_| notice);
    let what = match notice.as_deref() {
        Some("unmaintained") => "is no longer maintained".to_owned(),
        Some("unsound") => "is unsound".to_owned(),
        Some(notice) => format!("has a notice ({notice})"),
        None if group.id.starts_with("MAL-") => "is malicious".to_owned(),
        None => "has a known vulnerability".to_owned(),
    };
    match first(|entry| entry.summary.to_owned()) {
        Some(summary) => format!("{name} {version} {what}: {}", ended(&summary)),
        None => format!("{name} {version} {what} ({}).", group.id),
    }
}

/// A summary as a sentence. One that was cut off ends with its last whole word.
fn ended(summary: &str) -> String {
    match summary.rsplit_once(' ') {
        Some((words, _)) if summary.chars().count() >= SUMMARY => format!("{words} …"),
        _ => summary.trim_end_matches('.').to_owned() + ".",
    }
}

fn hint(name: &str, id: &str, fixed: Option<&str>) -> String {
    match fixed {
        Some(fixed) => format!("Upgrade {name} to {fixed} or later."),
        None if id.starts_with("MAL-") => format!("Remove {name} and look at what it did; {id} tells more."),
        None => format!(
            "No later version is known to be free of it: look at {id}, replace {name}, or accept it in writing."
        ),
    }
}
