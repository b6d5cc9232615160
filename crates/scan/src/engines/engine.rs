//! The scanners that are understood.

use std::fmt;
use std::str::FromStr;

use domain::FindingKind;

/// A scanner that is understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Engine {
    /// gitleaks 8.
    Gitleaks,
    /// betterleaks 2.
    Betterleaks,
    /// trufflehog 3.
    Trufflehog,
    /// kingfisher 2.
    Kingfisher,
    /// osv-scanner 2.
    OsvScanner,
}

/// A name that is no scanner's.
#[derive(Debug, thiserror::Error)]
#[error(
    "{0:?} is no engine that is understood; there are gitleaks, betterleaks, trufflehog, kingfisher and osv-scanner"
)]
pub struct UnknownEngine(String);

impl Engine {
    /// All there are.
    pub const ALL: [Self; 5] =
        [Self::Gitleaks, Self::Betterleaks, Self::Trufflehog, Self::Kingfisher, Self::OsvScanner];

    /// Its name, which is that of its program.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Gitleaks => "gitleaks",
            Self::Betterleaks => "betterleaks",
            Self::Trufflehog => "trufflehog",
            Self::Kingfisher => "kingfisher",
            Self::OsvScanner => "osv-scanner",
        }
    }

    /// What it looks for.
    #[must_use]
    pub fn kind(self) -> FindingKind {
        match self {
            Self::OsvScanner => FindingKind::Vulnerability,
            _ => FindingKind::Secret,
        }
    }
}

impl fmt::Display for Engine {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.name())
    }
}

impl FromStr for Engine {
    type Err = UnknownEngine;

    fn from_str(name: &str) -> Result<Self, UnknownEngine> {
        let found = Self::ALL.into_iter().find(|engine| engine.name() == name);
        found.ok_or_else(|| UnknownEngine(name.chars().take(100).collect()))
    }
}
