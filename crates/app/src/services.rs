//! What the use cases work with, and what a single call brings along.

use std::sync::{Arc, PoisonError, RwLock};

use blueprint::Catalogue;
use domain::{Caller, Policy, RequestId};
use safe_fs::Roots;
use store::Store;

use crate::audit::Auditor;
use crate::check::CheckSettings;
use crate::secret::Vault;

/// The parts that every use case may need, built once when the program starts.
pub struct Services {
    /// Where projects and events are recorded.
    pub store: Store,
    /// The folders that the operator opened to clients.
    pub roots: Roots,
    /// What can be begun.
    pub catalogue: Catalogue,
    /// Who may do what.
    pub policy: CurrentPolicy,
    /// What secrets are sealed with.
    pub vault: Vault,
    /// Writes down who did what.
    pub audit: Auditor,
    /// How checks are done.
    pub checks: CheckSettings,
}

impl Services {
    /// These parts, with names in clear in what is written down, and no key for secrets.
    #[must_use]
    pub fn new(store: Store, roots: Roots, catalogue: Catalogue, policy: Policy) -> Self {
        let audit = Auditor::new(store.clone(), None);
        let (policy, vault) = (CurrentPolicy::new(policy), Vault::default());
        Self { store, roots, catalogue, policy, vault, audit, checks: CheckSettings::default() }
    }
}

/// The policy in force. It is replaced as a whole when the configuration is read again.
#[derive(Debug, Default)]
pub struct CurrentPolicy(RwLock<Arc<Policy>>);

impl CurrentPolicy {
    /// Starts with `policy`.
    #[must_use]
    pub fn new(policy: Policy) -> Self {
        Self(RwLock::new(Arc::new(policy)))
    }

    /// The policy in force now; one call asks once, so that it is judged by one policy.
    #[must_use]
    pub fn get(&self) -> Arc<Policy> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Puts another policy in force, for all calls that begin from now on.
    pub fn set(&self, policy: Policy) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(policy);
    }
}

/// Who calls, in which request, and who watches.
pub struct Call<'a> {
    /// The authenticated caller.
    pub caller: &'a Caller,
    /// Names this request in logs and events.
    pub request: &'a RequestId,
    /// Hears of progress and can give up.
    pub watch: &'a dyn Watch,
}

/// One step of a longer call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// Its number, from 1.
    pub number: u32,
    /// How many there are.
    pub of: u32,
    /// What is done in it, for people.
    pub message: &'static str,
}

/// Hears of the progress of a call, and can ask it to stop.
pub trait Watch: Sync {
    /// A step begins.
    fn step(&self, step: Step);
    /// Whether the caller gave up. Looked at until the project is put in place, which happens at once.
    fn cancelled(&self) -> bool;
}

/// Watches nothing and never gives up.
#[derive(Clone, Copy, Debug, Default)]
pub struct Quiet;

impl Watch for Quiet {
    fn step(&self, _step: Step) {}

    fn cancelled(&self) -> bool {
        false
    }
}

/// Where download links lead, for example `http://127.0.0.1:8080`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkBase(pub String);
