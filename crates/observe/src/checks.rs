//! What is counted of checks, and of the vulnerabilities of projects. Made apart from [`Metrics`](crate::Metrics), because
//! checks run everywhere, and only a server is asked for metrics.

use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

/// Seconds: from a few files to the history of a large repository.
const DURATIONS: [f64; 10] = [0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 15.0, 60.0, 300.0];

/// The values that labels can have.
const KINDS: [&str; 3] = ["secret", "vulnerability", "repository"];
const SEVERITIES: [&str; 5] = ["unknown", "low", "medium", "high", "critical"];
const OUTCOMES: [&str; 3] = ["passed", "failed", "error"];

/// Counters of checks; clones count together.
#[derive(Clone, Debug)]
pub struct CheckCounts {
    runs: Family<OfRun, Counter>,
    duration: Histogram,
    findings: Family<OfFinding, Counter>,
    open: Family<OfSeverity, Gauge>,
    overdue: Family<OfSeverity, Gauge>,
    advisories_at: Gauge,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfRun {
    outcome: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfFinding {
    kind: &'static str,
    severity: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfSeverity {
    severity: &'static str,
}

impl Default for CheckCounts {
    fn default() -> Self {
        Self {
            runs: Family::default(),
            duration: Histogram::new(DURATIONS),
            findings: Family::default(),
            open: Family::default(),
            overdue: Family::default(),
            advisories_at: Gauge::default(),
        }
    }
}

/// How a check ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CheckOutcome {
    /// Nothing bad enough was found.
    Passed,
    /// Something bad enough was found.
    Failed,
    /// It could not be done.
    Error,
}

impl CheckCounts {
    /// A check ended after so long.
    pub fn ran(&self, outcome: CheckOutcome, took: Duration) {
        let outcome = match outcome {
            CheckOutcome::Passed => OUTCOMES[0],
            CheckOutcome::Failed => OUTCOMES[1],
            CheckOutcome::Error => OUTCOMES[2],
        };
        self.runs.get_or_create(&OfRun { outcome }).inc();
        self.duration.observe(took.as_secs_f64());
    }

    /// A check found something. Words that are no kind or no severity are not counted.
    pub fn found(&self, kind: &str, severity: &str) {
        if let (Some(kind), Some(severity)) = (known(&KINDS, kind), known(&SEVERITIES, severity)) {
            self.findings.get_or_create(&OfFinding { kind, severity }).inc();
        }
    }

    /// So many vulnerabilities of each severity are to be cleared, and so many of them are overdue; none of those that are
    /// not named.
    pub fn to_clear<'a>(&self, all: impl Iterator<Item = (&'a str, u64, u64)>) {
        let whole = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
        let all: Vec<_> = all.collect();
        for severity in SEVERITIES {
            let found = all.iter().find(|(name, ..)| *name == severity);
            let (open, overdue) = found.map_or((0, 0), |(_, open, overdue)| (*open, *overdue));
            self.open.get_or_create(&OfSeverity { severity }).set(whole(open));
            self.overdue.get_or_create(&OfSeverity { severity }).set(whole(overdue));
        }
    }

    /// The oldest advisories in use were taken in then, in seconds since 1970; 0 where there are none.
    pub fn advisories(&self, at_seconds: i64) {
        self.advisories_at.set(at_seconds);
    }

    pub(crate) fn register(&self, registry: &mut Registry) {
        for outcome in OUTCOMES {
            drop(self.runs.get_or_create(&OfRun { outcome }));
        }
        for severity in SEVERITIES {
            for kind in KINDS {
                drop(self.findings.get_or_create(&OfFinding { kind, severity }));
            }
            drop(self.open.get_or_create(&OfSeverity { severity }));
            drop(self.overdue.get_or_create(&OfSeverity { severity }));
        }
        registry.register("checks", "Checks by outcome", self.runs.clone());
        registry.register("check_duration_seconds", "How long checks took", self.duration.clone());
        registry.register("check_findings", "What checks found, by kind and severity", self.findings.clone());
        registry.register(
            "vulnerabilities_open",
            "Vulnerabilities of registered projects that are to be cleared, by severity",
            self.open.clone(),
        );
        registry.register(
            "vulnerabilities_overdue",
            "Vulnerabilities that are not cleared although they are due, by severity",
            self.overdue.clone(),
        );
        registry.register(
            "advisories_oldest_timestamp_seconds",
            "When the oldest advisories in use were taken in, in seconds since 1970; 0 where there are none",
            self.advisories_at.clone(),
        );
    }
}

fn known(all: &[&'static str], word: &str) -> Option<&'static str> {
    all.iter().copied().find(|known| *known == word)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Metrics;

    #[test]
    fn every_series_is_there_from_the_start_and_no_other_comes() {
        let counts = CheckCounts::default();
        let lines = |counts: &CheckCounts| {
            let text = Metrics::new("1").with_checks(counts).to_open_metrics();
            let ours = ["checks_", "check_findings", "vulnerabilities_", "advisories_"];
            text.lines()
                .filter(|line| ours.iter().any(|name| line.starts_with(name)))
                .map(str::to_owned)
                .collect::<Vec<_>>()
        };
        let before = lines(&counts).len();
        assert_eq!(before, 3 + 15 + 5 + 5 + 1);
        counts.found("secret", "high");
        counts.found("a client's words", "high");
        counts.found("secret", "terrible");
        counts.ran(CheckOutcome::Failed, Duration::from_secs(1));
        counts.to_clear([("critical", 3, 1)].into_iter());
        counts.to_clear([("low", 2, 0)].into_iter());
        let after = lines(&counts);
        assert_eq!(after.len(), before);
        let has = |line: &str| assert!(after.iter().any(|found| found == line), "{line}: {after:?}");
        has("check_findings_total{kind=\"secret\",severity=\"high\"} 1");
        has("checks_total{outcome=\"failed\"} 1");
        has("vulnerabilities_open{severity=\"critical\"} 0");
        has("vulnerabilities_open{severity=\"low\"} 2");
    }
}
