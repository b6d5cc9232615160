//! How answers and failures look to people, and as JSON.

use std::io::{self, Write as _};

use anstyle::{AnsiColor, Style};
use app::{BeginReport, Error, ErrorKind};
use serde::Serialize;

use super::answer::{Format, Outcome};
use crate::config::{Environment, Fault, Severity};

pub(super) const STRONG: Style = Style::new().bold();
pub(super) const GOOD: Style = AnsiColor::Green.on_default().bold();
pub(super) const BAD: Style = AnsiColor::Red.on_default().bold();
pub(super) const QUIET: Style = Style::new().dimmed();

/// Writes `text` to stdout. A reader that has gone away (`| head`) is no failure.
pub(super) fn print(text: &str) -> Outcome {
    let mut out = anstream::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(Error::new(
            ErrorKind::Unavailable,
            "The answer could not be written to stdout.",
            "Look at where it goes.",
        )
        .because(error)),
        _ => Ok(()),
    }
}

/// Writes an answer as JSON, on many lines.
pub(super) fn print_json(answer: &impl Serialize) -> Outcome {
    let text = serde_json::to_string_pretty(answer).map_err(Error::internal)?;
    print(&format!("{text}\n"))
}

/// Tells people something beside the answer, on stderr.
pub(super) fn note(text: &str) {
    let _ = anstream::stderr().write_all(text.as_bytes());
}

/// Tells a failure on stderr, and as JSON on stdout for programs that asked for it.
pub(super) fn failure(error: &Error, format: Format) {
    let mut text = format!("{BAD}error{BAD:#}: ");
    if let Some(field) = error.field.map(as_typed) {
        text.push_str(&format!("{STRONG}{field}{STRONG:#}: "));
    }
    text.push_str(&format!("{}\n  {}\n", error.message, error.hint));
    // What is wrong with an argument is said already; what is wrong with the machine may need its own words.
    let tells_more = matches!(error.kind, ErrorKind::Unavailable | ErrorKind::Internal);
    let mut cause = std::error::Error::source(error).filter(|_| tells_more);
    while let Some(found) = cause {
        text.push_str(&format!("  {QUIET}cause: {found}{QUIET:#}\n"));
        cause = found.source();
    }
    let _ = anstream::stderr().write_all(text.as_bytes());
    if format == Format::Json {
        let told = serde_json::json!({ "error": { "kind": error.kind.as_str(), "field": error.field, "message": error.message, "hint": error.hint } });
        let _ = print_json(&told);
    }
}

/// An argument of `smart_begin` as people type it on the command line.
fn as_typed(argument: &str) -> &str {
    match argument {
        "projectName" => "NAME",
        "projectTemplate" => "--template",
        "targetDirectory" => "--dir",
        "targetUsers" => "--for",
        "businessGoals" => "--goal",
        "qualityLevel" => "--quality",
        "planHash" => "--plan-hash",
        "stack" => "--stack",
        "description" => "--description",
        "role" => "--role",
        "author" => "--author",
        "owner" => "--owner",
        "contact" => "--contact",
        "license" => "--license",
        "year" => "--year",
        "limit" => "--limit",
        "cursor" => "--cursor",
        "label" => "LABEL",
        "name" => "NAME",
        "environment" => "--environment",
        "value" => "the value",
        "version" => "--version",
        "file" => "FILE",
        "batch" => "--batch",
        "generator" => "--generator",
        "every" => "--every",
        "grace" => "--grace",
        "hook" => "--hook",
        "check-tree" => "--check-tree",
        "principal" => "--for",
        "roles" => "--role",
        "projects" => "--project",
        "lifetimeDays" => "--days",
        "graceMinutes" => "--grace",
        "person" => "PERSON",
        "caller" => "CALLER",
        "action" => "ACTION",
        "to" => "--to",
        "team" => "--team",
        "output" => "--output",
        other => other,
    }
}

/// The answer to `new`, for people.
pub(super) fn report(report: &BeginReport) -> String {
    let mut text = String::new();
    let files = report.project_structure.files.len();
    let what = format!(
        "{} ({} {} {})",
        report.project_name, report.blueprint.template, report.blueprint.stack, report.blueprint.version
    );
    match (report.applied, &report.target_directory) {
        (false, target) => {
            let place = target.as_deref().unwrap_or("an archive");
            text.push_str(&format!(
                "{STRONG}Plan{STRONG:#} for {what}: {files} files in {place}. Nothing was written.\n"
            ));
            text.push_str(&format!("{QUIET}{}{QUIET:#}\n", report.plan_hash));
            for file in &report.project_structure.files {
                text.push_str(&format!("  {file}\n"));
            }
        }
        (true, target) => {
            let place = target.as_deref().unwrap_or("an archive");
            text.push_str(&format!("{GOOD}Begun{GOOD:#} {what}: {files} files in {STRONG}{place}{STRONG:#}\n"));
            if let Some(commit) = &report.commit {
                text.push_str(&format!("{QUIET}first commit {}{QUIET:#}\n", &commit[..commit.len().min(12)]));
            }
        }
    }
    section(
        &mut text,
        "Looked at before it was written",
        report.checks.iter().map(|check| format!("{} {}: {}", check.status.as_str(), check.name, check.detail)),
    );
    section(
        &mut text,
        "Gates that protect it (none has run yet)",
        report.quality_gates.iter().map(|gate| format!("{}: {}", gate.name, gate.protects_from)),
    );
    section(&mut text, "Decided for you", report.assumptions.iter().cloned());
    if !report.next_steps.is_empty() {
        text.push_str(&format!("\n{STRONG}Next{STRONG:#}\n"));
        for (number, step) in report.next_steps.iter().enumerate() {
            text.push_str(&format!("  {}. {step}\n", number + 1));
        }
    }
    text
}

fn section(text: &mut String, title: &str, lines: impl Iterator<Item = String>) {
    let mut lines = lines.peekable();
    if lines.peek().is_some() {
        text.push_str(&format!("\n{STRONG}{title}{STRONG:#}\n"));
        lines.for_each(|line| text.push_str(&format!("  - {line}\n")));
    }
}

/// Tells what keeps a configuration from being used: on stderr, and as JSON on stdout for programs that asked for it.
pub(super) fn faults(faults: &[&Fault], environment: Environment, format: Format) {
    let count = if faults.len() == 1 { "1 fault".to_owned() } else { format!("{} faults", faults.len()) };
    let mut text = format!("{BAD}error{BAD:#}: the configuration for {} has {count}\n", environment.as_str());
    faults.iter().for_each(|fault| text.push_str(&finding(fault)));
    let _ = anstream::stderr().write_all(text.as_bytes());
    if format == Format::Json {
        let told: Vec<_> = faults.iter().map(|fault| finding_json(fault)).collect();
        let message = format!("The configuration for {} has {count}.", environment.as_str());
        let hint = "Mend them; smart-begin config check tells them again.";
        let error = serde_json::json!({ "kind": ErrorKind::Invalid.as_str(), "field": null, "message": message, "hint": hint, "faults": told });
        let _ = print_json(&serde_json::json!({ "error": error }));
    }
}

/// A finding, for people.
pub(super) fn finding(finding: &Fault) -> String {
    let word = if finding.severity == Severity::Warning { "warning: " } else { "" };
    format!("  {word}{finding}\n      {QUIET}{}{QUIET:#}\n", finding.hint)
}

/// A finding, for programs.
pub(super) fn finding_json(finding: &Fault) -> serde_json::Value {
    let key = Some(&finding.key).filter(|key| !key.is_empty());
    serde_json::json!({
        "severity": if finding.severity == Severity::Warning { "warning" } else { "fault" },
        "rule": finding.rule, "key": key, "origin": finding.origin.to_string(),
        "file": finding.origin.file(), "line": finding.origin.line(),
        "message": finding.message, "hint": finding.hint,
    })
}
