//! What is wrong with a configuration: where it stands, what it is, and what to do. Never a value that may be secret.

use std::fmt;

use super::origin::Origin;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Severity {
    /// The configuration is not used.
    Fault,
    /// It is used, and whoever is responsible should know.
    Warning,
}

/// What it concerns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Concern {
    /// The configuration itself.
    Anything,
    /// Only a server that listens.
    Listener,
}

/// One thing that is wrong.
#[derive(Clone, Debug)]
pub(crate) struct Fault {
    /// The rule that found it, where it was one.
    pub(crate) rule: Option<&'static str>,
    /// How bad it is.
    pub(crate) severity: Severity,
    /// What it concerns.
    pub(crate) concern: Concern,
    /// The key, with dots; empty when it is no key's.
    pub(crate) key: String,
    /// Where it stands.
    pub(crate) origin: Origin,
    /// What is wrong.
    pub(crate) message: String,
    /// What to do.
    pub(crate) hint: String,
}

impl Fault {
    /// A fault in what stands at `origin`.
    pub(crate) fn new(
        key: impl Into<String>,
        origin: Origin,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) -> Self {
        Self {
            rule: None,
            severity: Severity::Fault,
            concern: Concern::Anything,
            key: key.into(),
            origin,
            message: message.into(),
            hint: hint.into(),
        }
    }

    /// The same, as a warning.
    pub(crate) fn warning(mut self) -> Self {
        self.severity = Severity::Warning;
        self
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.origin != Origin::Default {
            write!(out, "{}: ", self.origin)?;
        }
        if !self.key.is_empty() {
            write!(out, "{}: ", self.key)?;
        }
        write!(out, "{}", self.message)
    }
}

/// The word that was probably meant.
pub(crate) fn meant<'a>(written: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let written = written.to_lowercase();
    let scored = known.into_iter().map(|word| (strsim::jaro_winkler(&written, &word.to_lowercase()), word));
    let best = scored.max_by(|one, other| one.0.total_cmp(&other.0))?;
    (best.0 > 0.82).then_some(best.1)
}
