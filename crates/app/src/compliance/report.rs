//! What `smart-begin compliance` answers.

use schemars::JsonSchema;
use serde::Serialize;

/// How it stands with every requirement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ComplianceReport {
    /// The version of smart-begin that looked.
    pub version: String,
    /// The environment whose configuration was looked at.
    pub environment: String,
    /// How the evidence is to be read.
    pub how_to_read: String,
    /// How many requirements have which status.
    pub summary: ComplianceSummary,
    /// The requirements, by their origin.
    pub catalogues: Vec<ComplianceCatalogue>,
}

/// How many requirements have which status.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ComplianceSummary {
    /// PASS.
    pub pass: usize,
    /// FAIL.
    pub fail: usize,
    /// UNKNOWN.
    pub unknown: usize,
    /// NOT BUILT.
    pub not_built: usize,
    /// NOT APPLICABLE.
    pub not_applicable: usize,
}

/// Requirements of one origin.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ComplianceCatalogue {
    /// Its name.
    pub name: String,
    /// What it is.
    pub about: String,
    /// How many of its requirements have which status.
    pub summary: ComplianceSummary,
    /// Its requirements.
    pub rows: Vec<ComplianceRow>,
}

/// How it stands with one requirement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ComplianceRow {
    /// What the requirement is called where it comes from.
    pub id: String,
    /// The level it is asked for from, where its origin has levels.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub level: Option<u8>,
    /// What must hold.
    pub says: String,
    /// How it stands.
    pub status: ComplianceStatus,
    /// Why it does not apply, what is missing, or what a probe could not tell.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// Who must look, where it is unknown.
    pub who: Vec<String>,
    /// What to do, where it fails.
    pub advice: Vec<String>,
    /// What shows it.
    pub evidence: Vec<ComplianceEvidence>,
}

/// How it stands with a requirement. Of several pieces of evidence the first of these decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
pub enum ComplianceStatus {
    /// It does not hold.
    #[serde(rename = "FAIL")]
    Fail,
    /// Something that it asks for is not there yet.
    #[serde(rename = "NOT BUILT")]
    NotBuilt,
    /// The program cannot tell; somebody must look.
    #[serde(rename = "UNKNOWN")]
    Unknown,
    /// It holds.
    #[serde(rename = "PASS")]
    Pass,
    /// There is nothing that it could be about.
    #[serde(rename = "NOT APPLICABLE")]
    NotApplicable,
}

impl ComplianceStatus {
    /// All of them, in the order in which people want to hear of them.
    pub const ALL: [Self; 5] = [Self::Fail, Self::Unknown, Self::NotBuilt, Self::Pass, Self::NotApplicable];

    /// As it is written.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Fail => "FAIL",
            Self::Unknown => "UNKNOWN",
            Self::NotBuilt => "NOT BUILT",
            Self::Pass => "PASS",
            Self::NotApplicable => "NOT APPLICABLE",
        }
    }
}

/// Something that shows how it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ComplianceEvidence {
    /// What it is.
    pub kind: EvidenceKind,
    /// The probe, test, gate or document.
    pub name: String,
    /// What a probe saw now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seen: Option<String>,
}

/// What a piece of evidence is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum EvidenceKind {
    /// It was looked at now.
    Probe,
    /// A test of this version proved it before it was released.
    Test,
    /// A step of the repository's own checks proves it with each change.
    Gate,
    /// A document says it.
    Document,
}

impl EvidenceKind {
    /// As it is written.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Probe => "probe",
            Self::Test => "test",
            Self::Gate => "gate",
            Self::Document => "document",
        }
    }
}

impl ComplianceSummary {
    /// Counts one more.
    pub(crate) fn count(&mut self, status: ComplianceStatus) {
        let counted = match status {
            ComplianceStatus::Pass => &mut self.pass,
            ComplianceStatus::Fail => &mut self.fail,
            ComplianceStatus::Unknown => &mut self.unknown,
            ComplianceStatus::NotBuilt => &mut self.not_built,
            ComplianceStatus::NotApplicable => &mut self.not_applicable,
        };
        *counted += 1;
    }

    /// How many there are with this status.
    #[must_use]
    pub fn of(&self, status: ComplianceStatus) -> usize {
        match status {
            ComplianceStatus::Pass => self.pass,
            ComplianceStatus::Fail => self.fail,
            ComplianceStatus::Unknown => self.unknown,
            ComplianceStatus::NotBuilt => self.not_built,
            ComplianceStatus::NotApplicable => self.not_applicable,
        }
    }
}
