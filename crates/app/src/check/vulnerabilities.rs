//! The part of a check that looks for packages with known vulnerabilities.

use dependencies::advisories::{Database, Ignores};
use dependencies::{Inventory, inventory_unless};
use domain::{CheckReport, FindingKind, NotRun};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use source_tree::SourceTree;

use super::suppress;
use super::watch::with_flag;
use crate::services::{Call, Services};

/// The check's name in answers.
pub(super) const CHECK: &str = "vulnerabilities";

/// The file with what is to be ignored; it counts at the root alone.
const IGNORES: &str = "osv-scanner.toml";

/// The most that it may hold.
const MOST_IGNORES: u64 = 1024 * 1024;

/// Looks for vulnerable packages, adds what it saw to the report, and answers with what the tree depends on.
pub(super) fn look(services: &Services, call: &Call<'_>, tree: &SourceTree, report: &mut CheckReport) -> Inventory {
    let inventory = with_flag(call.watch, |cancelled| inventory_unless(tree, cancelled));
    report.not_run.extend(inventory.not_run.iter().cloned());
    match open(services) {
        Ok(database) => {
            let matched = database.check(&inventory.dependencies);
            report.summary.packages = matched.packages;
            report.summary.advisories = used(&database, &inventory);
            report.not_run.extend(matched.not_run);
            report.findings.extend(matched.findings);
        }
        Err(not_run) => report.not_run.push(*not_run),
    }
    if services.checks.honour_ignores {
        ignore(tree, report);
    }
    inventory
}

/// The advisories that there are.
pub(crate) fn open(services: &Services) -> Result<Database, Box<NotRun>> {
    let not_run = |reason: String, hint: &str| {
        Box::new(NotRun { check: CHECK.to_owned(), file: None, reason, hint: hint.to_owned() })
    };
    let Some(folder) = &services.checks.advisories else {
        return Err(not_run("This process keeps no advisories.".to_owned(), "Run it with a data folder."));
    };
    Database::open(folder).map_err(|error| not_run(format!("The advisories cannot be read: {error}."), error.hint()))
}

/// How old the advisories are that were asked.
fn used(database: &Database, inventory: &Inventory) -> Vec<domain::AdvisoryAge> {
    let asked = |age: &domain::AdvisoryAge| {
        inventory.dependencies.iter().any(|dependency| {
            dependency.ecosystem == age.ecosystem || dependency.ecosystem.family() == age.ecosystem.as_str()
        })
    };
    database.ages().into_iter().filter(asked).collect()
}

/// Takes out what the file at the root asks to be ignored.
fn ignore(tree: &SourceTree, report: &mut CheckReport) {
    let Some(file) = tree.file(IGNORES) else { return };
    let read = file.read(MOST_IGNORES).map_err(|error| error.to_string());
    let text = read.and_then(|bytes| String::from_utf8(bytes).map_err(|error| error.to_string()));
    let ignores = text.and_then(|text| Ignores::from_toml(&text).map_err(|error| error.to_string()));
    match ignores {
        Err(why) => report.not_run.push(NotRun {
            check: CHECK.to_owned(),
            file: Some(IGNORES.to_owned()),
            reason: format!("it cannot be read, so that nothing is ignored: {why}"),
            hint: "Mend it, or remove it.".to_owned(),
        }),
        Ok(ignores) => {
            let today = Timestamp::now().to_zoned(TimeZone::UTC).date();
            suppress::by(report, IGNORES, |finding| {
                let asked = (finding.kind == FindingKind::Vulnerability).then(|| ignores.covers(finding, today));
                asked.flatten().map(|reason| Some(reason).filter(|reason| !reason.is_empty()))
            });
        }
    }
}
