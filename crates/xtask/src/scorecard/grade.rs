//! One line of the card: what was measured, what came out, and whether that is enough.

use std::fmt;

use crate::Failure;

/// One line of the card.
#[derive(Clone, Debug, PartialEq)]
pub struct Grade {
    /// What was measured.
    pub subject: String,
    /// What came out, and what was wanted.
    pub figures: String,
    /// What follows from it.
    pub verdict: Verdict,
}

/// What follows from a figure.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Verdict {
    /// It is as good as wanted.
    Pass,
    /// It is not, or it could not be measured.
    Fail,
    /// The data for it lies beside the repository and is absent.
    NotRun,
}

impl Grade {
    /// A grade of `subject`.
    pub fn new(subject: impl Into<String>, figures: impl Into<String>, passes: bool) -> Self {
        let verdict = if passes { Verdict::Pass } else { Verdict::Fail };
        Self { subject: subject.into(), figures: figures.into(), verdict }
    }

    /// A subject whose measuring failed.
    #[must_use]
    pub fn unknown(subject: &str, why: &Failure) -> Self {
        Self::new(subject, format!("UNKNOWN: {}", why.0.trim()), false)
    }
}

impl fmt::Display for Grade {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verdict = match self.verdict {
            Verdict::Pass => "PASS",
            Verdict::Fail => "FAIL",
            Verdict::NotRun => "NOT RUN",
        };
        write!(out, "{verdict:7}  {:28}  {}", self.subject, self.figures)
    }
}
