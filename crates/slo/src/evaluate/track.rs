//! The counters that alerts look back on: one track for each selector and set of labels, however many windows look at it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::counter::{Counter, SavedCounter};
use super::ring::Growth;
use crate::alert::Alert;
use crate::metric::{Labels, Sample, Selector, kept};
use crate::span::Span;

/// No track is told apart into more.
const GROUPS: usize = 64;

#[derive(Clone, Debug)]
struct Track {
    window: Span,
    groups: BTreeMap<Labels, Counter>,
}

type Key = (Selector, Vec<String>);

/// All tracks that a set of alerts needs.
#[derive(Clone, Debug)]
pub(super) struct Tracks(BTreeMap<Key, Track>);

/// A track, kept.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct SavedTrack {
    of: String,
    groups: Vec<(Labels, SavedCounter)>,
}

impl Tracks {
    pub(super) fn of(alerts: &[Alert]) -> Self {
        let mut tracks: BTreeMap<Key, Track> = BTreeMap::new();
        for alert in alerts {
            for term in alert.condition.terms() {
                if let Some(window) = term.window() {
                    let new = || Track { window, groups: BTreeMap::new() };
                    let track = tracks.entry((term.selector.clone(), alert.by.clone())).or_insert_with(new);
                    track.window = track.window.max(window);
                }
            }
        }
        Self(tracks)
    }

    /// Takes in the samples of this minute.
    pub(super) fn take(&mut self, minute: i64, samples: &[Sample]) {
        for ((selector, by), track) in &mut self.0 {
            let mut found: BTreeMap<Labels, Vec<(&Labels, f64)>> = BTreeMap::new();
            for sample in samples.iter().filter(|sample| sample.value.is_finite() && selector.picks(sample)) {
                found.entry(kept(&sample.labels, by)).or_default().push((&sample.labels, sample.value));
            }
            for (labels, series) in found {
                if track.groups.len() < GROUPS || track.groups.contains_key(&labels) {
                    let window = track.window;
                    track.groups.entry(labels).or_insert_with(|| Counter::new(window)).take(minute, &series);
                }
            }
            track.groups.retain(|_, counter| {
                counter.ring.pass(minute);
                !counter.ring.is_empty()
            });
        }
    }

    /// How much each group grew over the window that ends now.
    pub(super) fn growth(&self, selector: &Selector, by: &[String], window: Span) -> Vec<(Labels, Growth)> {
        let track = self.0.get(&(selector.clone(), by.to_vec()));
        let groups = track.into_iter().flat_map(|track| &track.groups);
        groups.filter_map(|(labels, counter)| Some((labels.clone(), counter.ring.growth(window)?))).collect()
    }

    /// Forgets all that was counted.
    pub(super) fn forget(&mut self) {
        for track in self.0.values_mut() {
            track.groups.clear();
        }
    }

    pub(super) fn save(&self) -> Vec<SavedTrack> {
        let track = |(key, track): (&Key, &Track)| {
            let groups = track.groups.iter().map(|(labels, counter)| (labels.clone(), counter.save()));
            SavedTrack { of: name(key), groups: groups.collect() }
        };
        self.0.iter().map(track).collect()
    }

    /// Takes back what was kept, where it is still asked for.
    pub(super) fn restore(&mut self, saved: &[SavedTrack]) {
        let by_name: BTreeMap<&str, &SavedTrack> = saved.iter().map(|track| (track.of.as_str(), track)).collect();
        for (key, track) in &mut self.0 {
            let Some(saved) = by_name.get(name(key).as_str()) else { continue };
            let window = track.window;
            let groups = saved.groups.iter().take(GROUPS);
            track.groups =
                groups.map(|(labels, counter)| (labels.clone(), Counter::restore(window, counter))).collect();
        }
    }
}

/// What tells a track from others, as text.
fn name((selector, by): &Key) -> String {
    format!("{} {:?} by {by:?}", selector.metric, selector.labels)
}
