//! What a client asks of `smart_begin`: the arguments of the tool, of the command line and of an answers file alike.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How the project reaches the one who asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Delivery {
    /// Written to a folder beneath a root that the operator opened.
    #[default]
    Directory,
    /// Handed over as links to each file and to archives.
    Archive,
}

/// Begin something new, or look at something that exists.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// Begin a new project.
    #[default]
    NewProject,
    /// Look at a project that exists; nothing is written.
    AnalyzeExisting,
}

/// The arguments of `smart_begin`. Values that have a fixed set are checked against the catalogue, not here, so that
/// the refusal can name what is near.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct BeginRequest {
    /// What the project is called, for example `invoice-service`. Letters, digits, spaces, `-`, `_` and `.`; the folder
    /// and package name is made from it.
    #[schemars(length(min = 1, max = 80))]
    pub project_name: String,
    /// What it does, in one sentence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 500))]
    pub description: Option<String>,
    /// Technologies as people say them, for example `["Node", "Fastify"]`; mapped onto a stack.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 20), inner(length(max = 60)))]
    pub tech_stack: Vec<String>,
    /// Who builds it, so that the documents speak to them: `strategy-people`, `vibe-coders`, `non-technical-founders`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 10), inner(length(max = 60)))]
    pub target_users: Vec<String>,
    /// What it should achieve for the business.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 20), inner(length(max = 200)))]
    pub business_goals: Vec<String>,
    /// What kind of project: `api-service` today (`mcp-server`, `web-app`, `full-stack`, `microservice` and `library` are planned).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 60))]
    pub project_template: Option<String>,
    /// `typescript`, `python` or `rust`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 60))]
    pub stack: Option<String>,
    /// Your role: `developer`, `product-strategist`, `operations-engineer`, `designer` or `qa-engineer`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 60))]
    pub role: Option<String>,
    /// `basic`, `standard`, `enterprise` or `production`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 60))]
    pub quality_level: Option<String>,
    /// Rules the project must meet, for example `["SOC 2"]`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 20), inner(length(max = 60)))]
    pub compliance_requirements: Vec<String>,
    /// `new-project` (default), or `analyze-existing`: tell what is in `existingProjectPath`, and write nothing.
    #[serde(default)]
    pub mode: Mode,
    /// Only with `analyze-existing`, and needed there: the project's folder, beneath one that the operator opened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 4096))]
    pub existing_project_path: Option<String>,
    /// Only with `analyze-existing`: `quick` (files and manifests), `standard` (default: with the checks) or `deep` (with history
    /// and complexity).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 60))]
    pub analysis_depth: Option<String>,
    /// Who writes it; named in the licence and the first commit: `Ada Lovelace` or `Ada Lovelace <ada@example.org>`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 120))]
    pub author: Option<String>,
    /// Who owns the code: a person, a team or a company; `@name` or `@org/team` becomes the code owner.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 120))]
    pub owner: Option<String>,
    /// Where security problems are reported: an e-mail or web address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 200))]
    pub contact: Option<String>,
    /// `Apache-2.0` (default), `MIT` or `UNLICENSED`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 60))]
    pub license: Option<String>,
    /// The year in the copyright line; left out of it when not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1970, max = 9999), extend("format" = "int32"))]
    pub year: Option<i32>,
    /// The project folder itself, beneath a root that the operator opened; by default a folder named after the project.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 4096))]
    pub target_directory: Option<String>,
    /// `directory` (default) or `archive`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delivery: Option<Delivery>,
    /// `false` plans only: nothing is written, and the answer has the plan's hash. Default `true`.
    #[serde(default = "yes")]
    pub apply: bool,
    /// The hash of the plan that was looked at; writing is refused when the plan is another by now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 80))]
    pub plan_hash: Option<String>,
    /// Whether to make a git repository with a first commit. The command line's `--no-git`.
    #[serde(skip, default = "yes")]
    pub git: bool,
}

fn yes() -> bool {
    true
}
