//! Moves the vulnerabilities of a project by what a look at its dependencies saw.

use std::collections::{BTreeMap, BTreeSet};

use domain::{Finding, FindingKind, Probability, ProjectId, VulnerabilityState};
use rusqlite::Connection;

use crate::check_record::{Moved, Seen, Vulnerability};
use crate::error::Error;
use crate::sqlite::vulnerabilities;
use crate::sqlite::vulnerability_events::{self, By};

const DAY_MS: i64 = 86_400_000;

/// Takes in what was seen: `what` looked.
pub(super) fn take_in(
    connection: &Connection,
    project: &ProjectId,
    seen: &Seen,
    by: By<'_>,
    what: &str,
) -> Result<Moved, Error> {
    let known = vulnerabilities::of_project(connection, project)?;
    let mut moved = Moved::default();
    let (mut met, mut new) = (BTreeSet::new(), Vec::new());
    for sight in sights(project, seen, by.at_ms) {
        match known.iter().find(|(number, known)| !met.contains(number) && is_same(known, &sight)) {
            Some((number, known)) => {
                met.insert(*number);
                again(connection, *number, known, sight, by, &mut moved, what)?;
            }
            None => new.push(sight),
        }
    }
    for (number, known) in known.iter().filter(|(number, _)| !met.contains(number)) {
        missing(connection, *number, known, seen, by, &mut moved, what)?;
    }
    first(connection, project, new, by, &mut moved, what)?;
    Ok(moved)
}

/// Opens what was accepted until a moment that is over.
pub(super) fn end_acceptance(
    connection: &Connection,
    number: i64,
    known: &Vulnerability,
    by: By<'_>,
) -> Result<(), Error> {
    let next = Vulnerability { state: VulnerabilityState::Open, accepted: None, ..known.clone() };
    vulnerabilities::put(connection, Some(number), &next)?;
    let by = By { caller: "smart-begin", ..by };
    vulnerability_events::insert(connection, number, next.state, by, "The time for which it was accepted is over.")
}

/// The findings, one for each vulnerability, with all the places that it was seen at.
fn sights(project: &ProjectId, seen: &Seen, now_ms: i64) -> Vec<Vulnerability> {
    let mut sights: BTreeMap<&str, Vulnerability> = BTreeMap::new();
    for finding in seen.findings.iter().filter(|finding| finding.kind == FindingKind::Vulnerability) {
        let Some(sight) = sight(project, finding, seen, now_ms) else { continue };
        match sights.get_mut(finding.fingerprint.as_str()) {
            Some(there) => join(there, sight),
            None => {
                sights.insert(&finding.fingerprint, sight);
            }
        }
    }
    // The worst first: where there is no room for all, those are kept.
    let mut sights: Vec<_> = sights.into_values().collect();
    sights.sort_by_key(|sight| std::cmp::Reverse(sight.severity.rank()));
    sights
}

fn sight(project: &ProjectId, finding: &Finding, seen: &Seen, now_ms: i64) -> Option<Vulnerability> {
    Some(Vulnerability {
        project: project.clone(),
        fingerprint: finding.fingerprint.clone(),
        ecosystem: finding.ecosystem.clone()?,
        package: finding.package.clone()?,
        advisory: finding.advisory.clone().unwrap_or_else(|| finding.rule.clone()),
        aliases: finding.aliases.clone(),
        versions: finding.version.iter().cloned().collect(),
        files: finding.file.iter().cloned().collect(),
        severity: finding.severity,
        score: finding.score.clone(),
        epss: finding.epss.map(Probability::value),
        fixed_version: finding.fixed.clone(),
        direct: finding.direct,
        dev: finding.dev,
        message: finding.message.clone(),
        hint: finding.hint.clone(),
        state: VulnerabilityState::Open,
        first_seen_ms: now_ms,
        last_seen_ms: now_ms,
        opened_ms: now_ms,
        due_ms: due(now_ms, seen.sla.days(finding.severity)),
        fixed_ms: None,
        accepted: None,
        patch: None,
    })
}

fn due(opened_ms: i64, days: u32) -> i64 {
    opened_ms.saturating_add(i64::from(days).saturating_mul(DAY_MS))
}

/// Another place of the same vulnerability. One place that is direct, or in use, makes it that.
fn join(there: &mut Vulnerability, other: Vulnerability) {
    for (list, more) in [(&mut there.versions, other.versions), (&mut there.files, other.files)] {
        for each in more {
            if !list.contains(&each) {
                list.push(each);
            }
        }
    }
    if other.severity.rank() > there.severity.rank() {
        (there.severity, there.due_ms) = (other.severity, other.due_ms);
    }
    there.direct = if there.direct == Some(true) { there.direct } else { other.direct.or(there.direct) };
    there.dev = if there.dev == Some(false) { there.dev } else { other.dev.or(there.dev) };
}

/// Records of several databases tell of one vulnerability by different names; which of them is the first may change.
fn is_same(known: &Vulnerability, sight: &Vulnerability) -> bool {
    if known.fingerprint == sight.fingerprint {
        return true;
    }
    known.ecosystem == sight.ecosystem
        && known.package == sight.package
        && std::iter::once(&sight.advisory).chain(&sight.aliases).any(|name| known.is_called(name))
}

/// What is known was seen again.
fn again(
    connection: &Connection,
    number: i64,
    known: &Vulnerability,
    sight: Vulnerability,
    by: By<'_>,
    moved: &mut Moved,
    what: &str,
) -> Result<(), Error> {
    let days = (sight.due_ms - sight.opened_ms) / DAY_MS;
    let mut next = Vulnerability {
        state: known.state_at(by.at_ms),
        first_seen_ms: known.first_seen_ms,
        opened_ms: known.opened_ms,
        due_ms: due(known.opened_ms, u32::try_from(days).unwrap_or(u32::MAX)),
        accepted: known.accepted.clone(),
        patch: known.patch.clone(),
        ..sight
    };
    match (known.state, next.state) {
        (VulnerabilityState::Fixed, _) => {
            next.state = VulnerabilityState::Reopened;
            (next.opened_ms, next.due_ms) = (by.at_ms, due(by.at_ms, u32::try_from(days).unwrap_or(u32::MAX)));
            moved.reopened += 1;
            vulnerabilities::put(connection, Some(number), &next)?;
            vulnerability_events::insert(connection, number, next.state, by, &format!("{what} found it again."))
        }
        (VulnerabilityState::Accepted, VulnerabilityState::Open) => {
            moved.expired += 1;
            end_acceptance(connection, number, &next, by)
        }
        _ => vulnerabilities::put(connection, Some(number), &next).map(|_| ()),
    }
}

/// What is known was not seen: it is gone where that was looked at.
fn missing(
    connection: &Connection,
    number: i64,
    known: &Vulnerability,
    seen: &Seen,
    by: By<'_>,
    moved: &mut Moved,
    what: &str,
) -> Result<(), Error> {
    if known.state == VulnerabilityState::Fixed {
        return Ok(());
    }
    if was_looked_for(known, seen) {
        let state = VulnerabilityState::Fixed;
        let next = Vulnerability { state, fixed_ms: Some(by.at_ms), accepted: None, patch: None, ..known.clone() };
        moved.fixed += 1;
        vulnerabilities::put(connection, Some(number), &next)?;
        return vulnerability_events::insert(
            connection,
            number,
            state,
            by,
            &format!("{what} did not find it any more."),
        );
    }
    if known.state == VulnerabilityState::Accepted && known.state_at(by.at_ms) == VulnerabilityState::Open {
        moved.expired += 1;
        return end_acceptance(connection, number, known, by);
    }
    Ok(())
}

/// Whether the look would have seen it: its ecosystem's advisories were asked and could tell of this package, and each of its files was read, or is
/// gone, or told at least a version of this package.
fn was_looked_for(known: &Vulnerability, seen: &Seen) -> bool {
    let answered = |file: &String| {
        let mut listed = seen.dependencies.iter().filter(|dependency| {
            dependency.file == *file && dependency.ecosystem == known.ecosystem && dependency.name == known.package
        });
        !seen.unread.iter().any(|unread| is_beneath(file, unread))
            || listed.next().is_some_and(|first| first.version.is_some()) && listed.all(|other| other.version.is_some())
    };
    let is_it = |(ecosystem, package): &(_, _)| *ecosystem == known.ecosystem && *package == known.package;
    let decided = seen.matched.contains(&known.ecosystem) && !seen.undecided.iter().any(is_it);
    decided && known.files.iter().all(answered)
}

/// Whether it is that file, or lies in that folder.
fn is_beneath(file: &str, unread: &str) -> bool {
    file.strip_prefix(unread).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// What was not known before.
fn first(
    connection: &Connection,
    project: &ProjectId,
    new: Vec<Vulnerability>,
    by: By<'_>,
    moved: &mut Moved,
    what: &str,
) -> Result<(), Error> {
    let room = vulnerabilities::make_room(connection, project, new.len())?;
    moved.untracked = new.len().saturating_sub(room) as u64;
    for sight in new.into_iter().take(room) {
        let number = vulnerabilities::put(connection, None, &sight)?;
        vulnerability_events::insert(connection, number, sight.state, by, &format!("{what} found it."))?;
        moved.opened += 1;
    }
    Ok(())
}
