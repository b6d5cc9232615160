//! What a check found. One shape for all kinds, the same on every face and in what is stored.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::package::Ecosystem;
use crate::severity::{Confidence, Severity};

/// What a check looks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum FindingKind {
    /// Credentials in files.
    Secret,
    /// Packages with known vulnerabilities.
    Vulnerability,
    /// What a well-kept repository has.
    Repository,
}

impl FindingKind {
    /// All there are.
    pub const ALL: [Self; 3] = [Self::Secret, Self::Vulnerability, Self::Repository];

    /// The word for it in answers.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Secret => "secret",
            Self::Vulnerability => "vulnerability",
            Self::Repository => "repository",
        }
    }
}

/// The commit that brought something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CommitInfo {
    /// Its hash.
    pub id: String,
    /// Who wrote it, with the e-mail address.
    pub author: String,
    /// When, in UTC: `2026-11-23T10:00:00Z`.
    pub date: String,
}

/// One place where something is wrong. It never holds the value of a secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Finding {
    /// What was looked for.
    pub kind: FindingKind,
    /// The rule that tells of it; of a vulnerability the advisory's id.
    pub rule: String,
    /// The file, beneath the root that was looked at; none for what is of the whole project.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// The line, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    /// The character in the line, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<u32>,
    /// How bad it is.
    pub severity: Severity,
    /// How sure it is.
    pub confidence: Confidence,
    /// Groups what is the same: rule and value of a secret, advisory and package of a vulnerability.
    pub fingerprint: String,
    /// What is wrong, in plain words.
    pub message: String,
    /// What to do about it.
    pub hint: String,
    /// Which engines saw it: `smart-begin`, `gitleaks`, ….
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub engines: Vec<String>,
    /// The commit that brought it, where history was looked at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commit: Option<CommitInfo>,
    /// A secret's value with all but its public beginning hidden.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub redacted: Option<String>,
    /// The package that is vulnerable.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub package: Option<String>,
    /// Where the package comes from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ecosystem: Option<Ecosystem>,
    /// The version in use.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// The advisory.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub advisory: Option<String>,
    /// Other names of the same vulnerability.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<String>,
    /// The smallest version above the one in use that is not vulnerable; none is known where it is missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fixed: Option<String>,
    /// The CVSS vector or the words that the severity comes from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub score: Option<String>,
    /// The probability that it is exploited within 30 days (EPSS, first.org), from 0 to 1, where it was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub epss: Option<Probability>,
    /// Whether the project asks for the package by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub direct: Option<bool>,
    /// Whether the package is used in development alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dev: Option<bool>,
}

/// A probability in millionths, so that findings can be compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, JsonSchema)]
#[schemars(with = "f64")]
pub struct Probability(u32);

impl Probability {
    /// The probability of `value`; none where it is not between 0 and 1.
    #[must_use]
    pub fn new(value: f64) -> Option<Self> {
        (0.0..=1.0).contains(&value).then_some(Self((value * 1e6).round() as u32))
    }

    /// From 0 to 1.
    #[must_use]
    pub fn value(self) -> f64 {
        f64::from(self.0) / 1e6
    }
}

impl Serialize for Probability {
    fn serialize<S: serde::Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        out.serialize_f64(self.value())
    }
}

impl<'de> Deserialize<'de> for Probability {
    fn deserialize<D: serde::Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        let value = f64::deserialize(input)?;
        Self::new(value).ok_or_else(|| serde::de::Error::custom("a probability lies between 0 and 1"))
    }
}

/// A finding that somebody asked not to be reported, with who and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Suppressed {
    /// What is not reported.
    #[serde(flatten)]
    pub finding: Finding,
    /// What asked for it: `gitleaks:allow`, `baseline`, `allowlist`, `osv-scanner.toml`, `accepted`.
    pub suppressed_by: String,
    /// What it says of why, and until when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// Something that was not looked at, so that nothing is known of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct NotRun {
    /// The check or the part of it: `vulnerabilities`, `secrets`, `engine gitleaks`, `npm`.
    pub check: String,
    /// The file that could not be looked at, where it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// Why, in plain words.
    pub reason: String,
    /// What to do so that it is looked at.
    pub hint: String,
}

/// How old the advisories of an ecosystem are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AdvisoryAge {
    /// The ecosystem.
    pub ecosystem: Ecosystem,
    /// How many advisories there are.
    pub advisories: u64,
    /// When they were taken in, in UTC.
    pub imported: String,
    /// The newest change in them, where they tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub newest: Option<String>,
}

/// What a check looked at and what it came to, in figures.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CheckSummary {
    /// Findings of each severity.
    pub unknown: u64,
    /// Findings of this severity.
    pub low: u64,
    /// Findings of this severity.
    pub medium: u64,
    /// Findings of this severity.
    pub high: u64,
    /// Findings of this severity.
    pub critical: u64,
    /// Findings that were asked not to be reported.
    pub suppressed: u64,
    /// Files that were looked at.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
    /// The commit that was checked out. What is not committed yet was looked at as well.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
    /// Commits that were looked at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commits: Option<u64>,
    /// Packages with a version that were matched against advisories.
    pub packages: u64,
    /// How old the advisories are that were used.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub advisories: Vec<AdvisoryAge>,
    /// Whether a finding reaches the severity that fails the check.
    pub failed: bool,
    /// The severity that fails the check.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fail_on: Option<Severity>,
}

impl CheckSummary {
    /// Counts a finding.
    pub fn count(&mut self, severity: Severity) {
        let field = match severity {
            Severity::Unknown => &mut self.unknown,
            Severity::Low => &mut self.low,
            Severity::Medium => &mut self.medium,
            Severity::High => &mut self.high,
            Severity::Critical => &mut self.critical,
        };
        *field += 1;
    }
}

/// All that a check says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CheckReport {
    /// What is wrong, the worst first.
    pub findings: Vec<Finding>,
    /// What is not reported because somebody asked for that.
    pub suppressed: Vec<Suppressed>,
    /// What was not looked at.
    pub not_run: Vec<NotRun>,
    /// The figures.
    pub summary: CheckSummary,
    /// What each engine alone saw, where engines were compared.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comparison: Option<Comparison>,
}

/// What several engines saw in the same tree.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Comparison {
    /// The engines in order.
    pub engines: Vec<EngineShare>,
    /// What all of them saw.
    pub shared: u64,
}

/// What one engine saw.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct EngineShare {
    /// Its name.
    pub engine: String,
    /// All that it saw.
    pub found: u64,
    /// What no other saw, as `file:line rule`.
    pub alone: Vec<String>,
}
