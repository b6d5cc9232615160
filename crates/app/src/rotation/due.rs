//! What is done on schedule: rotating what is due, settling what was cut short, ending versions whose grace is over.

use domain::{AuditAction, Operation, RequestId, SecurityEvent};
use store::{Secret, SecretName};

use super::outside::Outside;
use super::settle::settle;
use super::work::{MINUTE_MS, Work};
use crate::audit::Draft;
use crate::clock::now_ms;
use crate::error::Error;
use crate::itself::{self, NAME};
use crate::secret::entry_of_secret;
use crate::services::Services;

/// The most that one run looks at.
const MOST: u32 = 500;

/// After a failure it is tried again after five minutes, then after twice as long each time, up to a day.
const FIRST_PAUSE_MS: i64 = 5 * MINUTE_MS;
const LONGEST_PAUSE_MS: i64 = 24 * 60 * MINUTE_MS;

/// What one run did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DueRotations {
    /// How many secrets were rotated.
    pub rotated: u64,
    /// How many rotations that were cut short were settled.
    pub settled: u64,
    /// How many versions ended after their grace.
    pub retired: u64,
    /// How many rotations failed.
    pub failed: u64,
    /// How many secrets are due and not rotated.
    pub overdue: u64,
}

/// Does what is due. One process at a time should; two that do harm nothing.
///
/// # Errors
/// When the store fails. A rotation that fails is recorded, and keeps no other.
pub fn rotate_due(services: &Services, outside: &Outside) -> Result<DueRotations, Error> {
    let mut report = DueRotations { retired: retire(services)?, ..DueRotations::default() };
    services.store.pending_versions_of_gone_owners()?;
    let now = now_ms();
    for secret in services.store.scheduled_secrets(MOST)? {
        let caller = itself::caller(services);
        let request = RequestId::random().map_err(Error::internal)?;
        let draft = services.audit.draft(&caller, &request, AuditAction::Asked(Operation::RotateSecret));
        let draft = if let Some(project) = &secret.of.project { draft.project(project) } else { draft };
        one(services, outside, &draft, secret, now, &mut report);
    }
    let left = services.store.scheduled_secrets(MOST)?;
    report.overdue = left.iter().filter(|secret| is_due(secret, now)).count() as u64;
    Ok(report)
}

fn one(services: &Services, outside: &Outside, draft: &Draft<'_>, secret: Secret, now: i64, report: &mut DueRotations) {
    if secret.pending().is_some() {
        if is_resting(&secret, now) {
            return;
        }
        match settle(services, outside, draft, &secret, NAME) {
            Ok(done) => {
                report.settled += 1;
                report.rotated += u64::from(done.is_some());
            }
            Err(error) => failed(&secret.of, &error, report),
        }
        return;
    }
    if !is_due(&secret, now) || is_resting(&secret, now) {
        return;
    }
    let work = match Work::of(services, outside, draft, &secret, NAME) {
        Ok(work) => work,
        Err(error) => return failed(&secret.of, &error, report),
    };
    let before = secret.rotation.failures;
    match work.rotate(&secret) {
        Ok(_) => report.rotated += 1,
        Err(error) => {
            // What failed before there was a version is on no record yet.
            let recorded = services.store.secret(&secret.of).ok().flatten();
            if recorded.is_some_and(|found| found.rotation.failures == before) {
                work.tell_failure(&error);
            }
            failed(&secret.of, &error, report);
        }
    }
}

fn failed(of: &SecretName, error: &Error, report: &mut DueRotations) {
    report.failed += 1;
    tracing::warn!(environment = of.environment, secret = of.name, why = error.message, "a secret was not rotated");
}

fn is_due(secret: &Secret, now: i64) -> bool {
    secret.rotation.next_due_ms.is_some_and(|due| due <= now)
}

/// Whether it failed so lately that it is left alone.
fn is_resting(secret: &Secret, now: i64) -> bool {
    let rotation = &secret.rotation;
    let pause = FIRST_PAUSE_MS.saturating_mul(1 << rotation.failures.saturating_sub(1).min(20)).min(LONGEST_PAUSE_MS);
    rotation.last_failure_ms.is_some_and(|failed| rotation.failures > 0 && now < failed.saturating_add(pause))
}

/// Ends versions whose grace is over.
fn retire(services: &Services) -> Result<u64, Error> {
    let (now, mut retired) = (now_ms(), 0);
    for (of, version) in services.store.expired_versions(now, MOST)? {
        let request = RequestId::random().map_err(Error::internal)?;
        let draft = services.audit.draft_of_event(&request, SecurityEvent::SecretRetired);
        let draft = if let Some(project) = &of.project { draft.project(project) } else { draft };
        let entry = entry_of_secret(&draft, &of, &format!("version {version}"))?;
        retired += u64::from(services.store.retire_version(&of, version, now, &entry)?);
    }
    Ok(retired)
}
