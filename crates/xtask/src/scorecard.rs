//! The repository graded against `scorecard.toml`. A grade that could not be measured is never a pass.

pub mod advisories;
pub mod grade;
pub mod lint;
pub mod openssf;
pub mod thresholds;

use std::env;
use std::fs::{self, OpenOptions};
use std::io::Write as _;

use crate::{Failure, coverage, tool};
use grade::{Grade, Verdict};
use thresholds::Thresholds;

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
        if grade.verdict == Verdict::NotRun {
            list_not_run(grade);
        }
    }
    match card.iter().filter(|grade| grade.verdict == Verdict::Fail).count() {
        0 => Ok(()),
        failed => Err(Failure(format!("scorecard: {failed} of {} grades are below scorecard.toml", card.len()))),
    }
}

/// Into the list that `scripts/test` prints at its end.
fn list_not_run(grade: &Grade) {
    let list = env::var_os("SMART_BEGIN_SKIPS").and_then(|list| OpenOptions::new().append(true).open(list).ok());
    if let Some(mut list) = list {
        // The card itself already says it.
        let _ = writeln!(list, "NOT RUN scorecard, {}: {}", grade.subject, grade.figures);
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
