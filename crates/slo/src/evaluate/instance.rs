//! The life of one alert for one set of labels, as Prometheus leads it: it holds, it has held long enough, it has been over
//! long enough.

use serde::{Deserialize, Serialize};

use crate::alert::{Alert, Severity};
use crate::metric::Labels;

/// How far it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// It holds, not for long enough yet.
    Pending,
    /// Somebody is to be told.
    Firing,
}

/// An alert that holds, or held a moment ago.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Standing {
    /// The alert.
    pub alert: String,
    /// What tells this instance from others, and what is said of all of them.
    pub labels: Labels,
    /// How far it is.
    pub state: State,
    /// Since when it holds, in seconds since 1970.
    pub since: i64,
    /// Since when it fires.
    pub fired: Option<i64>,
    /// Since when it does not hold any more, while it still fires.
    pub over: Option<i64>,
    /// The value that was last compared.
    pub value: f64,
}

/// An alert that fires, for whoever tells people.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Firing {
    /// The alert.
    pub alert: String,
    /// Its labels, severity included.
    pub labels: Labels,
    /// How soon somebody has to look.
    pub severity: Severity,
    /// Since when it fires, in seconds since 1970.
    pub since: i64,
    /// The value that was last compared.
    pub value: f64,
}

/// What happened to an alert.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum What {
    /// It began to hold.
    Pending,
    /// It held long enough.
    Fired,
    /// It ended before it fired.
    Calmed,
    /// It fired, and has been over long enough.
    Resolved,
}

/// What changed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Change {
    /// The alert.
    pub alert: String,
    /// Its labels.
    pub labels: Labels,
    /// What happened to it.
    pub what: What,
    /// When, in seconds since 1970.
    pub at: i64,
    /// The value that was last compared.
    pub value: f64,
}

impl Standing {
    /// It holds for the first time.
    pub(super) fn begin(alert: &Alert, own: &Labels, now: i64, value: f64) -> Self {
        let mut labels = own.clone();
        labels.extend(alert.labels());
        let state = State::Pending;
        Self { alert: alert.id.clone(), labels, state, since: now, fired: None, over: None, value }
    }

    /// It holds in this minute; whether it fires from now on.
    pub(super) fn holds(&mut self, alert: &Alert, now: i64, value: f64) -> bool {
        (self.value, self.over) = (value, None);
        self.ripens(alert, now)
    }

    /// It does not hold in this minute; whether it is gone.
    pub(super) fn rests(&mut self, alert: &Alert, now: i64) -> bool {
        if self.state == State::Pending || alert.resolve.as_seconds() == 0 {
            return true;
        }
        let over = *self.over.get_or_insert(now);
        now.saturating_sub(over) >= alert.resolve.signed()
    }

    fn ripens(&mut self, alert: &Alert, now: i64) -> bool {
        let ripe = self.state == State::Pending && now.saturating_sub(self.since) >= alert.pending.signed();
        if ripe {
            (self.state, self.fired) = (State::Firing, Some(now));
        }
        ripe
    }

    /// The clock went back: nothing began later than now.
    pub(super) fn no_later_than(&mut self, now: i64) {
        self.since = self.since.min(now);
        self.fired = self.fired.map(|at| at.min(now));
        self.over = self.over.map(|at| at.min(now));
    }

    pub(super) fn change(&self, what: What, at: i64) -> Change {
        Change { alert: self.alert.clone(), labels: self.labels.clone(), what, at, value: self.value }
    }
}
