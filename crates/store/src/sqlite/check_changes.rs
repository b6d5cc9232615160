//! The store's methods about checks and vulnerabilities on SQLite: which reads and which transactions each is made of.

use domain::{ProjectId, RequestId, Severity, VulnerabilityState};

use crate::audit_record::NewEntry;
use crate::check_record::{
    Check, DependencyList, Moved, NewCheck, Rematch, Triage, Vulnerability, VulnerabilityChange,
};
use crate::error::Error;
use crate::sqlite::change::Change;
use crate::sqlite::engine::Sqlite;
use crate::sqlite::vulnerability_events::By;
use crate::sqlite::{checks, project_dependencies, seen, vulnerabilities, vulnerability_events};

/// Who changes something that nobody asked for.
const ITSELF: &str = "smart-begin";

/// A check that is kept has happened, whatever it moved.
struct Kept(Moved);

impl Change for Kept {
    fn happened(&self) -> bool {
        true
    }
}

/// A list that was matched again, and what moved by it.
struct Matched(Option<Moved>);

impl Change for Matched {
    fn happened(&self) -> bool {
        self.0.as_ref().is_some_and(Moved::any)
    }
}

impl Sqlite {
    pub(crate) fn add_check(&self, check: NewCheck, entry: &NewEntry) -> Result<Moved, Error> {
        let kept = self.change(entry, move |connection| {
            checks::insert(connection, &check)?;
            let Some(saw) = &check.vulnerabilities else { return Ok(Kept(Moved::default())) };
            project_dependencies::put(
                connection,
                &check.project,
                &saw.dependencies,
                &saw.unread,
                &saw.matched_with,
                check.at_ms,
            )?;
            let by = By { caller: &check.caller, request: check.request.as_str(), at_ms: check.at_ms };
            Ok(Kept(seen::take_in(connection, &check.project, saw, by, "A check")?))
        })?;
        Ok(kept.0)
    }

    pub(crate) fn rematch(&self, rematch: Rematch, entry: &NewEntry) -> Result<Option<Moved>, Error> {
        let matched = self.change(entry, move |connection| {
            let Rematch { project, listed_at_ms, at_ms, request, seen: saw } = &rematch;
            if !project_dependencies::note_matched(connection, project, *listed_at_ms, *at_ms, &saw.matched_with)? {
                return Ok(Matched(None));
            }
            let by = By { caller: ITSELF, request: request.as_str(), at_ms: *at_ms };
            Ok(Matched(Some(seen::take_in(connection, project, saw, by, "A match with newer advisories")?)))
        })?;
        Ok(matched.0)
    }

    pub(crate) fn checks(&self, project: &ProjectId, limit: u32) -> Result<Vec<Check>, Error> {
        self.readers.read(|connection| checks::list(connection, project, limit))
    }

    pub(crate) fn check_report(&self, project: &ProjectId, number: Option<u64>) -> Result<Option<String>, Error> {
        self.readers.read(|connection| checks::report(connection, project, number))
    }

    pub(crate) fn dependency_list(&self, project: &ProjectId) -> Result<Option<DependencyList>, Error> {
        self.readers.read(|connection| project_dependencies::get(connection, project))
    }

    pub(crate) fn dependency_lists_not_matched_with(
        &self,
        advisories: &str,
        limit: u32,
    ) -> Result<Vec<ProjectId>, Error> {
        self.readers.read(|connection| project_dependencies::not_matched_with(connection, advisories, limit))
    }

    pub(crate) fn vulnerabilities(&self, project: &ProjectId) -> Result<Vec<Vulnerability>, Error> {
        let found = self.readers.read(|connection| vulnerabilities::of_project(connection, project))?;
        Ok(found.into_iter().map(|(_, found)| found).collect())
    }

    pub(crate) fn vulnerability_events(
        &self,
        project: &ProjectId,
        fingerprint: &str,
    ) -> Result<Vec<VulnerabilityChange>, Error> {
        self.readers.read(|connection| {
            let all = vulnerabilities::of_project(connection, project)?;
            let found = all.into_iter().find(|(_, found)| found.fingerprint == fingerprint);
            found.map_or_else(|| Ok(Vec::new()), |(number, _)| vulnerability_events::list(connection, number))
        })
    }

    #[allow(clippy::too_many_arguments, reason = "each is one column of one change")]
    pub(crate) fn triage(
        &self,
        project: &ProjectId,
        fingerprints: &[String],
        triage: &Triage,
        caller: &str,
        request: &RequestId,
        now_ms: i64,
        entry: &NewEntry,
    ) -> Result<bool, Error> {
        let (project, fingerprints, triage) = (project.clone(), fingerprints.to_vec(), triage.clone());
        let (caller, request) = (caller.to_owned(), request.clone());
        self.change(entry, move |connection| {
            let by = By { caller: &caller, request: request.as_str(), at_ms: now_ms };
            let all = vulnerabilities::of_project(connection, &project)?;
            let mut moved = Vec::new();
            // Looked at before anything is written: it is all or none.
            for fingerprint in &fingerprints {
                let found = all.iter().find(|(_, found)| found.fingerprint == *fingerprint);
                let Some((number, found)) = found else { return Ok(false) };
                let Some((found, why)) = triaged(found, &triage, now_ms) else { return Ok(false) };
                moved.push((*number, found, why));
            }
            for (number, found, why) in &moved {
                vulnerabilities::put(connection, Some(*number), found)?;
                vulnerability_events::insert(connection, *number, found.state, by, why)?;
            }
            Ok(!moved.is_empty())
        })
    }

    pub(crate) fn end_acceptances(
        &self,
        now_ms: i64,
        limit: u32,
        request: &RequestId,
        entry: &NewEntry,
    ) -> Result<u64, Error> {
        if self.readers.read(|connection| vulnerabilities::accepted_until(connection, now_ms, 1))?.is_empty() {
            return Ok(0);
        }
        let request = request.clone();
        self.change(entry, move |connection| {
            let by = By { caller: ITSELF, request: request.as_str(), at_ms: now_ms };
            let over = vulnerabilities::accepted_until(connection, now_ms, limit)?;
            for (number, found) in &over {
                seen::end_acceptance(connection, *number, found, by)?;
            }
            Ok(over.len() as u64)
        })
    }

    pub(crate) fn vulnerabilities_to_clear(&self, now_ms: i64) -> Result<Vec<(Severity, u64, u64)>, Error> {
        self.readers.read(|connection| vulnerabilities::to_clear(connection, now_ms))
    }
}

/// What `found` becomes, and why; none where it is not in a state for that.
fn triaged(found: &Vulnerability, triage: &Triage, now_ms: i64) -> Option<(Vulnerability, String)> {
    let mut next = Vulnerability { accepted: None, patch: None, fixed_ms: None, ..found.clone() };
    let state = found.state_at(now_ms);
    match triage {
        Triage::Accept(accepted) if state != VulnerabilityState::Fixed => {
            next.state = VulnerabilityState::Accepted;
            next.accepted = Some(accepted.clone());
            Some((next, accepted.why.clone()))
        }
        // Time to clear it begins anew for what was fixed. What was accepted was known all the while.
        Triage::Reopen { why } if matches!(state, VulnerabilityState::Accepted | VulnerabilityState::Fixed) => {
            if state == VulnerabilityState::Fixed {
                next.due_ms = now_ms.saturating_add(found.due_ms.saturating_sub(found.opened_ms));
                next.opened_ms = now_ms;
            }
            next.state = VulnerabilityState::Reopened;
            Some((next, why.clone()))
        }
        Triage::PatchReady { patch } if state.counts() => {
            next.state = VulnerabilityState::PatchReady;
            next.patch = Some(patch.clone());
            Some((next, format!("An upgrade that clears it is ready: {patch}")))
        }
        _ => None,
    }
}
