//! Who must wait after failures to sign in: counted in the store, by principal and by address, for all processes.

use std::time::Duration;

use domain::{RequestId, SecurityEvent};
use store::LockRule;

use crate::clock::{milliseconds, now_ms};
use crate::error::Error;
use crate::services::Services;

/// Keys of people begin so.
const PERSON: &str = "principal:";

/// Keys of addresses begin so.
const ADDRESS: &str = "address:";

/// Longer keys than any of ours.
const LONGEST_KEY: usize = 1_000;

/// From which failure on, and how long, somebody is locked out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LockoutRule {
    /// Failures in a row without consequence.
    pub attempts: u32,
    /// The first wait; each further failure doubles it.
    pub first: Duration,
    /// The longest wait.
    pub longest: Duration,
}

/// How long one of `keys` is locked out from now on; none when all may try. The keys are `principal:…` and `address:…`.
///
/// # Errors
/// When the store cannot be read.
pub fn locked_until(services: &Services, keys: &[String]) -> Result<Option<Duration>, Error> {
    let until = services.store.locked_until(keys)?.unwrap_or_default();
    let wait = u64::try_from(until.saturating_sub(now_ms())).unwrap_or_default();
    Ok((wait > 0).then(|| Duration::from_millis(wait)))
}

/// Counts a failure of each of `keys`.
///
/// # Errors
/// When the store cannot be written.
pub fn record_failure(services: &Services, keys: &[String], rule: LockoutRule) -> Result<(), Error> {
    let keys: Vec<String> = keys.iter().filter(|key| key.len() <= LONGEST_KEY).cloned().collect();
    let rule = LockRule {
        attempts: rule.attempts,
        first_ms: milliseconds(rule.first),
        longest_ms: milliseconds(rule.longest),
    };
    for key in services.store.count_failure(&keys, rule, now_ms())? {
        let draft = services.audit.draft_of_event(&RequestId::random()?, SecurityEvent::LockedOut);
        let (who, from) = match (key.strip_prefix(PERSON), key.strip_prefix(ADDRESS)) {
            (Some(principal), _) => (principal, None),
            (None, address) => ("unknown", address),
        };
        services.audit.refused(draft.by(who).at(from));
    }
    Ok(())
}

/// Forgets the failures of the principal among `keys`. Those of addresses stay: behind one address are many people, and
/// whoever tries the tokens of all of them has one that works.
///
/// # Errors
/// When the store cannot be written.
pub fn record_success(services: &Services, keys: &[String]) -> Result<(), Error> {
    let mut people = keys.iter().filter(|key| key.starts_with(PERSON));
    people.try_for_each(|key| Ok(services.store.clear_failures(key)?))
}
