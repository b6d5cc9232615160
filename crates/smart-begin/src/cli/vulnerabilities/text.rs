//! Vulnerabilities as people read them at a terminal.

use anstyle::Style;
use domain::{Severity, TrackedVulnerability, VulnerabilityReport, VulnerabilityState, visible};

use crate::cli::output::{BAD, GOOD, QUIET, STRONG};

/// Those of a list, with the figures.
pub(super) fn list(report: &VulnerabilityReport) -> String {
    let summary = &report.summary;
    let mut text = String::new();
    for each in &report.vulnerabilities {
        text.push_str(&line(each));
    }
    for not_run in &report.not_run {
        text.push_str(&format!(
            "{BAD}NOT RUN{BAD:#} {}: {}\n  {QUIET}{}{QUIET:#}\n",
            visible(&not_run.check),
            visible(&not_run.reason),
            visible(&not_run.hint)
        ));
    }
    if report.vulnerabilities.is_empty() && report.not_run.is_empty() {
        text.push_str("Nothing is on record.\n");
    }
    text.push_str(&format!(
        "{STRONG}{} to clear{STRONG:#}, {} of them overdue; {} patch ready; {} accepted; {} fixed\n",
        summary.open(),
        summary.overdue,
        summary.patch_ready,
        summary.accepted,
        summary.fixed
    ));
    match report.advisories.iter().map(|age| &age.imported).min() {
        Some(oldest) => text.push_str(&format!("{QUIET}the oldest advisories were taken in {oldest}{QUIET:#}\n")),
        None => {
            text.push_str("There are no advisories here, so what is new is UNKNOWN: smart-begin advisories update\n")
        }
    }
    text
}

fn line(each: &TrackedVulnerability) -> String {
    let style = style(each.severity);
    let fixed = each.fixed.as_deref().map_or_else(String::new, |fixed| format!(" -> {}", visible(fixed)));
    format!(
        "{style}{:<8}{style:#} {STRONG}{}{STRONG:#} {}{fixed}  {}  {}\n  {QUIET}{}{QUIET:#}  {}\n",
        each.severity.name(),
        visible(&each.package),
        visible(&each.versions.join(", ")),
        visible(&each.advisory),
        standing(each),
        each.project,
        visible(&each.message),
    )
}

/// One with all that is known of it.
pub(super) fn one(each: &TrackedVulnerability) -> String {
    let mut text = line(each);
    text.push_str(&format!("  {}\n", visible(&each.hint)));
    let names: Vec<_> = each.aliases.iter().map(|alias| visible(alias).into_owned()).collect();
    let mut fact = |name: &str, value: &str| {
        if !value.is_empty() {
            text.push_str(&format!("  {name:<12} {}\n", visible(value)));
        }
    };
    fact("also called", &names.join(", "));
    fact("files", &each.files.join(", "));
    fact("score", each.score.as_deref().unwrap_or_default());
    fact(
        "exploited",
        &each.epss.map(|epss| format!("{:.1} % within 30 days", epss.value() * 100.0)).unwrap_or_default(),
    );
    fact("first seen", &each.first_seen);
    fact("last seen", &each.last_seen);
    if let Some(checked) = &each.checked {
        let commit = checked.commit.as_ref().map(|commit| format!(", at commit {commit}")).unwrap_or_default();
        fact("checked", &format!("{}{commit}", checked.at));
    }
    fact("patch", each.patch.as_deref().unwrap_or_default());
    if let Some(accepted) = &each.accepted {
        fact("accepted", &format!("by {}: {}", accepted.by, accepted.why));
    }
    fact("fingerprint", &each.fingerprint);
    for event in &each.history {
        text.push_str(&format!(
            "  {QUIET}{}{QUIET:#} {} by {}: {}\n",
            event.at,
            event.state,
            visible(&event.by),
            visible(&event.why)
        ));
    }
    text
}

/// How far it has come, and until when what is to be done.
fn standing(each: &TrackedVulnerability) -> String {
    match (&each.accepted, &each.due, each.state) {
        (Some(accepted), ..) => format!("accepted until {}", day(&accepted.until)),
        (None, Some(due), state) if each.overdue => {
            format!("{state}, {BAD}overdue since {}{BAD:#}", day(due))
        }
        (None, Some(due), state) => format!("{state}, due {}", day(due)),
        (None, None, VulnerabilityState::Fixed) => format!("{GOOD}fixed{GOOD:#}"),
        (None, None, state) => state.to_string(),
    }
}

fn day(time: &str) -> &str {
    time.split_once('T').map_or(time, |(day, _)| day)
}

fn style(severity: Severity) -> Style {
    match severity {
        Severity::Critical | Severity::High => BAD,
        Severity::Medium | Severity::Unknown => STRONG,
        Severity::Low => QUIET,
    }
}
