//! Several series of a counter as one that only grows: a restart sets a series back to zero, and that is no shrinking.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::ring::{Ring, SavedRing};
use crate::metric::Labels;
use crate::span::Span;

/// Of more series than this nothing is known: their labels are not bounded, and that is a fault of its own.
const SERIES: usize = 2_000;

#[derive(Clone, Debug)]
pub(super) struct Counter {
    before: BTreeMap<Labels, f64>,
    grown: f64,
    pub(super) ring: Ring,
}

/// The same, kept.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct SavedCounter {
    before: Vec<(Labels, f64)>,
    grown: f64,
    ring: SavedRing,
}

impl Counter {
    pub(super) fn new(window: Span) -> Self {
        Self { before: BTreeMap::new(), grown: 0.0, ring: Ring::new(window) }
    }

    /// Takes in what each series says in this minute.
    pub(super) fn take(&mut self, minute: i64, series: &[(&Labels, f64)]) {
        self.ring.pass(minute);
        if self.ring.is_empty() {
            // Nothing is known of what was before, so that it is where it stands now.
            self.grown = series.iter().map(|(_, value)| value).sum();
        } else {
            for (labels, value) in series {
                // A series that was not there before begins where it stands, as in Prometheus.
                let grew = self.before.get(*labels).map_or(0.0, |old| if value < old { *value } else { value - old });
                self.grown += grew;
            }
        }
        self.grown = self.grown.clamp(f64::MIN, f64::MAX);
        for (labels, value) in series {
            if let Some(old) = self.before.get_mut(*labels) {
                *old = *value;
            } else if self.before.len() < SERIES {
                self.before.insert((*labels).clone(), *value);
            }
        }
        self.ring.push(minute, self.grown);
    }

    pub(super) fn save(&self) -> SavedCounter {
        let before = self.before.iter().map(|(labels, value)| (labels.clone(), *value)).collect();
        SavedCounter { before, grown: self.grown, ring: self.ring.save() }
    }

    pub(super) fn restore(window: Span, saved: &SavedCounter) -> Self {
        let before = saved.before.iter().take(SERIES).cloned().collect();
        Self { before, grown: saved.grown, ring: Ring::restore(window, &saved.ring) }
    }
}
