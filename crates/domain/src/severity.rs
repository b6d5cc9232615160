//! How bad a finding is, and how sure the scanner that reports it.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How bad it is if the finding is right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Nobody said. It counts as medium, and is said to be unknown.
    Unknown,
    /// Worth knowing.
    Low,
    /// To be mended in time.
    Medium,
    /// To be mended soon.
    High,
    /// To be mended now.
    Critical,
}

/// How likely the finding is right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// As likely wrong as right.
    Low,
    /// More likely right than wrong.
    Medium,
    /// Its form leaves little doubt.
    High,
}

/// A word that names no severity or confidence.
#[derive(Debug, thiserror::Error)]
#[error("{given:?} is none of {expected}")]
pub struct UnknownLevel {
    given: String,
    expected: &'static str,
}

impl Severity {
    /// All there are, the worst last.
    pub const ALL: [Self; 5] = [Self::Unknown, Self::Low, Self::Medium, Self::High, Self::Critical];

    /// Its place in the order, from 1 (low) to 4 (critical); an unknown one counts as medium.
    #[must_use]
    pub fn rank(self) -> u8 {
        match self {
            Self::Low => 1,
            Self::Unknown | Self::Medium => 2,
            Self::High => 3,
            Self::Critical => 4,
        }
    }

    /// Whether it is as bad as `least`, or worse.
    #[must_use]
    pub fn reaches(self, least: Self) -> bool {
        self.rank() >= least.rank()
    }

    /// The word for it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }
}

impl Confidence {
    /// The word for it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }

    /// One step less sure.
    #[must_use]
    pub fn lowered(self) -> Self {
        match self {
            Self::High => Self::Medium,
            Self::Medium | Self::Low => Self::Low,
        }
    }
}

impl FromStr for Severity {
    type Err = UnknownLevel;

    fn from_str(text: &str) -> Result<Self, UnknownLevel> {
        Self::ALL
            .into_iter()
            .find(|level| level.name() == text)
            .ok_or_else(|| UnknownLevel { given: text.to_owned(), expected: "unknown, low, medium, high, critical" })
    }
}

impl FromStr for Confidence {
    type Err = UnknownLevel;

    fn from_str(text: &str) -> Result<Self, UnknownLevel> {
        [Self::Low, Self::Medium, Self::High]
            .into_iter()
            .find(|level| level.name() == text)
            .ok_or_else(|| UnknownLevel { given: text.to_owned(), expected: "low, medium, high" })
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl fmt::Display for Confidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_are_ordered_and_read_back() {
        assert!(Severity::Unknown.reaches(Severity::Medium) && !Severity::Unknown.reaches(Severity::High));
        assert!(!Severity::Low.reaches(Severity::Medium) && Severity::Critical.reaches(Severity::High));
        assert_eq!("critical".parse::<Severity>().unwrap(), Severity::Critical);
        assert_eq!("high".parse::<Confidence>().unwrap(), Confidence::High);
        assert!("fatal".parse::<Severity>().unwrap_err().to_string().contains("low, medium, high, critical"));
        assert_eq!(Confidence::Low.lowered(), Confidence::Low);
    }
}
