//! The part of a check that looks for secrets.

use domain::CheckReport;
use scan::secrets::{SecretsSeen, check_tree};
use source_tree::SourceTree;

use super::subject::Opened;
use super::watch::with_flag;
use crate::error::Error;
use crate::services::{Call, Services};

/// Looks for secrets, and adds what it saw to the report.
pub(super) fn look(
    services: &Services,
    call: &Call<'_>,
    _opened: &Opened<'_>,
    tree: &SourceTree,
    report: &mut CheckReport,
) -> Result<(), Error> {
    let scanner = services.checks.scanner()?;
    let seen = with_flag(call.watch, |cancelled| check_tree(scanner, tree, cancelled));
    add(report, seen);
    Ok(())
}

fn add(report: &mut CheckReport, seen: SecretsSeen) {
    report.findings.extend(seen.findings);
    report.suppressed.extend(seen.suppressed);
    report.not_run.extend(seen.not_run);
    report.summary.bytes += seen.bytes;
}
