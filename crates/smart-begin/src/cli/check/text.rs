//! A check's report for people at a terminal: the worst first, each with what to do.

use std::collections::BTreeMap;

use anstyle::{AnsiColor, Style};
use domain::{CheckReport, Comparison, Finding, FindingKind, Severity};

use crate::cli::output::{BAD, GOOD, QUIET, STRONG};

const WARN: Style = AnsiColor::Yellow.on_default().bold();

/// Past so many places of one finding the rest is a number.
const PLACES: usize = 5;

/// The report.
pub(in crate::cli) fn page(report: &CheckReport) -> String {
    let mut text = String::new();
    for group in groups(&report.findings) {
        finding(&mut text, &group);
    }
    not_run(&mut text, report);
    suppressed(&mut text, report);
    if let Some(comparison) = &report.comparison {
        compared(&mut text, comparison);
    }
    looked_at(&mut text, report);
    verdict(&mut text, report);
    text
}

/// The places of each finding together, the worst finding first, as they come.
fn groups(findings: &[Finding]) -> Vec<Vec<&Finding>> {
    let mut order: Vec<Vec<&Finding>> = Vec::new();
    let mut known: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for finding in findings {
        let place = *known.entry((&finding.fingerprint, &finding.rule)).or_insert_with(|| {
            order.push(Vec::new());
            order.len() - 1
        });
        order[place].push(finding);
    }
    order
}

fn finding(text: &mut String, places: &[&Finding]) {
    let Some(first) = places.first() else { return };
    let style = style(first.severity);
    let what = match (&first.package, &first.version) {
        (Some(package), Some(version)) => format!("{package} {version}  {}", first.rule),
        (Some(package), None) => format!("{package}  {}", first.rule),
        _ => first.rule.clone(),
    };
    text.push_str(&format!(
        "{style}{:<8}{style:#} {}  {STRONG}{what}{STRONG:#}\n",
        first.severity.name().to_uppercase(),
        kind(first.kind),
    ));
    text.push_str(&format!("         {}\n", first.message));
    for place in places.iter().take(PLACES) {
        if let Some(at) = at(place) {
            text.push_str(&format!("         {QUIET}at{QUIET:#} {at}\n"));
        }
    }
    if places.len() > PLACES {
        text.push_str(&format!("         {QUIET}and {} more places{QUIET:#}\n", places.len() - PLACES));
    }
    if !first.hint.is_empty() {
        text.push_str(&format!("         {STRONG}do:{STRONG:#} {}\n", first.hint));
    }
    text.push('\n');
}

fn at(finding: &Finding) -> Option<String> {
    let file = finding.file.as_ref()?;
    let line = finding.line.map(|line| format!(":{line}")).unwrap_or_default();
    let value = finding.redacted.as_ref().map(|value| format!("  {value}")).unwrap_or_default();
    let commit = finding.commit.as_ref().map(|commit| {
        let id = commit.id.get(..10).unwrap_or(&commit.id);
        format!("  in commit {id} of {} by {}", commit.date, commit.author)
    });
    Some(format!("{file}{line}{value}{}", commit.unwrap_or_default()))
}

fn not_run(text: &mut String, report: &CheckReport) {
    if report.not_run.is_empty() {
        return;
    }
    text.push_str(&format!("{WARN}Not looked at{WARN:#}, so nothing is known of it\n"));
    for each in &report.not_run {
        let file = each.file.as_ref().map(|file| format!(" {file}")).unwrap_or_default();
        text.push_str(&format!("  - {}{file}: {}\n", each.check, each.reason));
        if !each.hint.is_empty() {
            text.push_str(&format!("    {STRONG}do:{STRONG:#} {}\n", each.hint));
        }
    }
    text.push('\n');
}

fn suppressed(text: &mut String, report: &CheckReport) {
    if report.suppressed.is_empty() {
        return;
    }
    text.push_str(&format!("{STRONG}Known{STRONG:#}, and not counted because somebody asked for that\n"));
    for each in &report.suppressed {
        let place = at(&each.finding).unwrap_or_default();
        let reason = each.reason.as_ref().map(|reason| format!(" ({reason})")).unwrap_or_default();
        text.push_str(&format!(
            "  - {} {} {place}: by {}{reason}\n",
            each.finding.severity.name(),
            each.finding.rule,
            each.suppressed_by
        ));
    }
    text.push('\n');
}

fn compared(text: &mut String, comparison: &Comparison) {
    text.push_str(&format!("{STRONG}Compared{STRONG:#}: {} findings were seen by all engines\n", comparison.shared));
    for engine in &comparison.engines {
        text.push_str(&format!("  - {}: {} in all, {} alone\n", engine.engine, engine.found, engine.alone.len()));
        engine.alone.iter().take(PLACES).for_each(|place| text.push_str(&format!("      {place}\n")));
    }
    text.push('\n');
}

fn looked_at(text: &mut String, report: &CheckReport) {
    let summary = &report.summary;
    let commits = summary.commits.map(|commits| format!(", {commits} commits")).unwrap_or_default();
    text.push_str(&format!("{QUIET}Looked at {} files{commits}, {} packages", summary.files, summary.packages));
    for age in &summary.advisories {
        text.push_str(&format!(
            "; advisories for {} of {}",
            age.ecosystem,
            age.imported.get(..10).unwrap_or(&age.imported)
        ));
    }
    text.push_str(&format!("{QUIET:#}\n"));
}

fn verdict(text: &mut String, report: &CheckReport) {
    let summary = &report.summary;
    let counts = [
        (summary.critical, "critical"),
        (summary.high, "high"),
        (summary.medium, "medium"),
        (summary.low, "low"),
        (summary.unknown, "of unknown severity"),
    ];
    let told: Vec<String> =
        counts.iter().filter(|(count, _)| *count > 0).map(|(count, word)| format!("{count} {word}")).collect();
    let threshold = summary.fail_on.map_or("medium", Severity::name);
    match (told.is_empty(), summary.failed) {
        (true, _) if report.not_run.is_empty() => {
            text.push_str(&format!("{GOOD}Nothing was found.{GOOD:#}\n"));
        }
        (true, _) => text.push_str(&format!("{WARN}Nothing was found in what was looked at.{WARN:#}\n")),
        (false, true) => text.push_str(&format!(
            "{BAD}Failed{BAD:#}: {}. What is {threshold} or worse fails (--fail-on).\n",
            told.join(", ")
        )),
        (false, false) => {
            text.push_str(&format!("{GOOD}Passed{GOOD:#}: {}; nothing is {threshold} or worse.\n", told.join(", ")));
        }
    }
}

fn kind(kind: FindingKind) -> &'static str {
    match kind {
        FindingKind::Secret => "secret in a file",
        FindingKind::Vulnerability => "vulnerable package",
        FindingKind::Repository => "safeguard missing",
    }
}

fn style(severity: Severity) -> Style {
    match severity {
        Severity::Critical | Severity::High => BAD,
        Severity::Medium | Severity::Unknown => WARN,
        Severity::Low => QUIET,
    }
}
