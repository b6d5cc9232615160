//! OpenSSF Scorecard, in as far as it can be run without a host: each check that `scorecard.toml` names.

use std::fs;
use std::path::Path;

use serde::Deserialize;

use super::grade::Grade;
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
    details: Option<Vec<String>>,
}

/// Templates of other projects: they are graded as those projects, once rendered.
const NOT_OURS: &str = "blueprints/";

/// Runs Scorecard on what is in git or could be: it would else read what was built, too.
pub(super) fn grades(thresholds: &Thresholds) -> Vec<Grade> {
    let report = tempfile::tempdir().map_err(|fault| Failure::because("no temporary folder", fault)).and_then(|copy| {
        copy_sources(copy.path())?;
        let checks: Vec<&str> = thresholds.openssf.keys().map(String::as_str).collect();
        let mut command = tool::command("scorecard");
        command.args(["--format", "json", "--show-details", "--checks", &checks.join(","), "--local"]).arg(copy.path());
        tool::text(&mut command)
    });
    match report.and_then(|report| judge(&report, thresholds)) {
        Ok(grades) => grades,
        Err(why) => vec![Grade::unknown("OpenSSF Scorecard", &why)],
    }
}

/// Compares a report with the thresholds. A check that the report lacks fails.
///
/// # Errors
/// When the report is not one.
pub fn judge(report: &str, thresholds: &Thresholds) -> Result<Vec<Grade>, Failure> {
    let report: Report = serde_json::from_str(report)
        .map_err(|fault| Failure::because("the report of OpenSSF Scorecard is not understood", fault))?;
    let graded =
        thresholds.openssf.iter().map(|(name, least)| match report.checks.iter().find(|check| check.name == *name) {
            Some(check) => grade(check, *least),
            None => Grade::new(name, "UNKNOWN: the report has no such check", false),
        });
    Ok(graded.collect())
}

fn grade(check: &Check, least: i32) -> Grade {
    let score = if check.score < 0 { "UNKNOWN".to_owned() } else { check.score.to_string() };
    let mut figures = format!("{score}, at least {least}: {}", check.reason);
    if check.score < least {
        for detail in check.details.iter().flatten().filter(|detail| !detail.starts_with("Info")) {
            figures.push_str("\n    ");
            figures.push_str(detail);
        }
    }
    Grade::new(&check.name, figures, check.score >= least)
}

fn copy_sources(to: &Path) -> Result<(), Failure> {
    let root = tool::root();
    let list = tool::text(tool::command("git").args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"]))?;
    let ours = list.split('\0').filter(|path| !path.is_empty() && !path.starts_with(NOT_OURS));
    for path in ours.filter(|path| root.join(path).is_file()) {
        let target = to.join(path);
        let folder = target.parent().unwrap_or(to);
        fs::create_dir_all(folder)
            .and_then(|()| fs::copy(root.join(path), &target))
            .map_err(|fault| Failure::because(path, fault))?;
    }
    Ok(())
}
