//! Packages whose ecosystem has no advisories here, looked up at a server where the operator named one.

use std::collections::{BTreeMap, BTreeSet};

use dependencies::advisories::{Matched, of_records};
use domain::{AdvisoryAge, Dependency, Ecosystem, NotRun};

use super::osv_api::{Asked, Question, ask};
use super::osv_server::OsvApi;
use crate::services::{Services, Watch};

/// Packages that are asked for in one check.
const MOST_PACKAGES: usize = 20_000;
/// Packages that one sentence names.
const NAMED: usize = 10;

/// What came of it.
pub(super) struct Online {
    /// What is known of the packages.
    pub(super) matched: Matched,
    /// The ecosystems that the server answered for, as of now.
    pub(super) ages: Vec<AdvisoryAge>,
}

/// Packages of one ecosystem that nothing is known of, and why.
struct Missed {
    packages: BTreeSet<String>,
    why: String,
}

/// Looks all of `dependencies` up that have a version. Their names and versions are all that leaves.
pub(super) fn look_up(services: &Services, api: &OsvApi, dependencies: &[Dependency], watch: &dyn Watch) -> Online {
    let all: BTreeSet<Question> = dependencies.iter().filter_map(question).collect();
    let all: Vec<Question> = all.into_iter().collect();
    let (asked_for, left) = all.split_at(all.len().min(MOST_PACKAGES));
    let mut asked = ask(api, &services.checks.network, asked_for, watch);
    let ecosystems: BTreeSet<Ecosystem> = all.iter().map(|question| question.ecosystem.clone()).collect();
    let ecosystems: Vec<Ecosystem> = ecosystems.into_iter().collect();
    let records = asked.records.iter().map(|(id, bytes)| (id.as_str(), bytes.as_slice()));
    let made = match of_records(&ecosystems, records, services.checks.advisories.as_deref()) {
        Ok(made) => made,
        Err(error) => {
            let missed = all.iter().map(|question| (question, format!("what it answered cannot be kept: {error}")));
            let mut online = Online { matched: Matched::default(), ages: Vec::new() };
            tell(&mut online, by_ecosystem(missed), &all);
            return online;
        }
    };
    note_refused(&mut asked, &made.refused);
    let mut online = Online { matched: made.database.check(dependencies), ages: made.database.ages() };
    let missed = asked.missed.iter().filter_map(|(at, why)| Some((all.get(*at)?, why.clone())));
    let beyond =
        left.iter().map(|question| (question, format!("more than {MOST_PACKAGES} packages are not asked for")));
    tell(&mut online, by_ecosystem(missed.chain(beyond)), &all);
    online
}

fn question(dependency: &Dependency) -> Option<Question> {
    let (ecosystem, package) = (dependency.ecosystem.clone(), dependency.name.clone());
    Some(Question { ecosystem, package, version: dependency.version.clone()? })
}

/// A question that led to a record which is none has no whole answer.
fn note_refused(asked: &mut Asked, refused: &[(String, String)]) {
    for (at, named) in &asked.named {
        if let Some((id, why)) = refused.iter().find(|(id, _)| named.contains(id)) {
            asked.missed.entry(*at).or_insert_with(|| format!("what it answers for {id} cannot be used: {why}"));
        }
    }
}

fn by_ecosystem<'a>(missed: impl Iterator<Item = (&'a Question, String)>) -> BTreeMap<Ecosystem, Missed> {
    let mut told: BTreeMap<Ecosystem, Missed> = BTreeMap::new();
    for (question, why) in missed {
        let entry = told.entry(question.ecosystem.clone());
        let entry = entry.or_insert_with(|| Missed { packages: BTreeSet::new(), why });
        entry.packages.insert(question.package.clone());
    }
    told
}

/// Says what nothing is known of: of a whole ecosystem, or of some of its packages.
fn tell(online: &mut Online, missed: BTreeMap<Ecosystem, Missed>, all: &[Question]) {
    for (ecosystem, Missed { packages, why }) in missed {
        let label = ecosystem.label();
        let of_it = all.iter().filter(|question| question.ecosystem == ecosystem);
        let whole = of_it.map(|question| &question.package).collect::<BTreeSet<_>>().len() == packages.len();
        let (check, reason) = if whole {
            online.ages.retain(|age| age.ecosystem != ecosystem);
            let reason = format!(
                "There are no advisories of {label} here, and the server of checks.osv_api could not be asked: {why}."
            );
            (label.to_owned(), reason)
        } else {
            let named: Vec<&str> = packages.iter().take(NAMED).map(String::as_str).collect();
            let more = packages.len().saturating_sub(NAMED);
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            let named = named.join(", ");
            (
                format!("packages of {label}"),
                format!("The server of checks.osv_api did not tell all of {named}{more}: {why}."),
            )
        };
        let quoted = if label.contains(' ') { format!("'{label}'") } else { label.to_owned() };
        let hint = format!("Run `smart-begin advisories update --ecosystem {quoted}`, or look at checks.osv_api.");
        online.matched.not_run.push(NotRun { check, file: None, reason, hint });
        online.matched.undecided.extend(packages.into_iter().map(|package| (ecosystem.clone(), package)));
    }
}
