//! OpenSSF Scorecard, in as far as it can be run without a host: each check that `scorecard.toml` names.

use std::fs;
use std::path::Path;

use serde::Deserialize;

use super::Grade;
use super::thresholds::Thresholds;
use crate::{Failure, tool};

#[derive(Deserialize)]
struct Report {
    checks: Vec<Check>,
}

#[derive(Deserialize)]
struct Check {
    name: String,
    score: i32,
    reason: String,
}

/// Runs Scorecard on what is in git or could be: it would else read what was built, too.
pub(super) fn grades(thresholds: &Thresholds) -> Vec<Grade> {
    let report = tempfile::tempdir().map_err(|fault| Failure::because("no temporary folder", fault)).and_then(|copy| {
        copy_sources(copy.path())?;
        let mut command = tool::command("scorecard");
        command.args(["--format", "json", "--local"]).arg(copy.path());
        tool::text(&mut command)
    });
    match report.and_then(|report| judge(&report, thresholds)) {
        Ok(grades) => grades,
        Err(why) => vec![Grade::unknown("OpenSSF Scorecard", &why)],
    }
}

/// Compares a report with the thresholds. A check without a threshold, or the other way round, is a fault.
///
/// # Errors
/// When the report is not one.
pub fn judge(report: &str, thresholds: &Thresholds) -> Result<Vec<Grade>, Failure> {
    let report: Report = serde_json::from_str(report)
        .map_err(|fault| Failure::because("the report of OpenSSF Scorecard is not understood", fault))?;
    let mut grades: Vec<Grade> = report.checks.iter().map(|check| grade(check, thresholds)).collect();
    let absent = thresholds.openssf.keys().filter(|name| report.checks.iter().all(|check| check.name != **name));
    grades.extend(absent.map(|name| Grade::new(name, "UNKNOWN: Scorecard has no such check", false)));
    Ok(grades)
}

fn grade(check: &Check, thresholds: &Thresholds) -> Grade {
    let Some(least) = thresholds.openssf.get(&check.name) else {
        return Grade::new(&check.name, "scorecard.toml gives it no least score", false);
    };
    let score = if check.score < 0 { "no score".to_owned() } else { check.score.to_string() };
    Grade::new(&check.name, format!("{score}, at least {least}: {}", check.reason), check.score >= *least)
}

fn copy_sources(to: &Path) -> Result<(), Failure> {
    let root = tool::root();
    let list = tool::text(tool::command("git").args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"]))?;
    for path in list.split('\0').filter(|path| !path.is_empty() && root.join(path).is_file()) {
        let target = to.join(path);
        let folder = target.parent().unwrap_or(to);
        fs::create_dir_all(folder)
            .and_then(|()| fs::copy(root.join(path), &target))
            .map_err(|fault| Failure::because(path, fault))?;
    }
    Ok(())
}
