//! What came of a fix, for people at a terminal: what, why, what changes, what is left to do.

use app::{FixOutcome, FixReport, FixedUpgrade, GateOutcome, UpgradeState};

use crate::cli::output::{BAD, GOOD, QUIET, STRONG};

/// The most lines of a diff on a terminal; JSON has all.
const MOST_DIFF: usize = 80;

/// The name of a project above its page.
pub(super) fn heading(project: &str) -> String {
    format!("\n{STRONG}{project}{STRONG:#}\n")
}

/// The report.
pub(super) fn page(report: &FixReport) -> String {
    let mut lines = Vec::new();
    for one in &report.upgrades {
        upgrade(&mut lines, one);
    }
    if !report.diff.is_empty() {
        lines.push(format!("{STRONG}What changes{STRONG:#}"));
        let all = report.diff.lines().count();
        lines.extend(report.diff.lines().take(MOST_DIFF).map(|line| format!("  {line}")));
        if all > MOST_DIFF {
            lines.push(format!("  {QUIET}… {} more lines: --format json has them{QUIET:#}", all - MOST_DIFF));
        }
        lines.push(String::new());
    }
    for gate in &report.gates {
        let (style, word) = match gate.outcome {
            GateOutcome::Passed => (GOOD, "passed"),
            GateOutcome::Failed => (BAD, "FAILED"),
        };
        lines.push(format!("{style}{word}{style:#} {} ({} s)", gate.command, gate.seconds));
        lines.extend(gate.output.lines().map(|line| format!("  {line}")));
    }
    for one in &report.not_run {
        let file = one.file.as_ref().map(|file| format!(" {file}")).unwrap_or_default();
        lines.push(format!("{STRONG}NOT RUN{STRONG:#} {}{file}: {} {}", one.check, one.reason, one.hint));
    }
    lines.extend(report.not_enforced.iter().cloned());
    lines.push(verdict(report));
    if !report.next.is_empty() {
        lines.push(format!("{STRONG}What you must do{STRONG:#}"));
        lines.extend(report.next.iter().map(|next| format!("  - {next}")));
    }
    lines.join("\n") + "\n"
}

fn upgrade(lines: &mut Vec<String>, one: &FixedUpgrade) {
    let upgrade = &one.upgrade;
    let (style, word) = match one.state {
        UpgradeState::Fixed => (GOOD, "fixed"),
        UpgradeState::Planned => (STRONG, "planned"),
        UpgradeState::NotFixed => (BAD, "NOT FIXED"),
        UpgradeState::NotPossible => (BAD, "needs you"),
    };
    let to = upgrade.to.as_ref().map(|to| format!(" -> {to}")).unwrap_or_default();
    lines.push(format!("{style}{word:<10}{style:#}{STRONG}{} {}{to}{STRONG:#}", upgrade.package, upgrade.from));
    let what = |advisories: &[String]| advisories.join(", ");
    if !upgrade.clears.is_empty() {
        lines.push(format!("  why: {} vulnerability, {}", upgrade.severity, what(&upgrade.clears)));
    }
    if !upgrade.through.is_empty() {
        lines.push(format!("  it comes with {}", upgrade.through.join(", ")));
    }
    lines.push(format!("  {QUIET}in{QUIET:#} {}", upgrade.files.join(", ")));
    lines.extend(one.why.iter().map(|why| format!("  {}", why.replace('\n', "\n  "))));
    if one.state == UpgradeState::Planned || one.state == UpgradeState::NotFixed {
        lines.extend(one.commands.iter().map(|command| format!("  {QUIET}by hand:{QUIET:#} {command}")));
    }
    lines.push(String::new());
}

fn verdict(report: &FixReport) -> String {
    let before = report.before;
    match report.outcome {
        FixOutcome::NothingToFix => format!("{GOOD}No package with a known vulnerability was found.{GOOD:#}"),
        FixOutcome::NothingPossible => {
            format!("{BAD}{before} vulnerabilities, and no upgrade without a major step clears any of them.{BAD:#}")
        }
        FixOutcome::Unknown => {
            format!("{BAD}UNKNOWN{BAD:#}: it could not be looked up whether packages are vulnerable.")
        }
        FixOutcome::Planned => format!("{before} vulnerabilities. Nothing was changed: this is what would be done."),
        FixOutcome::Failed => format!("{BAD}Nothing was changed.{BAD:#}"),
        FixOutcome::Fixed => {
            let after = report.after.map_or_else(|| "unknown".to_owned(), |after| after.to_string());
            let place = match &report.branch {
                Some(branch) => format!("The upgrades are on the branch {branch}."),
                None => {
                    "This was a trial in a copy: smart-begin fix --apply leaves the upgrades on a branch.".to_owned()
                }
            };
            format!("{GOOD}Looked at again: {before} vulnerabilities before, {after} now.{GOOD:#} {place}")
        }
    }
}
