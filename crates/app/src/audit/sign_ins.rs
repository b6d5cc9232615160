//! Who signed in lately, so that a program that calls a thousand times an hour leaves one entry and not a thousand.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use domain::Caller;

/// After so long without an entry, the next use of a credential is one.
const REST_MS: i64 = 60 * 60 * 1000;

/// Credentials that are remembered at most. When there are more, all are forgotten: that costs entries, and tells no less.
const MOST: usize = 10_000;

#[derive(Debug, Default)]
pub(super) struct SignIns(Mutex<HashMap<String, i64>>);

impl SignIns {
    /// Notes it. What it was noted under, where it is new.
    pub(super) fn note(&self, caller: &Caller, now: i64) -> Option<String> {
        let key = key(caller);
        let mut seen = self.lock();
        if !is_due(seen.get(&key), now) {
            return None;
        }
        if seen.len() >= MOST {
            seen.clear();
        }
        seen.insert(key.clone(), now);
        Some(key)
    }

    pub(super) fn is_new(&self, caller: &Caller, now: i64) -> bool {
        is_due(self.lock().get(&key(caller)), now)
    }

    pub(super) fn forget(&self, key: &str) {
        self.lock().remove(key);
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, i64>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn is_due(last: Option<&i64>, now: i64) -> bool {
    last.is_none_or(|last| now - last >= REST_MS)
}

fn key(caller: &Caller) -> String {
    let credential = caller.credential.id().unwrap_or_else(|| caller.credential.kind());
    let address = caller.address.map(|address| address.to_canonical().to_string()).unwrap_or_default();
    format!("{}\n{credential}\n{address}", caller.name)
}

#[cfg(test)]
mod tests {
    use domain::{Credential, Face, Policy};

    use super::*;

    #[test]
    fn a_credential_that_rested_signs_in_again() {
        let caller = |name: &str| {
            Caller::new(&Policy::default(), name, Vec::new(), Face::Http, Credential::ApiToken("tok_1".to_owned()))
        };
        let seen = SignIns::default();
        assert!(seen.note(&caller("ann"), 0).is_some());
        assert!(seen.note(&caller("ann"), REST_MS - 1).is_none() && !seen.is_new(&caller("ann"), REST_MS - 1));
        assert!(seen.note(&caller("bob"), 1).is_some());
        let elsewhere = Caller { address: Some([192, 0, 2, 1].into()), ..caller("ann") };
        assert!(seen.note(&elsewhere, 1).is_some());
        let key = seen.note(&caller("ann"), REST_MS).unwrap();
        seen.forget(&key);
        assert!(seen.is_new(&caller("ann"), REST_MS));
    }
}
