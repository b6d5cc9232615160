//! One rotation, phase by phase. At every moment the store says how far it is, before the next thing is done: whoever
//! finds it unfinished can settle it.
//!
//! pending (nothing else is changed yet) → applying → verifying → current. What fails goes → rolling-back → retired, and
//! the value before was the current one all along.

use domain::{Outcome, ProjectId};
use secrecy::SecretString;
use store::{NewEntry, Recorded, RotationPolicy, Secret, SecretName};

use super::effect::{Effect, beside};
use super::generator::Generator;
use super::hook::{Hook, Phase};
use super::message::{self, Numbered};
use super::new_value::{self, NewValue};
use super::opened;
use super::outside::Outside;
use crate::audit::Draft;
use crate::clock::now_ms;
use crate::error::{Error, ErrorKind};
use crate::secret::{ATTEMPTS, contended, entry_of_secret, seal_version};
use crate::services::Services;

pub(super) const MINUTE_MS: i64 = 60_000;
pub(super) const DAY_MS: i64 = 24 * 60 * MINUTE_MS;

/// The longest reason that is kept of a failure.
const REASON: usize = 900;

pub(super) const APPLYING: &str = "applying";
pub(super) const VERIFYING: &str = "verifying";
pub(super) const ROLLING_BACK: &str = "rolling-back";

/// A rotation of one secret.
pub(super) struct Work<'a> {
    pub(super) services: &'a Services,
    pub(super) outside: &'a Outside,
    pub(super) draft: &'a Draft<'a>,
    pub(super) of: SecretName,
    pub(super) policy: RotationPolicy,
    pub(super) generator: Generator,
    pub(super) hook: Option<Hook>,
    pub(super) by: &'a str,
}

/// The two values between which it is.
pub(super) struct Values {
    pub(super) version: u64,
    pub(super) new: SecretString,
    pub(super) before: u64,
    pub(super) old: SecretString,
}

/// A rotation that was done.
pub(super) struct Done {
    pub(super) version: u64,
    pub(super) before: u64,
    pub(super) good_until_ms: Option<i64>,
    pub(super) public_key: Option<String>,
}

impl<'a> Work<'a> {
    /// The rotation of `secret` by its policy.
    pub(super) fn of(
        services: &'a Services,
        outside: &'a Outside,
        draft: &'a Draft<'a>,
        secret: &Secret,
        by: &'a str,
    ) -> Result<Self, Error> {
        let policy = secret.policy.clone();
        let generator = policy.generator.as_deref().map(serde_json::from_str).transpose().map_err(Error::internal)?;
        let hook = policy.hook.as_deref().map(serde_json::from_str).transpose().map_err(Error::internal)?;
        let generator = generator.ok_or_else(|| {
            let hint = "Say it once: smart-begin secret schedule NAME --generator token (or smart-begin secret rotate NAME --generator …).";
            Error::refused("Nothing is known of how a new value of this secret is made.", hint).on("generator")
        })?;
        Ok(Self { services, outside, draft, of: secret.of.clone(), policy, generator, hook, by })
    }

    /// Makes a new value and carries it through.
    pub(super) fn rotate(&self, secret: &Secret) -> Result<Done, Error> {
        let before = secret.current().map(|current| current.version).ok_or_else(|| {
            let hint = "Set it first: smart-begin secret set.";
            Error::refused("This secret has no value that could be replaced.", hint)
        })?;
        let old = if self.has_effect() { opened::version(self.services, self.draft, &self.of, before)? } else { None };
        let old = old.unwrap_or_default();
        let NewValue { value: new, public_key } = new_value::make(&self.generator, &old)?;
        let version = self.add_pending(secret.last_version + 1, before, &new)?;
        let values = Values { version, new, before, old };
        self.carry_through(&values).map(|done| Done { public_key, ..done })
    }

    /// Whether anything but the store is told of the new value.
    fn has_effect(&self) -> bool {
        let made_alone =
            matches!(self.generator, Generator::Token { .. } | Generator::Text { .. } | Generator::KeyPair { .. });
        self.hook.is_some() || !made_alone
    }

    fn add_pending(&self, first: u64, expected: u64, new: &SecretString) -> Result<u64, Error> {
        let keys = self.services.vault.keyring()?;
        let mut version = first;
        for _ in 0..ATTEMPTS {
            let sealed = seal_version(&keys, &self.of, version, new, self.by)?;
            let entry = self.entry(&format!("version {version} is pending"))?;
            match self.services.store.add_pending_version(&sealed, expected, now_ms(), &entry)? {
                Recorded::Done => return Ok(version),
                Recorded::Taken { next } => version = next,
                Recorded::Changed => return Err(changed()),
            }
        }
        Err(contended())
    }

    fn carry_through(&self, values: &Values) -> Result<Done, Error> {
        if self.has_effect() {
            self.reach(values.version, APPLYING)?;
            if let Err(fault) = self.apply(values) {
                return Err(self.go_back(values, fault));
            }
            self.reach(values.version, VERIFYING)?;
            if let Err(fault) = self.verify(values) {
                return Err(self.go_back(values, fault));
            }
        }
        self.commit(values)
    }

    /// Notes how far it is, before it is done.
    fn reach(&self, version: u64, stage: &str) -> Result<(), Error> {
        let entry = self.entry(&format!("version {version}: {stage}"))?;
        let noted = self.services.store.note_stage(&self.of, version, stage, &entry)?;
        if noted { Ok(()) } else { Err(changed()) }
    }

    fn apply(&self, values: &Values) -> Result<(), Error> {
        self.effect(values).apply()?;
        self.ask(Phase::Apply, values)
    }

    pub(super) fn verify(&self, values: &Values) -> Result<(), Error> {
        self.effect(values).verify()?;
        self.ask(Phase::Verify, values)
    }

    fn effect<'e>(&'e self, values: &'e Values) -> Effect<'e> {
        let (services, draft, of) = (self.services, self.draft, &self.of);
        let (generator, grace_minutes) = (&self.generator, self.policy.grace_minutes);
        Effect { services, draft, of, generator, grace_minutes, new: &values.new, old: &values.old }
    }

    fn ask(&self, phase: Phase, values: &Values) -> Result<(), Error> {
        let Some(hook) = &self.hook else { return Ok(()) };
        let key = match hook {
            Hook::Webhook { key, .. } => Some(beside(self.services, self.draft, &self.of, key)?),
            Hook::Command { .. } => None,
        };
        let new = Numbered { version: values.version, value: &values.new };
        let old = Numbered { version: values.before, value: &values.old };
        let message = message::of(&self.of, phase, new, old)?;
        let project = self.of.project.as_ref().map_or("-", ProjectId::as_str);
        let id = format!("{project}.{}.{}.{}", self.of.environment, self.of.name, values.version);
        self.outside.ask(hook, phase, &id, message, key.as_ref())
    }

    /// Makes it the current version.
    pub(super) fn commit(&self, values: &Values) -> Result<Done, Error> {
        let now = now_ms();
        let Values { version, before, .. } = *values;
        let grace = i64::from(self.policy.grace_minutes) * MINUTE_MS;
        let good_until_ms = (grace > 0).then_some(now + grace);
        let due = self.next_due(now);
        let entry = self.entry(&format!("version {version} is current, in place of {before}"))?;
        let store = &self.services.store;
        if store.promote_version(&self.of, version, before, good_until_ms, due, now, &entry)? {
            return Ok(Done { version, before, good_until_ms, public_key: None });
        }
        Err(self.go_back(values, changed()))
    }

    fn next_due(&self, now: i64) -> Option<i64> {
        self.policy.every_days.map(|days| now + i64::from(days) * DAY_MS)
    }

    /// Makes the value before hold everywhere again, and tells why.
    pub(super) fn go_back(&self, values: &Values, fault: Error) -> Error {
        match self.try_to_go_back(values, &fault) {
            Ok(()) => fault,
            Err(more) => {
                let message = format!("{} Going back failed as well: {}", fault.message, more.message);
                let hint = "The value before is the one that is given out, and the new one is kept. Rotating again tries to go back first.";
                let fault = Error { message, hint: hint.to_owned(), ..fault };
                self.tell_failure(&fault);
                fault
            }
        }
    }

    fn try_to_go_back(&self, values: &Values, fault: &Error) -> Result<(), Error> {
        if self.has_effect() {
            self.reach(values.version, ROLLING_BACK)?;
            // The hook comes first, as it came last.
            self.ask(Phase::Rollback, values)?;
            self.effect(values).undo()?;
        }
        self.withdraw(values.version, fault)
    }

    /// Gives the new value up; it is kept, since another side may have seen it.
    pub(super) fn withdraw(&self, version: u64, fault: &Error) -> Result<(), Error> {
        let now = now_ms();
        let reason = reason(fault);
        let entry = self.failure(&format!("version {version} was given up: {reason}"))?;
        let due = self.services.store.secret(&self.of)?.and_then(|secret| secret.rotation.next_due_ms);
        self.services.store.withdraw_version(&self.of, version, &reason, due, now, &entry)?;
        Ok(())
    }

    /// Records that it failed where no version is given up. That it could not be recorded changes nothing.
    pub(super) fn tell_failure(&self, fault: &Error) {
        let recorded = || {
            let reason = reason(fault);
            let entry = self.failure(&reason)?;
            let due = self.services.store.secret(&self.of)?.and_then(|secret| secret.rotation.next_due_ms);
            self.services.store.note_rotation_failure(&self.of, &reason, due, now_ms(), &entry)?;
            Ok::<_, Error>(())
        };
        if let Err(error) = recorded() {
            tracing::warn!(error = %error.message, "a failed rotation could not be recorded");
        }
    }

    fn entry(&self, detail: &str) -> Result<NewEntry, Error> {
        entry_of_secret(self.draft, &self.of, detail)
    }

    fn failure(&self, detail: &str) -> Result<NewEntry, Error> {
        entry_of_secret(&self.draft.clone().outcome(Outcome::Failure), &self.of, detail)
    }
}

fn reason(fault: &Error) -> String {
    fault.message.chars().take(REASON).collect()
}

fn changed() -> Error {
    let message = "The secret was changed, or another rotation of it is not through.";
    Error::new(ErrorKind::Refused, message, "Look at its versions (smart-begin secret versions NAME), then try again.")
}
