//! The answers a project is begun with: every value checked, every default filled in. They are recorded in the project.

use serde::{Deserialize, Serialize};

use crate::name::ProjectName;

/// Every template that clients may name.
pub const TEMPLATES: [&str; 6] = ["api-service", "full-stack", "library", "mcp-server", "microservice", "web-app"];
/// The people a project's documents can speak to.
pub const TARGET_USERS: [&str; 3] = ["strategy-people", "vibe-coders", "non-technical-founders"];
/// The roles of the one who begins a project.
pub const ROLES: [&str; 5] = ["developer", "product-strategist", "operations-engineer", "designer", "qa-engineer"];
/// The quality levels.
pub const QUALITY_LEVELS: [&str; 4] = ["basic", "standard", "enterprise", "production"];
/// The licences, by SPDX id; `UNLICENSED` keeps all rights.
pub const LICENSES: [&str; 3] = ["Apache-2.0", "MIT", "UNLICENSED"];

/// The answers, complete: the same answers and the same blueprint give the same bytes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answers {
    /// The project's name.
    pub name: ProjectName,
    /// What it does, in one line.
    pub description: String,
    /// The kind of project.
    pub template: String,
    /// The language and its tools.
    pub stack: String,
    /// The people who build it.
    pub target_users: Vec<String>,
    /// What it should achieve.
    pub goals: Vec<String>,
    /// The role of the one who begins it.
    pub role: String,
    /// The quality level.
    pub quality: String,
    /// Rules it must meet.
    pub compliance: Vec<String>,
    /// Who writes it.
    pub author: String,
    /// Who owns it.
    pub owner: String,
    /// Where security problems are reported; empty where nobody said.
    pub contact: String,
    /// The licence.
    pub license: String,
    /// The year in the copyright line, where one was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub year: Option<i32>,
}

impl Answers {
    /// Whether the documents speak to people who do not program.
    #[must_use]
    pub fn audience_is_non_technical(&self) -> bool {
        self.target_users.is_empty() || self.target_users.iter().any(|user| TARGET_USERS.contains(&user.as_str()))
    }

    /// The owner as CODEOWNERS needs it: `@name` or `@organisation/team`.
    #[must_use]
    pub fn code_owner(&self) -> Option<&str> {
        let name = self.owner.strip_prefix('@')?;
        let plain = |part: &str| {
            !part.is_empty()
                && part.len() <= 100
                && part.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
        };
        let parts: Vec<&str> = name.split('/').collect();
        (parts.len() <= 2 && parts.iter().all(|part| plain(part))).then_some(self.owner.as_str())
    }
}

impl Serialize for ProjectName {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.title())
    }
}

impl<'de> Deserialize<'de> for ProjectName {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let typed = String::deserialize(deserializer)?;
        Self::parse(&typed).map_err(serde::de::Error::custom)
    }
}
