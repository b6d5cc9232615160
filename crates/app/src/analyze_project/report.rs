//! What an analysis answers: the fields of `smart_begin`, and what was found out.

use domain::{CheckSummary, Finding, NotRun};
use scan::analysis::{Complexity, Coverage, Description, Effort};
use scan::repository::{Evidence, Gate};
use schemars::JsonSchema;
use serde::Serialize;

use super::depth::AnalysisDepth;
use crate::report::{BusinessValue, ProjectStructure, QualityGate, TechnicalMetrics};

/// The answer to an analysis of a project that exists.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AnalysisReport {
    /// The project's name: what was asked for, else that of its folder.
    pub project_name: String,
    /// The folder that was looked at.
    pub target_directory: String,
    /// Always false: nothing was written.
    pub applied: bool,
    /// What is there.
    pub project_structure: ProjectStructure,
    /// Every gate with its state: `PASS`, `FAIL` or `UNKNOWN`. None where the depth is quick.
    pub quality_gates: Vec<QualityGate>,
    /// What to do next, in order.
    pub next_steps: Vec<String>,
    /// What was left out of this answer, and what was given and has no effect.
    pub assumptions: Vec<String>,
    /// What it is worth: unknown, since nobody measured it.
    pub business_value: BusinessValue,
    /// What was measured.
    pub technical_metrics: TechnicalMetrics,
    /// What was found out.
    pub analysis_results: AnalysisResults,
}

/// What was found out about a project.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AnalysisResults {
    /// How deep it was looked.
    pub depth: AnalysisDepth,
    /// Languages, technologies, layout, tests and pipelines.
    pub description: Description,
    /// What each gate says, with what shows it.
    pub gates: Vec<Gate>,
    /// What the scanners found; missing where the depth is quick.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub findings: Option<FindingsSeen>,
    /// What coverage reports say that lie there.
    pub coverage: Vec<Coverage>,
    /// Complexity and duplication; missing where nothing counted them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub complexity: Option<Complexity>,
    /// What is missing, what lets strangers in first.
    pub missing: Vec<MissingGate>,
    /// What is not known, why, and who must look.
    pub unknown: Vec<NotKnown>,
    /// What could not be looked at.
    pub not_run: Vec<NotRun>,
}

/// What the scanners found.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct FindingsSeen {
    /// The figures.
    pub summary: CheckSummary,
    /// The worst of them; `smart-begin check` and the tool `check_project` tell them all.
    pub worst: Vec<Finding>,
    /// All of them.
    pub total: u64,
}

/// A gate that does not stand.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct MissingGate {
    /// The rule.
    pub gate: String,
    /// What a good project has.
    pub title: String,
    /// Why it matters.
    pub why: String,
    /// The worst of its findings.
    pub severity: domain::Severity,
    /// Where it fails: the first places.
    pub evidence: Vec<Evidence>,
    /// How many places there are.
    pub places: u64,
    /// What to do.
    pub hint: String,
    /// How much work it is.
    pub effort: Effort,
}

/// Something that is not known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct NotKnown {
    /// What.
    pub what: String,
    /// Why not.
    pub reason: String,
    /// Who must look, and where.
    pub hint: String,
}
