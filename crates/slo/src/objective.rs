//! Objectives, and the alerts that guard their budgets.
//!
//! The windows and rates are those of the Site Reliability Workbook (chapter 5, "Alerting on SLOs"): a long window says that
//! the budget is really going, a short one that it still is.

use crate::alert::{Alert, Severity};
use crate::condition::{Bad, Comparison, Condition, Fold, Take, Term, Value};
use crate::metric::Selector;
use crate::span::Span;

/// How fast a budget burns, and over which windows that is seen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Burn {
    /// So many times as fast as would just use it up.
    pub rate: f64,
    /// Over this window, to be sure.
    pub long: Span,
    /// And over this one, to notice when it is over.
    pub short: Span,
    /// How soon somebody has to look.
    pub severity: Severity,
}

/// Every rate that is looked at; 14.4 uses up two percent of a month's budget in an hour.
pub const BURNS: [Burn; 3] = [
    Burn { rate: 14.4, long: Span::minutes(60), short: Span::minutes(5), severity: Severity::Page },
    Burn { rate: 6.0, long: Span::minutes(360), short: Span::minutes(30), severity: Severity::Page },
    Burn { rate: 1.0, long: Span::minutes(4_320), short: Span::minutes(360), severity: Severity::Ticket },
];

/// Which events are counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Counted {
    /// The bad ones.
    Bad(Selector),
    /// The good ones; all others are bad.
    Good(Selector),
}

/// What is promised of a kind of events.
#[derive(Clone, Debug, PartialEq)]
pub struct Objective {
    /// Its name: small letters, digits and hyphens.
    pub id: String,
    /// A few words.
    pub title: String,
    /// What is promised, in plain words.
    pub summary: String,
    /// The part of all events that may be bad: 0.001 for 99.9 %.
    pub allowed: f64,
    /// Of fewer events in the long window nothing is concluded.
    pub minimum: f64,
    /// All events.
    pub total: Selector,
    /// Those that are counted beside them.
    pub counted: Counted,
    /// What is told of the alert that pages, and of the one that does not.
    pub told: [Told; 2],
}

/// What is said of an alert on an objective.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// A few words.
    pub title: String,
    /// Plain words for whoever was just woken.
    pub summary: String,
    /// The anchor of its section in the runbook.
    pub runbook: String,
}

fn grown(selector: &Selector, window: Span) -> Term {
    Term { selector: selector.clone(), take: Take::Increase(window), fold: Fold::Sum }
}

impl Objective {
    /// The part of the events of a window that was bad.
    #[must_use]
    pub fn bad_share(&self, window: Span) -> Value {
        let total = grown(&self.total, window);
        match &self.counted {
            Counted::Bad(bad) => Value::Part(grown(bad, window), total),
            Counted::Good(good) => Value::Missing(grown(good, window), total),
        }
    }

    /// How many events a window had.
    #[must_use]
    pub fn events(&self, window: Span) -> Value {
        Value::Of(grown(&self.total, window))
    }

    fn burns(&self, burn: Burn) -> Vec<Comparison> {
        let share = |window| Comparison {
            value: self.bad_share(window),
            bad: Bad::Above,
            threshold: vec![burn.rate, self.allowed],
        };
        let enough = Comparison { value: self.events(burn.long), bad: Bad::AtLeast, threshold: vec![self.minimum] };
        vec![share(burn.long), share(burn.short), enough]
    }

    /// The alerts on its budget: one that pages, one that does not.
    #[must_use]
    pub fn alerts(&self) -> Vec<Alert> {
        let ends = [("fast", Severity::Page), ("slow", Severity::Ticket)];
        let alert = |((end, severity), told): ((&str, Severity), &Told)| {
            let any = BURNS.iter().filter(|burn| burn.severity == severity).map(|burn| self.burns(*burn)).collect();
            Alert {
                id: format!("{}-{end}", self.id),
                title: told.title.clone(),
                severity,
                summary: told.summary.clone(),
                runbook: told.runbook.clone(),
                objective: Some(self.id.clone()),
                condition: Condition { any },
                by: Vec::new(),
                pending: if severity == Severity::Page { Span::minutes(2) } else { Span::minutes(30) },
                resolve: Span::minutes(5),
                outside: false,
            }
        };
        ends.into_iter().zip(&self.told).map(alert).collect()
    }
}
