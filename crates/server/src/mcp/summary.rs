//! What was made, in words that need no computer science. The whole report is in `structuredContent`.

use app::BeginReport;

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
