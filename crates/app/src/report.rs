//! What `smart_begin` answers: the same object over MCP and as the command line's JSON.

use schemars::JsonSchema;
use serde::Serialize;

/// A figure that nobody has measured: always the word `unknown`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Unmeasured {
    /// Not measured, so not said.
    Unknown,
}

/// A figure, or the word `unknown` where nobody has measured it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Figure {
    /// Measured.
    Measured(f64),
    /// Not measured, so not said.
    Unknown(Unmeasured),
}

/// The answer to `smart_begin`.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct BeginReport {
    /// The project's id in the store; absent when nothing was begun (plan only).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub project_id: Option<String>,
    /// The folder and package name.
    pub project_name: String,
    /// Whether the project was begun (`false`: this is a plan).
    pub applied: bool,
    /// SHA-256 of the plan: pass it as `planHash` to write exactly this.
    pub plan_hash: String,
    /// What the project was made from.
    pub blueprint: BlueprintUsed,
    /// The folder the project lies in, or would lie in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_directory: Option<String>,
    /// The first commit's id, where there is a git repository.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
    /// Everything the project is made of.
    pub project_structure: ProjectStructure,
    /// The checks that can fail a build, each with what it protects from.
    pub quality_gates: Vec<QualityGate>,
    /// What was looked at before anything was written; empty for a plan.
    pub checks: Vec<PlanCheck>,
    /// What to do next, in order.
    pub next_steps: Vec<String>,
    /// What was decided because nobody said otherwise, and what was given and has no effect yet.
    pub assumptions: Vec<String>,
    /// Links to the files, when delivered as an archive.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub archive: Option<ArchiveLinks>,
    /// What it is worth, as far as anyone measured.
    pub business_value: BusinessValue,
    /// What was measured about the making.
    pub technical_metrics: TechnicalMetrics,
}

/// Something that was looked at before a project was written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PlanCheck {
    /// What it looks for: `secrets`, `vulnerabilities`.
    pub name: String,
    /// How it ended. What fails stops the project, so that it is never in an answer.
    pub status: CheckStatus,
    /// What it looked at, or why it did not run.
    pub detail: String,
}

/// How a check ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub enum CheckStatus {
    /// It looked, and found nothing that counts.
    #[serde(rename = "PASS")]
    Pass,
    /// It did not look at everything.
    #[serde(rename = "NOT RUN")]
    NotRun,
}

impl CheckStatus {
    /// The word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pass => "PASS",
            Self::NotRun => "NOT RUN",
        }
    }
}

/// The blueprint a project was made from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct BlueprintUsed {
    /// The kind of project.
    pub template: String,
    /// The language and its tools.
    pub stack: String,
    /// The blueprint's version.
    pub version: String,
    /// SHA-256 over everything the blueprint is made of.
    pub hash: String,
    /// The date of the dependency catalogue.
    pub catalogue: String,
}

/// The files of a project, by their paths beneath its folder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProjectStructure {
    /// Every folder.
    pub folders: Vec<String>,
    /// Every file.
    pub files: Vec<String>,
    /// Those of the files that configure tools.
    pub config_files: Vec<String>,
}

/// A check that can fail a build.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct QualityGate {
    /// Its name.
    pub name: String,
    /// What it protects from, in plain words.
    pub protects_from: String,
    /// The command that runs it.
    pub command: String,
    /// Where it runs without being asked.
    pub runs_in: Vec<String>,
    /// Whether it ran on this project here: `NOT RUN` until a project is verified before delivery.
    pub status: String,
}

/// Links to a project that was not written to a folder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ArchiveLinks {
    /// One resource link a file: `smart-begin://projects/{id}/files/{path}`.
    pub files: Vec<String>,
    /// A zip to download once, by anyone who holds the link; absent where there is no HTTP listener.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub zip: Option<String>,
    /// The same as tar.gz.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tar_gz: Option<String>,
    /// How long the download links live, in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_in_seconds: Option<i64>,
}

/// What the project is worth: unknown until it is measured.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct BusinessValue {
    /// Costs prevented.
    pub cost_prevention: Unmeasured,
    /// Time saved.
    pub time_saved: Unmeasured,
    /// What the project has from its first commit, in plain words.
    pub quality_improvements: Vec<String>,
}

/// What was measured.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct TechnicalMetrics {
    /// How long this call took, in milliseconds.
    pub response_time: f64,
    /// Always `unknown`: no one figure says how safe a project is. The gates and findings do.
    pub security_score: Unmeasured,
    /// The mean number of ways through a function (cyclomatic complexity), or `unknown` where it was not measured.
    #[schemars(with = "serde_json::Value")]
    pub complexity_score: Figure,
}

/// Projects, newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProjectList {
    /// The projects the caller may see.
    pub projects: Vec<ProjectSummary>,
}

/// One project of the store.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProjectSummary {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// `started`, `finished` or `abandoned`.
    pub state: String,
    /// The kind of project.
    pub template: String,
    /// The language and its tools.
    pub stack: String,
    /// The blueprint's version.
    pub blueprint_version: String,
    /// SHA-256 of its plan.
    pub plan_hash: String,
    /// Whose it is: who began it, or whom it was given to; `erased` where that person was erased.
    pub owner: String,
    /// The team whose members may read it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub team: Option<String>,
    /// The folder it was written to; absent for an archive.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_directory: Option<String>,
    /// When it was begun: RFC 3339, UTC.
    pub started_at: String,
}

/// One project with its answers and history.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProjectDetails {
    /// What the list says of it.
    #[serde(flatten)]
    pub summary: ProjectSummary,
    /// Every answer it was begun with, defaults included.
    pub answers: serde_json::Value,
    /// What happened to it, oldest first.
    pub events: Vec<ProjectEvent>,
}

/// One thing that happened to a project.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProjectEvent {
    /// When: RFC 3339, UTC.
    pub at: String,
    /// What: `project-started`, `project-finished`, `project-abandoned`, `archive-downloaded`,
    /// `project-exported`, `project-transferred`.
    pub kind: String,
    /// Who caused it.
    pub caller: String,
    /// The request that caused it.
    pub request: String,
    /// Why, where the kind does not say it all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

/// What can be begun.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct BlueprintList {
    /// The date of the dependency catalogue.
    pub catalogue: String,
    /// Every blueprint.
    pub blueprints: Vec<BlueprintSummary>,
}

/// One blueprint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct BlueprintSummary {
    /// The kind of project.
    pub template: String,
    /// The language and its tools.
    pub stack: String,
    /// What it is, in one line.
    pub title: String,
    /// What it brings.
    pub summary: String,
    /// Its version.
    pub version: String,
    /// SHA-256 over everything it is made of.
    pub hash: String,
    /// The checks that can fail a build.
    pub quality_gates: Vec<QualityGate>,
}
