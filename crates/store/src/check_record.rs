//! What the store keeps of checks, and of the vulnerabilities they found, as plain data.

use domain::{Dependency, Ecosystem, Finding, ProjectId, RequestId, Severity, VulnerabilityState};

/// Checks that are kept of one project; the oldest make way.
pub const KEPT_CHECKS: u32 = 50;

/// Bytes of the report of one check at most.
pub const MOST_REPORT_BYTES: usize = 4 << 20;

/// Bytes of the dependency list of one project at most, as it is kept.
pub const MOST_DEPENDENCY_BYTES: usize = 16 << 20;

/// Vulnerabilities that are tracked of one project at most; what was fixed longest ago makes way.
pub const MOST_VULNERABILITIES: usize = 10_000;

/// Changes that are kept of one vulnerability; the oldest make way.
pub const KEPT_EVENTS: u32 = 200;

/// Within how many days vulnerabilities are to be cleared. An unknown severity counts as medium.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sla {
    /// Critical ones.
    pub critical: u32,
    /// High ones.
    pub high: u32,
    /// Medium ones.
    pub medium: u32,
    /// Low ones.
    pub low: u32,
}

impl Default for Sla {
    fn default() -> Self {
        Self { critical: 7, high: 30, medium: 90, low: 180 }
    }
}

impl Sla {
    /// The days for a severity.
    #[must_use]
    pub fn days(&self, severity: Severity) -> u32 {
        match severity {
            Severity::Critical => self.critical,
            Severity::High => self.high,
            Severity::Medium | Severity::Unknown => self.medium,
            Severity::Low => self.low,
        }
    }
}

/// A check about to be kept. Values of secrets are hidden before it comes here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewCheck {
    /// The project that was checked.
    pub project: ProjectId,
    /// When, in milliseconds since 1970 (UTC).
    pub at_ms: i64,
    /// Who asked for it.
    pub caller: String,
    /// The request it belongs to.
    pub request: RequestId,
    /// The commit or version that was looked at, where it is known.
    pub subject: Option<String>,
    /// How long it took.
    pub duration_ms: u64,
    /// When the oldest advisories that were used were taken in.
    pub advisories_at_ms: Option<i64>,
    /// Its figures, as JSON.
    pub summary: String,
    /// All it says, as JSON.
    pub report: String,
    /// Findings that the report had no room for.
    pub cut: u64,
    /// What it says of vulnerable packages; none where it did not look for them.
    pub vulnerabilities: Option<Seen>,
}

/// What a look at a project's dependencies saw.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// All it depends on.
    pub dependencies: Vec<Dependency>,
    /// Files that could not be read, or not whole.
    pub unread: Vec<String>,
    /// The vulnerable packages, also those that are not reported.
    pub findings: Vec<Finding>,
    /// Which ecosystems there were advisories for. What is gone from another is not known to be gone.
    pub matched: Vec<Ecosystem>,
    /// Packages of these of which it could not be told all the same.
    pub undecided: Vec<(Ecosystem, String)>,
    /// Names the advisories, so that it can be told whether there are others by now.
    pub matched_with: String,
    /// Until when what it saw is to be cleared.
    pub sla: Sla,
}

/// A dependency list that is matched again, against newer advisories.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rematch {
    /// The project.
    pub project: ProjectId,
    /// When the list was made: one that has been replaced since is left alone.
    pub listed_at_ms: i64,
    /// When it was matched.
    pub at_ms: i64,
    /// The request it belongs to.
    pub request: RequestId,
    /// What was seen.
    pub seen: Seen,
}

/// How vulnerabilities moved.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Moved {
    /// New ones.
    pub opened: u64,
    /// Ones that were fixed and are there again.
    pub reopened: u64,
    /// Ones that are gone.
    pub fixed: u64,
    /// Ones whose acceptance ended.
    pub expired: u64,
    /// Ones that had no room.
    pub untracked: u64,
}

impl Moved {
    /// Whether anything did.
    #[must_use]
    pub fn any(&self) -> bool {
        self.opened + self.reopened + self.fixed + self.expired > 0
    }
}

/// A check as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// Its number, which grows.
    pub number: u64,
    /// The project that was checked.
    pub project: ProjectId,
    /// When.
    pub at_ms: i64,
    /// Who asked for it.
    pub caller: String,
    /// The request it belongs to.
    pub request: String,
    /// The commit or version that was looked at.
    pub subject: Option<String>,
    /// How long it took.
    pub duration_ms: u64,
    /// When the oldest advisories that were used were taken in.
    pub advisories_at_ms: Option<i64>,
    /// Its figures, as JSON.
    pub summary: String,
    /// Findings that the report had no room for.
    pub cut: u64,
}

/// The dependency list of a project.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DependencyList {
    /// The project.
    pub project: ProjectId,
    /// When it was made.
    pub at_ms: i64,
    /// When it was last matched against advisories.
    pub matched_at_ms: i64,
    /// All the project depends on.
    pub dependencies: Vec<Dependency>,
    /// Files that could not be read, or not whole.
    pub unread: Vec<String>,
}

/// Who lives with a vulnerability, why, and until when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accepted {
    /// Who.
    pub by: String,
    /// Why.
    pub why: String,
    /// From then on it counts again.
    pub until_ms: i64,
}

/// A vulnerability of a project.
#[derive(Clone, Debug, PartialEq)]
pub struct Vulnerability {
    /// The project.
    pub project: ProjectId,
    /// Names it among all of the project.
    pub fingerprint: String,
    /// Where the package comes from.
    pub ecosystem: Ecosystem,
    /// The package.
    pub package: String,
    /// The advisory.
    pub advisory: String,
    /// Its other names.
    pub aliases: Vec<String>,
    /// The versions in use when it was last seen.
    pub versions: Vec<String>,
    /// The files that asked for the package then.
    pub files: Vec<String>,
    /// How bad it is.
    pub severity: Severity,
    /// What the severity comes from.
    pub score: Option<String>,
    /// The probability that it is exploited.
    pub epss: Option<f64>,
    /// The smallest version that is not vulnerable.
    pub fixed_version: Option<String>,
    /// Whether the project asks for the package by itself.
    pub direct: Option<bool>,
    /// Whether it is used in development alone.
    pub dev: Option<bool>,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub hint: String,
    /// How far it had come when it was last changed; see [`Self::state_at`].
    pub state: VulnerabilityState,
    /// When it was first seen.
    pub first_seen_ms: i64,
    /// When it was last seen.
    pub last_seen_ms: i64,
    /// When it was last opened.
    pub opened_ms: i64,
    /// Until when it is to be cleared.
    pub due_ms: i64,
    /// When it was found to be gone.
    pub fixed_ms: Option<i64>,
    /// Who lives with it.
    pub accepted: Option<Accepted>,
    /// The branch or the upgrade that clears it.
    pub patch: Option<String>,
}

impl Vulnerability {
    /// How far it has come at `now_ms`: an acceptance ends by itself.
    #[must_use]
    pub fn state_at(&self, now_ms: i64) -> VulnerabilityState {
        let over = self.accepted.as_ref().is_some_and(|accepted| accepted.until_ms <= now_ms);
        if over { VulnerabilityState::Open } else { self.state }
    }

    /// Whether `name` is its advisory or another of its names.
    #[must_use]
    pub fn is_called(&self, name: &str) -> bool {
        self.advisory.eq_ignore_ascii_case(name)
            || self.fingerprint == name
            || self.aliases.iter().any(|alias| alias.eq_ignore_ascii_case(name))
    }
}

/// A change in the life of a vulnerability.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VulnerabilityChange {
    /// When.
    pub at_ms: i64,
    /// What it became.
    pub state: VulnerabilityState,
    /// Who did it.
    pub caller: String,
    /// In which request.
    pub request: String,
    /// Why.
    pub why: String,
}

/// What somebody does about a vulnerability.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Triage {
    /// They live with it for a time.
    Accept(Accepted),
    /// They do not any more, or do not believe that it is fixed.
    Reopen {
        /// Why.
        why: String,
    },
    /// An upgrade is ready.
    PatchReady {
        /// The branch or the upgrade.
        patch: String,
    },
}
