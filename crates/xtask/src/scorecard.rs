//! The repository graded against `scorecard.toml`. A grade that could not be measured is never a pass.

pub mod advisories;
pub mod lint;
pub mod openssf;
pub mod thresholds;

use std::fmt;
use std::fs;

use crate::{Failure, coverage, tool};
use thresholds::Thresholds;

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

/// Measures everything and prints the card.
///
/// # Errors
/// When a grade is below its threshold, or could not be measured.
pub fn run() -> Result<(), Failure> {
    let thresholds = Thresholds::read(&tool::root().join("scorecard.toml"))?;
    let mut card = vec![covered(&thresholds), lint::grade(&thresholds), advisories::grade(&thresholds)];
    card.extend(openssf::grades(&thresholds));
    for grade in &card {
        println!("{grade}");
    }
    match card.iter().filter(|grade| grade.verdict == Verdict::Fail).count() {
        0 => Ok(()),
        failed => Err(Failure(format!("scorecard: {failed} of {} grades are below scorecard.toml", card.len()))),
    }
}

fn covered(thresholds: &Thresholds) -> Grade {
    const SUBJECT: &str = "line coverage";
    let file = coverage::report_file();
    let measured = fs::read_to_string(&file)
        .map_err(|_| Failure("there is no report of a passing run; `cargo xtask coverage` makes it".to_owned()))
        .and_then(|report| coverage::lines_percent(&report, &thresholds.coverage.leave_out));
    match measured {
        Ok(Some(percent)) => {
            let least = thresholds.coverage.lines_percent;
            Grade::new(SUBJECT, format!("{percent:.1} %, at least {least:.1} %"), percent >= least)
        }
        Ok(None) => Grade::unknown(SUBJECT, &Failure("the report names no line of ours".to_owned())),
        Err(why) => Grade::unknown(SUBJECT, &why),
    }
}
