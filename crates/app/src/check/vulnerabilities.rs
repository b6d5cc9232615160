//! The part of a check that looks for packages with known vulnerabilities.

use dependencies::advisories::{Database, Ignores, Matched};
use dependencies::{Inventory, inventory_unless};
use domain::{AdvisoryAge, CheckReport, Dependency, Ecosystem, FindingKind, NotRun};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use source_tree::SourceTree;

use super::online;
use super::suppress;
use super::watch::with_flag;
use crate::services::{Services, Watch};

/// The check's name in answers.
pub(super) const CHECK: &str = "vulnerabilities";

/// The file with what is to be ignored; it counts at the root alone.
const IGNORES: &str = "osv-scanner.toml";

/// The most that it may hold.
const MOST_IGNORES: u64 = 1024 * 1024;

/// What was seen of what a tree depends on, beside what the report says.
pub(super) struct Seen {
    /// What it depends on.
    pub(super) inventory: Inventory,
    /// The ecosystems that a server answered for.
    pub(super) online: Vec<AdvisoryAge>,
    /// Packages of which it could not be told.
    pub(super) undecided: Vec<(Ecosystem, String)>,
}

/// Looks for vulnerable packages, and adds what it saw to the report.
pub(super) fn look(
    services: &Services,
    watch: &dyn Watch,
    offline: bool,
    tree: &SourceTree,
    report: &mut CheckReport,
) -> Seen {
    let inventory = with_flag(watch, |cancelled| inventory_unless(tree, cancelled));
    let mut seen = Seen { inventory, online: Vec::new(), undecided: Vec::new() };
    report.not_run.extend(seen.inventory.not_run.iter().cloned());
    let api = services.checks.osv_api.as_ref().filter(|_| !offline);
    let database = open(services);
    let is_here = |dependency: &Dependency| database.as_ref().is_ok_and(|database| database.has(&dependency.ecosystem));
    let (here, elsewhere): (Vec<Dependency>, Vec<Dependency>) =
        seen.inventory.dependencies.iter().cloned().partition(|dependency| api.is_none() || is_here(dependency));
    match &database {
        Ok(database) => {
            report.summary.advisories = used(database, &seen.inventory);
            add(database.check(&here), &mut seen, report);
        }
        // Without a data folder all there is can be asked for.
        Err(_) if api.is_some() && services.checks.advisories.is_none() => {}
        Err(not_run) => report.not_run.push((**not_run).clone()),
    }
    if let Some(api) = api.filter(|_| elsewhere.iter().any(|dependency| dependency.version.is_some())) {
        let online = online::look_up(services, api, &elsewhere, watch);
        report.summary.advisories.extend(online.ages.iter().cloned());
        seen.online = online.ages;
        add(online.matched, &mut seen, report);
    }
    if services.checks.honour_ignores {
        ignore(tree, report);
    }
    seen
}

fn add(matched: Matched, seen: &mut Seen, report: &mut CheckReport) {
    report.summary.packages += matched.packages;
    report.not_run.extend(matched.not_run);
    report.findings.extend(matched.findings);
    seen.undecided.extend(matched.undecided);
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
