//! All alerts at once, minute by minute.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::instance::{Change, Firing, Standing, State, What};
use super::track::{SavedTrack, Tracks};
use super::values::Now;
use crate::alert::Alert;
use crate::metric::{Labels, Sample};
use crate::slos::Slos;
use crate::span::Span;

/// How often samples are taken in. More often changes nothing; minutes that are left out are gaps.
pub const STEP: Span = Span::seconds(60);

/// No alert has more instances at once.
const INSTANCES: usize = 64;

/// The form of what is kept. Another form is not read: the alerts begin anew.
const VERSION: u32 = 1;

/// The evaluator of one process.
#[derive(Clone, Debug)]
pub struct Evaluator {
    alerts: Vec<Alert>,
    tracks: Tracks,
    standing: BTreeMap<(String, Labels), Standing>,
    minute: Option<i64>,
}

/// All it knows, to be kept over a restart.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SavedEvaluator {
    version: u32,
    minute: Option<i64>,
    tracks: Vec<SavedTrack>,
    standing: Vec<(Labels, Standing)>,
}

impl Evaluator {
    /// One that knows nothing yet.
    #[must_use]
    pub fn new(slos: &Slos) -> Self {
        let alerts = slos.alerts.clone();
        Self { tracks: Tracks::of(&alerts), alerts, standing: BTreeMap::new(), minute: None }
    }

    /// One that goes on from what was kept, as far as the alerts are still the same.
    #[must_use]
    pub fn restored(slos: &Slos, saved: &SavedEvaluator) -> Self {
        let mut evaluator = Self::new(slos);
        if saved.version == VERSION {
            evaluator.minute = saved.minute;
            evaluator.tracks.restore(&saved.tracks);
            let known = saved.standing.iter().filter(|(_, standing)| slos.alert(&standing.alert).is_some());
            let keyed = known.map(|(own, standing)| ((standing.alert.clone(), own.clone()), standing.clone()));
            evaluator.standing = keyed.take(INSTANCES * evaluator.alerts.len()).collect();
        }
        evaluator
    }

    /// What to keep.
    #[must_use]
    pub fn save(&self) -> SavedEvaluator {
        let standing = self.standing.iter().map(|((_, own), standing)| (own.clone(), standing.clone())).collect();
        SavedEvaluator { version: VERSION, minute: self.minute, tracks: self.tracks.save(), standing }
    }

    /// Whether the minute of `now` (seconds since 1970) was not looked at yet, so that it is worth gathering samples.
    #[must_use]
    pub fn is_due(&self, now: i64) -> bool {
        self.minute != Some(minute_of(now))
    }

    /// Takes in all samples of the minute of `now` (seconds since 1970), and tells what changed. A minute counts once. Where the
    /// clock went back, what was counted is forgotten and begins anew; alerts that fire go on.
    pub fn tick(&mut self, now: i64, samples: &[Sample]) -> Vec<Change> {
        if !self.is_due(now) {
            return Vec::new();
        }
        let minute = minute_of(now);
        let seconds = minute.saturating_mul(STEP.signed());
        if self.minute.is_some_and(|last| minute < last) {
            self.tracks.forget();
            self.standing.values_mut().for_each(|standing| standing.no_later_than(seconds));
        }
        self.minute = Some(minute);
        self.tracks.take(minute, samples);
        let now = Now { seconds, samples, tracks: &self.tracks };
        let mut changes = Vec::new();
        for alert in &self.alerts {
            live(&mut self.standing, alert, &now.holding(alert), seconds, &mut changes);
        }
        changes
    }

    /// All alerts that hold, those that do not fire yet included.
    pub fn standing(&self) -> impl Iterator<Item = &Standing> {
        self.standing.values()
    }

    /// The alerts that fire, for whoever tells people.
    #[must_use]
    pub fn firing(&self) -> Vec<Firing> {
        let severity = |id: &str| self.alerts.iter().find(|alert| alert.id == id).map(|alert| alert.severity);
        let firing = self.standing.values().filter(|standing| standing.state == State::Firing);
        let told = firing.filter_map(|standing| {
            Some(Firing {
                alert: standing.alert.clone(),
                labels: standing.labels.clone(),
                severity: severity(&standing.alert)?,
                since: standing.fired?,
                value: standing.value,
            })
        });
        told.collect()
    }
}

fn minute_of(now: i64) -> i64 {
    now.div_euclid(STEP.signed())
}

/// One minute in the life of an alert's instances.
fn live(
    all: &mut BTreeMap<(String, Labels), Standing>,
    alert: &Alert,
    holding: &BTreeMap<Labels, f64>,
    now: i64,
    changes: &mut Vec<Change>,
) {
    for (own, value) in holding.iter().take(INSTANCES) {
        let standing = all.entry((alert.id.clone(), own.clone())).or_insert_with(|| {
            let new = Standing::begin(alert, own, now, *value);
            if alert.pending.as_seconds() > 0 {
                changes.push(new.change(What::Pending, now));
            }
            new
        });
        if standing.holds(alert, now, *value) {
            changes.push(standing.change(What::Fired, now));
        }
    }
    all.retain(|(id, own), standing| {
        if *id != alert.id || holding.contains_key(own) {
            return true;
        }
        let gone = standing.rests(alert, now);
        if gone {
            let what = if standing.state == State::Firing { What::Resolved } else { What::Calmed };
            changes.push(standing.change(what, now));
        }
        !gone
    });
}
