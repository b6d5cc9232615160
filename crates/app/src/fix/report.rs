//! What a fix answers.

use dependencies::upgrade::Upgrade;
use domain::NotRun;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What came of a fix.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FixReport {
    /// The registered project, where it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub project: Option<String>,
    /// The folder.
    pub folder: String,
    /// How it ended.
    pub outcome: FixOutcome,
    /// The packages that are vulnerable, each with where it goes.
    pub upgrades: Vec<FixedUpgrade>,
    /// What changes in the files, as a unified diff.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub diff: String,
    /// The project's own gates, as they ran with the upgrades.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub gates: Vec<GateRun>,
    /// The branch with the upgrades, where one was left.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub branch: Option<String>,
    /// The commit on it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
    /// The vulnerabilities before.
    pub before: u64,
    /// Those that were left when it was looked at again; none where it was not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<u64>,
    /// What could not be looked at or was not run, and why.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub not_run: Vec<NotRun>,
    /// Bounds on programs that this system did not hold: `memory limit NOT ENFORCED: …`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub not_enforced: Vec<String>,
    /// What is left to do, in plain words.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub next: Vec<String>,
}

/// How a fix ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum FixOutcome {
    /// Nothing that is known to be wrong.
    NothingToFix,
    /// What is wrong cannot be mended on the same major lines.
    NothingPossible,
    /// It is not known what is wrong: see `not_run`.
    Unknown,
    /// It was said what would be done.
    Planned,
    /// The upgrades were made, and the vulnerabilities that they clear are gone: it was looked at again.
    Fixed,
    /// Nothing was kept; why is said.
    Failed,
}

/// A vulnerable package with what came of its upgrade.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FixedUpgrade {
    /// The package, and where it goes.
    #[serde(flatten)]
    pub upgrade: Upgrade,
    /// What came of it.
    pub state: UpgradeState,
    /// Why, where it did not come about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// What a person would type for it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub commands: Vec<String>,
}

/// What came of an upgrade.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum UpgradeState {
    /// It was planned.
    Planned,
    /// It was made, and what it clears is gone.
    Fixed,
    /// It was not made, or did not help.
    NotFixed,
    /// There is none on the same major line.
    NotPossible,
}

/// A gate of the project.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct GateRun {
    /// What was run.
    pub command: String,
    /// How it ended.
    pub outcome: GateOutcome,
    /// How long it ran.
    pub seconds: u64,
    /// The end of what it wrote, where it failed.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub output: String,
}

/// How a gate ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum GateOutcome {
    /// Well.
    Passed,
    /// Badly.
    Failed,
}
