//! What was made, in words that need no computer science. The whole report is in `structuredContent`.

use app::{AnalysisReport, BeginReport};

/// How many assumptions are told in full.
const SHOWN: usize = 8;

/// A short text about `report`.
pub(crate) fn of(report: &BeginReport) -> String {
    let mut lines = vec![what(report)];
    if !report.applied {
        lines.push(format!("Nothing was written yet. The plan's hash is {}.", report.plan_hash));
    } else if let Some(id) = &report.project_id {
        lines.push(format!("Its id is {id}; smart-begin://projects/{id}/report tells about it later."));
    }
    if let Some(archive) = report.archive.as_ref().and_then(|archive| archive.zip.as_ref()) {
        lines.push(format!("Download it once, within ten minutes: {archive}"));
    }
    let steps = report.next_steps.iter().take(2).enumerate();
    let steps: Vec<_> = steps.map(|(index, step)| format!("{}. {step}", index + 1)).collect();
    if !steps.is_empty() {
        lines.push(format!("\nWhat to do next:\n{}", steps.join("\n")));
    }
    if !report.assumptions.is_empty() {
        lines.push(format!("\nWhat I decided because nobody said otherwise:\n{}", assumptions(&report.assumptions)));
    }
    lines.join("\n")
}

/// A short text about an analysis.
pub(crate) fn of_analysis(report: &AnalysisReport) -> String {
    let results = &report.analysis_results;
    let languages: Vec<String> = results
        .description
        .languages
        .iter()
        .take(4)
        .map(|share| format!("{} ({} lines)", share.language, share.lines))
        .collect();
    let technologies: Vec<&str> =
        results.description.technologies.iter().take(12).map(|each| each.name.as_str()).collect();
    let mut lines =
        vec![format!("I looked at \"{}\" in {}; nothing was written.", report.project_name, report.target_directory)];
    lines.push(format!("It has {} files. Languages: {}.", results.description.files, or_none(&languages.join(", "))));
    lines.push(format!("Built with: {}.", or_none(&technologies.join(", "))));
    if !results.gates.is_empty() {
        let count = |status: &str| report.quality_gates.iter().filter(|gate| gate.status == status).count();
        let (pass, fail, unknown) = (count("PASS"), count("FAIL"), count("UNKNOWN"));
        lines.push(format!(
            "Of its gates {pass} stand, {fail} are missing, {unknown} are unknown: files cannot show them."
        ));
    }
    if let Some(seen) = &results.findings {
        lines.push(format!(
            "In what they looked at, the scanners found {} secrets and vulnerable packages.",
            seen.total
        ));
    }
    for missing in results.missing.iter().take(SHOWN) {
        let effort = match (missing.effort.hours_from, missing.effort.hours_to) {
            (Some(from), Some(to)) => format!("{from} to {to} hours, an estimate"),
            _ => "work unknown".to_owned(),
        };
        lines.push(format!("- missing: {} ({effort}). {} To do: {}", missing.title, missing.why, missing.hint));
    }
    for unknown in results.unknown.iter().take(SHOWN) {
        lines.push(format!("- UNKNOWN {}: {} {}", unknown.what, unknown.reason, unknown.hint));
    }
    for not_run in results.not_run.iter().take(SHOWN) {
        lines.push(format!("- NOT RUN {}: {} {}", not_run.check, not_run.reason, not_run.hint));
    }
    let steps = report.next_steps.iter().take(3).enumerate();
    lines.push("What to do next:".to_owned());
    lines.extend(steps.map(|(index, step)| format!("{}. {step}", index + 1)));
    lines.join("\n")
}

fn or_none(text: &str) -> &str {
    if text.is_empty() { "none that is known" } else { text }
}

fn what(report: &BeginReport) -> String {
    let files = report.project_structure.files.len();
    let made = if report.applied { "I made" } else { "This is the plan for" };
    let place = match (&report.target_directory, report.applied) {
        (Some(folder), true) => format!(" It is in {folder}."),
        (Some(folder), false) => format!(" It would go to {folder}."),
        (None, _) => String::new(),
    };
    let blueprint = &report.blueprint;
    format!(
        "{made} \"{}\": a project of the kind {} in {}, with {files} files and {} checks that guard its quality.{place}",
        report.project_name,
        blueprint.template,
        blueprint.stack,
        report.quality_gates.len()
    )
}

fn assumptions(all: &[String]) -> String {
    let mut lines: Vec<_> = all.iter().take(SHOWN).map(|assumption| format!("- {assumption}")).collect();
    if all.len() > SHOWN {
        lines.push(format!("- and {} more, in `assumptions` of the structured answer", all.len() - SHOWN));
    }
    lines.join("\n")
}
