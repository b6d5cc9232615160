//! An analysis for people at a terminal.

use anstyle::{AnsiColor, Style};
use app::{AnalysisReport, AnalysisResults, Evidence, MissingGate};
use domain::NotRun;

use crate::cli::output::{BAD, GOOD, QUIET, STRONG};

const WARN: Style = AnsiColor::Yellow.on_default().bold();

/// How many languages, and how many places of something, are told.
const FEW: usize = 8;

/// The analysis.
pub(in crate::cli) fn page(report: &AnalysisReport) -> String {
    let results = &report.analysis_results;
    let mut text = format!("{STRONG}{}{STRONG:#}  {}\n", report.project_name, report.target_directory);
    what_it_is(&mut text, results);
    gates(&mut text, results);
    measured(&mut text, results);
    missing(&mut text, results);
    unknown(&mut text, results);
    heading(&mut text, "What to do next");
    for (index, step) in report.next_steps.iter().enumerate() {
        text.push_str(&format!("  {}. {step}\n", index + 1));
    }
    text
}

fn heading(text: &mut String, words: &str) {
    text.push_str(&format!("\n{STRONG}{words}{STRONG:#}\n"));
}

fn what_it_is(text: &mut String, results: &AnalysisResults) {
    let description = &results.description;
    heading(text, "What it is");
    text.push_str(&format!("  {} files, {}\n", description.files, description.layout.shape));
    for share in description.languages.iter().take(FEW) {
        let tests = if share.test_lines > 0 { format!(", {} of them tests", share.test_lines) } else { String::new() };
        let (language, percent, lines, files) = (&share.language, share.percent, share.lines, share.files);
        text.push_str(&format!("  {language:<14} {percent:>3} %  {lines} lines in {files} files{tests}\n"));
    }
    for each in description.technologies.iter().chain(&description.operation).chain(&description.pipelines) {
        let place = each.evidence.first().map(place).unwrap_or_default();
        text.push_str(&format!("  {:<22} {} {QUIET}{place}{QUIET:#}\n", each.name, each.kind));
    }
}

fn gates(text: &mut String, results: &AnalysisResults) {
    if results.gates.is_empty() {
        return;
    }
    heading(text, "Gates");
    for gate in &results.gates {
        let style = match gate.status.as_str() {
            "PASS" => GOOD,
            "FAIL" => BAD,
            _ => WARN,
        };
        let shown = gate.evidence.first().map(place).unwrap_or_default();
        text.push_str(&format!(
            "  {style}{:<8}{style:#} {}  {QUIET}{shown}{QUIET:#}\n",
            gate.status.as_str(),
            gate.title
        ));
    }
}

fn place(evidence: &Evidence) -> String {
    match (&evidence.file, evidence.line) {
        (Some(file), Some(line)) => format!("{file}:{line}"),
        (Some(file), None) => file.clone(),
        (None, _) => String::new(),
    }
}

fn measured(text: &mut String, results: &AnalysisResults) {
    heading(text, "What was measured");
    if let Some(seen) = &results.findings {
        let summary = &seen.summary;
        text.push_str(&format!(
            "  secrets and vulnerable packages in what was looked at: {} ({} critical, {} high, {} medium, {} low); smart-begin check tells each\n",
            seen.total,
            summary.critical,
            summary.high,
            summary.medium + summary.unknown,
            summary.low
        ));
        not_looked_at(text, results);
    }
    for coverage in &results.coverage {
        let percent = f64::from(coverage.percent_hundredths) / 100.0;
        text.push_str(&format!("  coverage: {percent:.2} % as {} says ({})\n", coverage.file, coverage.form));
    }
    if let Some(counted) = &results.complexity {
        text.push_str(&format!(
            "  complexity: {} functions, {} ways through one on the mean, {} at most, {} with 15 or more ({})\n",
            counted.functions, counted.mean, counted.highest, counted.complex, counted.tool
        ));
        if let Some(percent) = counted.duplication_percent {
            text.push_str(&format!(
                "  duplication: {percent} % of the code stands elsewhere as well ({})\n",
                counted.tool
            ));
        }
    }
}

/// A small number says little beside what was not looked at. Why not, stands further below.
fn not_looked_at(text: &mut String, results: &AnalysisResults) {
    let file = |file: &String| format!(" in {file}");
    let of = |one: &NotRun| format!("{}{}", one.check, one.file.as_ref().map(file).unwrap_or_default());
    let mut names: Vec<String> = results.not_run.iter().map(of).collect();
    names.dedup();
    if names.is_empty() {
        return;
    }
    let more = names.len().saturating_sub(FEW);
    names.truncate(FEW);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    text.push_str(&format!("  {WARN}NOT LOOKED AT{WARN:#}: {}{more}\n", names.join(", ")));
}

fn missing(text: &mut String, results: &AnalysisResults) {
    if results.missing.is_empty() {
        return;
    }
    heading(text, "What is missing");
    for gate in &results.missing {
        one_missing(text, gate);
    }
}

fn one_missing(text: &mut String, gate: &MissingGate) {
    let style = if gate.severity.rank() >= 3 { BAD } else { WARN };
    text.push_str(&format!(
        "  {style}{:<8}{style:#} {STRONG}{}{STRONG:#}\n",
        gate.severity.name().to_uppercase(),
        gate.title
    ));
    text.push_str(&format!("           {}\n", gate.why));
    for evidence in &gate.evidence {
        let at = place(evidence);
        let at = if at.is_empty() { at } else { format!("{at}: ") };
        text.push_str(&format!("           {QUIET}{at}{}{QUIET:#}\n", evidence.note));
    }
    let effort = match (gate.effort.hours_from, gate.effort.hours_to) {
        (Some(from), Some(to)) => format!("{from} to {to} hours"),
        _ => "UNKNOWN".to_owned(),
    };
    text.push_str(&format!("           work: {effort} ({})\n           to do: {}\n", gate.effort.basis, gate.hint));
}

fn unknown(text: &mut String, results: &AnalysisResults) {
    if results.unknown.is_empty() && results.not_run.is_empty() {
        return;
    }
    heading(text, "What is not known");
    for unknown in &results.unknown {
        text.push_str(&format!(
            "  {WARN}UNKNOWN{WARN:#}  {}: {}\n           {}\n",
            unknown.what, unknown.reason, unknown.hint
        ));
    }
    for not_run in &results.not_run {
        let file = not_run.file.as_deref().map(|file| format!(" {file}")).unwrap_or_default();
        text.push_str(&format!(
            "  {WARN}NOT RUN{WARN:#}  {}{file}: {}\n           {}\n",
            not_run.check, not_run.reason, not_run.hint
        ));
    }
}
