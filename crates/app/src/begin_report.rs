//! The answer to `smart_begin`, put together from what was planned and done.

use std::path::Path;
use std::time::Duration;

use blueprint::{Blueprint, Plan};

use crate::answers::Decided;
use crate::report::{
    ArchiveLinks, BeginReport, BlueprintUsed, BusinessValue, Figure, PlanCheck, ProjectStructure, QualityGate,
    TechnicalMetrics, Unmeasured,
};

/// What came of a call, beside the plan.
#[derive(Default)]
pub(crate) struct Outcome {
    pub(crate) project_id: Option<String>,
    pub(crate) target: Option<String>,
    pub(crate) commit: Option<String>,
    pub(crate) archive: Option<ArchiveLinks>,
    pub(crate) applied: bool,
    pub(crate) checks: Vec<PlanCheck>,
}

pub(crate) fn begin_report(
    decided: Decided<'_>,
    plan: &Plan,
    hash: String,
    outcome: Outcome,
    took: Duration,
) -> BeginReport {
    let Decided { answers, assumptions, blueprint } = decided;
    let gates = quality_gates(blueprint);
    BeginReport {
        project_id: outcome.project_id,
        project_name: answers.name.slug().to_owned(),
        applied: outcome.applied,
        blueprint: BlueprintUsed {
            template: answers.template,
            stack: answers.stack,
            version: blueprint.manifest().version.clone(),
            hash: blueprint.hash().to_owned(),
            catalogue: blueprint.catalogue_version().to_owned(),
        },
        project_structure: structure(plan),
        next_steps: next_steps(
            blueprint,
            &hash,
            outcome.applied,
            outcome.target.as_deref(),
            outcome.archive.as_ref(),
            answers.name.slug(),
        ),
        plan_hash: hash,
        checks: outcome.checks,
        target_directory: outcome.target,
        commit: outcome.commit,
        assumptions,
        archive: outcome.archive,
        business_value: BusinessValue {
            cost_prevention: Unmeasured::Unknown,
            time_saved: Unmeasured::Unknown,
            quality_improvements: gates.iter().map(|gate| format!("{}: {}", gate.name, gate.protects_from)).collect(),
        },
        quality_gates: gates,
        technical_metrics: TechnicalMetrics {
            // Microseconds are enough, and read better than fifteen digits.
            response_time: (took.as_secs_f64() * 1e6).round() / 1e3,
            security_score: Unmeasured::Unknown,
            complexity_score: Figure::Unknown(Unmeasured::Unknown),
        },
    }
}

pub(crate) fn quality_gates(blueprint: &Blueprint) -> Vec<QualityGate> {
    let gate = |gate: &blueprint::Gate| QualityGate {
        name: gate.name.clone(),
        protects_from: gate.protects_from.clone(),
        command: gate.command.clone(),
        runs_in: gate.runs_in.clone(),
        status: "NOT RUN".to_owned(),
    };
    blueprint.manifest().gates.iter().map(gate).collect()
}

fn structure(plan: &Plan) -> ProjectStructure {
    let files: Vec<String> = plan.files.iter().map(|file| file.path.clone()).collect();
    let config_files = files.iter().filter(|path| is_configuration(path)).cloned().collect();
    ProjectStructure { folders: plan.folders(), files, config_files }
}

/// Files that tools read, not people: by their place, their first dot or their ending.
pub(crate) fn is_configuration(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let ending = Path::new(name).extension().and_then(|ending| ending.to_str()).unwrap_or_default();
    path.starts_with("config/")
        || matches!(name, "Makefile" | "Dockerfile" | "CODEOWNERS")
        || (name.starts_with('.') || path.starts_with('.')) && ending != "md"
        || matches!(ending, "toml" | "yaml" | "yml" | "json" | "lock") && !path.starts_with("src/")
        || name.contains(".config.")
}

fn next_steps(
    blueprint: &Blueprint,
    hash: &str,
    applied: bool,
    target: Option<&str>,
    archive: Option<&ArchiveLinks>,
    slug: &str,
) -> Vec<String> {
    if !applied {
        return vec![
            "Look at the plan: projectStructure lists every file, assumptions what was decided for you.".to_owned(),
            format!(
                "To write exactly this, ask again with the same arguments, apply true and planHash {hash} (on the command line: --plan-hash {hash})."
            ),
        ];
    }
    let mut steps = Vec::new();
    let needs: Vec<String> = blueprint
        .manifest()
        .toolchain
        .iter()
        .map(|tool| format!("{} {} or newer ({})", tool.name, tool.minimum, tool.get))
        .collect();
    match (target, archive) {
        (Some(folder), _) => steps.push(format!("Open the folder: cd {}", shell_word(folder))),
        (None, Some(links)) if links.zip.is_some() => {
            steps.push(format!("Download the zip or tar.gz (each link works once, for ten minutes), unpack it, then: cd {slug}"));
        }
        _ => steps.push(format!("Read each file by its link and write it to a folder, then: cd {slug} && git init -b main && git add -A && git commit -m \"Begin the project\"")),
    }
    steps.push(format!("Run: make setup check - it installs what the project needs and runs every gate. It says how to get what is missing: {}.", needs.join("; ")));
    steps.push("Run: make run - it starts the service on your machine; docs/api.md shows how to call it.".to_owned());
    steps.push(
        "Read docs/start-here.md if it is there, else README.md: what was made, and how to change it.".to_owned(),
    );
    steps.push("Publish it as docs/publish.md says: a private repository first, then branch protection, secret scanning and private vulnerability reporting.".to_owned());
    steps
}

/// A folder as a shell takes it.
fn shell_word(text: &str) -> String {
    let plain = |character: char| character.is_ascii_alphanumeric() || "/._-+:\\".contains(character);
    if text.chars().all(plain) { text.to_owned() } else { format!("'{}'", text.replace('\'', "'\\''")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn configuration_is_told_from_the_rest() {
        for path in [
            "Makefile",
            ".gitignore",
            ".github/workflows/ci.yml",
            "package.json",
            "config/staging.env.example",
            "eslint.config.js",
            "Cargo.lock",
        ] {
            assert!(is_configuration(path), "{path}");
        }
        for path in ["README.md", "src/main.rs", "docs/api.md", ".github/pull_request_template.md", "tests/app.test.ts"]
        {
            assert!(!is_configuration(path), "{path}");
        }
    }

    #[test]
    fn folders_with_odd_names_are_quoted() {
        assert_eq!(shell_word("/a/b-c.d"), "/a/b-c.d");
        assert_eq!(shell_word("/a b/it's"), r"'/a b/it'\''s'");
    }
}
