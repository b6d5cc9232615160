//! How deep an analysis looks.

use std::str::FromStr;

use schemars::JsonSchema;
use serde::Serialize;

use crate::error::Error;

/// How deep an analysis looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum AnalysisDepth {
    /// Files and manifests.
    Quick,
    /// Besides: the gates, secrets and vulnerable packages.
    #[default]
    Standard,
    /// Besides: secrets in the history, complexity and duplication.
    Deep,
}

impl AnalysisDepth {
    /// All there are.
    pub const ALL: [Self; 3] = [Self::Quick, Self::Standard, Self::Deep];

    /// Its word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Quick => "quick",
            Self::Standard => "standard",
            Self::Deep => "deep",
        }
    }
}

impl FromStr for AnalysisDepth {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        Self::ALL.into_iter().find(|depth| depth.as_str() == text.trim().to_lowercase()).ok_or_else(|| {
            Error::invalid("analysisDepth", "There is no such depth.", "Choose one of: quick, standard, deep.")
        })
    }
}
