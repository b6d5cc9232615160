//! The report for people at a terminal: what fails, who must look at what, and the rest when it is asked for.

use std::collections::BTreeMap;

use app::{ComplianceReport, ComplianceRow, ComplianceStatus};

use super::words;
use crate::cli::output::{BAD, GOOD, QUIET, STRONG};

/// The report.
pub(super) fn page(report: &ComplianceReport, all: bool) -> String {
    let mut text =
        format!("{STRONG}Compliance{STRONG:#} of smart-begin {} for {}\n\n", report.version, report.environment);
    text.push_str(&format!("{:<14}", ""));
    for (status, _) in words::counts(&report.summary) {
        text.push_str(&format!("{:>15}", status.as_str()));
    }
    let totals = report.catalogues.iter().map(|each| (each.name.as_str(), &each.summary));
    for (name, summary) in totals.chain([("all", &report.summary)]) {
        text.push_str(&format!("\n{name:<14}"));
        words::counts(summary).iter().for_each(|(_, count)| text.push_str(&format!("{count:>15}")));
    }
    text.push_str(&format!("\n\n{QUIET}{}{QUIET:#}\n", report.how_to_read));
    fails(&mut text, report);
    unknown(&mut text, report);
    if all {
        for status in [ComplianceStatus::NotBuilt, ComplianceStatus::Pass, ComplianceStatus::NotApplicable] {
            rest(&mut text, report, status);
        }
    } else {
        text.push_str(&format!("\n{QUIET}What passes, is not built or does not apply: --all{QUIET:#}\n"));
    }
    text
}

fn rows(report: &ComplianceReport, status: ComplianceStatus) -> Vec<&ComplianceRow> {
    let rows = report.catalogues.iter().flat_map(|catalogue| &catalogue.rows);
    rows.filter(|row| row.status == status).collect()
}

fn fails(text: &mut String, report: &ComplianceReport) {
    let failing = rows(report, ComplianceStatus::Fail);
    if failing.is_empty() {
        text.push_str(&format!("\n{GOOD}Nothing fails.{GOOD:#}\n"));
        return;
    }
    text.push_str(&format!("\n{BAD}FAIL{BAD:#}\n"));
    for row in failing {
        text.push_str(&format!("  {STRONG}{}{STRONG:#} {}\n", row.id, row.says));
        let seen = row.evidence.iter().filter(|evidence| evidence.seen.is_some());
        seen.for_each(|evidence| text.push_str(&format!("      {}\n", words::evidence(evidence))));
        row.advice.iter().for_each(|advice| text.push_str(&format!("      {STRONG}do:{STRONG:#} {advice}\n")));
    }
}

/// By who must look, so that each person finds all of theirs.
fn unknown(text: &mut String, report: &ComplianceReport) {
    let mut by_person: BTreeMap<String, Vec<&ComplianceRow>> = BTreeMap::new();
    for row in rows(report, ComplianceStatus::Unknown) {
        by_person.entry(row.who.join(", ")).or_default().push(row);
    }
    for (who, rows) in by_person {
        text.push_str(&format!("\n{STRONG}UNKNOWN{STRONG:#}: {who} must look\n"));
        for row in rows {
            let why = row.why.as_deref().unwrap_or_default();
            text.push_str(&format!("  {STRONG}{}{STRONG:#} {}\n      {QUIET}{why}{QUIET:#}\n", row.id, row.says));
        }
    }
}

fn rest(text: &mut String, report: &ComplianceReport, status: ComplianceStatus) {
    text.push_str(&format!("\n{STRONG}{}{STRONG:#}\n", status.as_str()));
    for row in rows(report, status) {
        text.push_str(&format!("  {STRONG}{}{STRONG:#} {}\n", row.id, row.says));
        if let Some(why) = &row.why {
            text.push_str(&format!("      {QUIET}{why}{QUIET:#}\n"));
        }
        row.evidence
            .iter()
            .for_each(|evidence| text.push_str(&format!("      {QUIET}{}{QUIET:#}\n", words::evidence(evidence))));
    }
}
