//! Slows down whoever fails to sign in again and again: each failure beyond the allowed ones doubles the wait. Failures
//! are kept in the store, where they outlive a restart and count for all processes; what was read there a moment ago is
//! remembered here, so that the usual path costs nothing.
//!
//! Whom a failure counts against: forged and malformed credentials name nobody who could be believed, so they count for
//! the address alone. Otherwise anybody could lock anybody else out. A principal is counted against only by what it did
//! itself with a credential that was good. Whoever signed in from an address before is let in although the address is
//! locked: one broken client must not keep a whole office out.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use app::{LockoutRule, Services};

use super::challenge::Refusal;
use super::memory::Memory;

/// How long it counts what the store said.
const REMEMBERED: Duration = Duration::from_secs(5);
/// How long it counts that a principal signed in from an address.
const ACQUAINTED: Duration = Duration::from_secs(12 * 60 * 60);
/// The failures of this server's callers.
pub(super) struct Lockout {
    services: Option<Arc<Services>>,
    rule: LockoutRule,
    /// When the store was asked, and until when the key is locked.
    read: Arc<Memory<String, Option<Instant>>>,
    acquainted: Memory<(String, String), ()>,
    /// Principals that failed here, which a success clears.
    failed: Memory<String, ()>,
}

/// Something to count failures for.
pub(super) fn of_address(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => format!("address:{address}"),
        // One customer has a /64 at least.
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            format!("address:{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
    }
}

fn of_principal(principal: &str) -> String {
    format!("principal:{principal}")
}

impl Lockout {
    pub(super) fn new(services: Option<Arc<Services>>, rule: LockoutRule) -> Self {
        Self { services, rule, read: Arc::default(), acquainted: Memory::default(), failed: Memory::default() }
    }

    /// How long `address` is locked yet.
    pub(super) async fn of_address(&self, address: &str) -> Result<Option<Duration>, Refusal> {
        self.remaining(address.to_owned()).await
    }

    /// How long `principal` is locked yet.
    pub(super) async fn of_principal(&self, principal: &str) -> Result<Option<Duration>, Refusal> {
        self.remaining(of_principal(principal)).await
    }

    /// Whether `principal` signed in from `address` before.
    pub(super) fn is_acquainted(&self, address: &str, principal: &str) -> bool {
        self.acquainted.get(&(address.to_owned(), principal.to_owned()), ACQUAINTED).is_some()
    }

    /// Something forged or malformed came from `address`.
    pub(super) fn address_failed(&self, address: &str) {
        self.record(address.to_owned());
    }

    /// `principal`, whom a good credential named, was refused all the same.
    pub(super) fn principal_failed(&self, principal: &str) {
        self.failed.put(of_principal(principal), ());
        self.record(of_principal(principal));
    }

    /// `principal` got in.
    pub(super) async fn succeeded(&self, address: Option<&str>, principal: &str) {
        if let Some(address) = address {
            self.acquainted.put((address.to_owned(), principal.to_owned()), ());
        }
        let key = of_principal(principal);
        if self.failed.take(&key) {
            let keys = vec![key];
            self.ask(move |services| app::record_success(services, &keys)).await;
        }
    }

    async fn remaining(&self, key: String) -> Result<Option<Duration>, Refusal> {
        let left = |until: Option<Instant>| {
            until.map(|until| until.saturating_duration_since(Instant::now())).filter(|left| !left.is_zero())
        };
        if let Some(until) = self.read.get(&key, REMEMBERED) {
            return Ok(left(until));
        }
        if self.services.is_none() {
            return Ok(None);
        }
        let keys = vec![key.clone()];
        let found = self.ask(move |services| app::locked_until(services, &keys)).await.ok_or(Refusal::Unavailable)?;
        self.read.put(key, found.map(|wait| Instant::now() + wait));
        Ok(found)
    }

    /// Nobody waits for the disk: how long a refusal takes must not tell what it was for.
    fn record(&self, key: String) {
        let Some(services) = self.services.clone() else { return };
        let (read, rule) = (Arc::clone(&self.read), self.rule);
        tokio::task::spawn_blocking(move || {
            if let Err(error) = app::record_failure(&services, std::slice::from_ref(&key), rule) {
                tell(&error);
            }
            // What was read before this is out of date.
            read.take(&key);
        });
    }

    async fn ask<T, F>(&self, work: F) -> Option<T>
    where
        T: Send + 'static,
        F: FnOnce(&Services) -> Result<T, app::Error> + Send + 'static,
    {
        let services = Arc::clone(self.services.as_ref()?);
        match tokio::task::spawn_blocking(move || work(&services)).await {
            Ok(Ok(done)) => Some(done),
            Ok(Err(error)) => {
                tell(&error);
                None
            }
            Err(_) => None,
        }
    }
}

fn tell(error: &app::Error) {
    tracing::warn!(cause = ?error.source, "failed sign-ins could not be counted: {}", error.message);
}
