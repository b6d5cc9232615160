//! Stands in for what `app` will provide.

use std::time::Duration;

use app::{Error, Services};
use domain::{Caller, Face};

#[derive(Clone, Copy, Debug)]
pub(super) struct LockoutRule {
    pub(super) attempts: u32,
    pub(super) first: Duration,
    pub(super) longest: Duration,
}

pub(super) fn locked_until(_: &Services, _: &[String]) -> Result<Option<Duration>, Error> {
    Ok(None)
}

pub(super) fn record_failure(_: &Services, _: &[String], rule: LockoutRule) -> Result<(), Error> {
    let _ = (rule.attempts, rule.first, rule.longest);
    Ok(())
}

pub(super) fn record_success(_: &Services, _: &[String]) -> Result<(), Error> {
    Ok(())
}

pub(super) fn sign_in_with_token(_: &Services, _: Face, _: &str) -> Result<Option<Caller>, Error> {
    Ok(None)
}
