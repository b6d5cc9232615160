//! What an entry of the audit log tells of: something that was asked for, or something that happened to access itself.

use std::fmt;

use crate::operation::Operation;

macro_rules! events {
    ($($(#[doc = $what:literal])+ $variant:ident = $name:literal,)+) => {
        /// What nobody asked for by a use case, and the audit log tells all the same.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum SecurityEvent {
            $($(#[doc = $what])+ $variant,)+
        }

        impl SecurityEvent {
            /// All there are.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// Its name in entries and queries.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name),+ }
            }

            /// What happened, in plain words.
            #[must_use]
            pub fn meaning(self) -> &'static str {
                match self { $(Self::$variant => concat!($($what),+).trim_ascii()),+ }
            }
        }
    };
}

events! {
    /// Somebody showed who they are: a session began, or a credential was used after an hour of rest.
    SignedIn = "sign-in",
    /// Somebody ended their session.
    SignedOut = "sign-out",
    /// A credential was refused. What repeats itself is folded into one entry with a count.
    SignInRefused = "sign-in-refused",
    /// Somebody, or an address, must wait after failures.
    LockedOut = "locked-out",
    /// Every file of a project is in place.
    ProjectFinished = "project-finished",
    /// A project was given up; nothing of it is left.
    ProjectAbandoned = "project-abandoned",
    /// A server began to listen, with this configuration.
    ConfigurationLoaded = "configuration-loaded",
    /// A running server took another configuration, or refused it.
    ConfigurationChanged = "configuration-changed",
    /// A secret's old version ended after its grace.
    SecretRetired = "secret-retired",
    /// The log is signed by other keys from here on.
    AuditKeysChanged = "audit-keys-changed",
}

/// What an entry of the audit log tells of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AuditAction {
    /// Somebody asked for this.
    Asked(Operation),
    /// This happened.
    Event(SecurityEvent),
}

impl AuditAction {
    /// All there are.
    pub fn all() -> impl Iterator<Item = Self> {
        let asked = Operation::ALL.into_iter().map(Self::Asked);
        asked.chain(SecurityEvent::ALL.iter().copied().map(Self::Event))
    }

    /// Its name in entries and queries.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Asked(operation) => operation.as_str(),
            Self::Event(event) => event.as_str(),
        }
    }
}

impl fmt::Display for AuditAction {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.as_str())
    }
}

impl std::str::FromStr for AuditAction {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::all().find(|action| action.as_str() == text).ok_or(())
    }
}

/// How what an entry tells of went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// It was done.
    Success,
    /// It was tried and could not be done.
    Failure,
    /// It was not allowed.
    Refused,
}

impl Outcome {
    /// Its name in entries and queries.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Failure => "failure",
            Self::Refused => "refused",
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn names_are_read_back_and_told_apart() {
        for action in AuditAction::all() {
            assert_eq!(action.as_str().parse(), Ok(action));
        }
        let names: BTreeSet<_> = AuditAction::all().map(AuditAction::as_str).collect();
        assert_eq!(names.len(), AuditAction::all().count());
    }
}
