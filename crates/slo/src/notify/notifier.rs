//! From what fires to what people are told: once, again after a while, and that it is over. An alert that comes and goes is
//! told as such once, and then left alone until it is quiet.

use std::collections::{BTreeMap, VecDeque};

use serde::{Deserialize, Serialize};

use super::silence::Silence;
use crate::alert::Severity;
use crate::evaluate::Firing;
use crate::metric::Labels;

/// Coming so often within [`FLAP_SECONDS`] is flapping.
const FLAP_TIMES: usize = 4;
const FLAP_SECONDS: i64 = 3_600;
/// After so long without a change, one way or the other, it is flapping no more.
const CALM_SECONDS: i64 = 1_800;
/// How long one that fires is told of once, in seconds.
const PAGE_AGAIN: i64 = 4 * 3_600;
const TICKET_AGAIN: i64 = 24 * 3_600;
/// Nobody can read more. Which are left out depends on their names alone, so that they do not take turns.
const MOST: usize = 1_000;

const VERSION: u32 = 1;

/// Why somebody is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// It fires.
    Fired,
    /// It still does.
    Reminder,
    /// It comes and goes; nothing more is said until it stays or is over.
    Flapping,
    /// It is over.
    Resolved,
}

/// What somebody is to be told.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Notice {
    /// Why.
    pub kind: Kind,
    /// The alert, as it fires or last fired.
    pub firing: Firing,
    /// When, in seconds since 1970.
    pub at: i64,
}

/// What was told so far.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Notifier {
    known: BTreeMap<(String, Labels), Known>,
}

/// The same, kept.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SavedNotifier {
    version: u32,
    known: Vec<Known>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Known {
    firing: Firing,
    /// Whether it fires, and since when it does or does not.
    on: bool,
    turned: i64,
    /// When somebody was last told that it fires; `None` when they believe that it does not.
    told: Option<i64>,
    flapping: bool,
    rises: VecDeque<i64>,
}

impl Notifier {
    /// One that goes on from what was kept.
    #[must_use]
    pub fn restored(saved: SavedNotifier) -> Self {
        let known = if saved.version == VERSION { saved.known } else { Vec::new() };
        let key = |known: &Known| (known.firing.alert.clone(), known.firing.labels.clone());
        Self { known: known.into_iter().take(MOST).map(|known| (key(&known), known)).collect() }
    }

    /// What to keep.
    #[must_use]
    pub fn save(&self) -> SavedNotifier {
        SavedNotifier { version: VERSION, known: self.known.values().cloned().collect() }
    }

    /// What is to be told at `now` (seconds since 1970), given all that fires in all processes, and the silences. The same alert
    /// with the same labels from several processes is one.
    pub fn turn(&mut self, now: i64, firing: &[Firing], silences: &[Silence]) -> Vec<Notice> {
        let mut on: BTreeMap<(String, Labels), &Firing> = BTreeMap::new();
        for one in firing {
            on.entry((one.alert.clone(), one.labels.clone())).or_insert(one);
        }
        for (key, firing) in on.iter().take(MOST) {
            let known = self.known.entry(key.clone()).or_insert_with(|| Known::of(firing));
            known.rises(now, firing);
        }
        let pages: Vec<&String> = on.values().filter_map(|one| objective(one, Severity::Page)).collect();
        let mut notices = Vec::new();
        for (key, known) in &mut self.known {
            if !on.contains_key(key) {
                known.falls(now);
            }
            // Where the budget burns fast, that it burns at all is no news.
            let inhibited = objective(&known.firing, Severity::Ticket).is_some_and(|name| pages.contains(&name));
            let quiet = inhibited || silences.iter().any(|silence| silence.covers(&known.firing, now));
            let told = known.tell(now, quiet);
            notices.extend(told.map(|kind| Notice { kind, firing: known.firing.clone(), at: now }));
        }
        self.known.retain(|_, known| !known.is_done(now));
        notices
    }
}

/// The objective of an alert of that severity.
fn objective(firing: &Firing, severity: Severity) -> Option<&String> {
    firing.labels.get("objective").filter(|_| firing.severity == severity)
}

impl Known {
    fn of(firing: &Firing) -> Self {
        let (firing, rises) = (firing.clone(), VecDeque::new());
        Self { firing, on: false, turned: i64::MIN, told: None, flapping: false, rises }
    }

    fn rises(&mut self, now: i64, firing: &Firing) {
        self.firing = firing.clone();
        if !self.on {
            (self.on, self.turned) = (true, now);
            self.rises.push_back(now);
            if self.rises.len() > FLAP_TIMES {
                self.rises.pop_front();
            }
        }
    }

    fn falls(&mut self, now: i64) {
        if self.on {
            (self.on, self.turned) = (false, now);
        }
    }

    /// Why somebody is to be told now, if at all.
    fn tell(&mut self, now: i64, quiet: bool) -> Option<Kind> {
        // A clock that went back must not make it wait for a time that is far.
        self.turned = self.turned.min(now);
        self.told = self.told.map(|at| at.min(now));
        self.rises.iter_mut().for_each(|at| *at = (*at).min(now));
        let calm = now.saturating_sub(self.turned) >= CALM_SECONDS;
        let often = self.rises.len() >= FLAP_TIMES
            && self.rises.front().is_some_and(|first| now.saturating_sub(*first) < FLAP_SECONDS);
        let kind = match (self.flapping, self.on) {
            (true, _) if !calm => None,
            (true, true) => {
                self.flapping = false;
                None
            }
            (true, false) => self.over(),
            (false, true) if often && self.turned == now => {
                self.flapping = true;
                self.told = Some(now);
                Some(Kind::Flapping)
            }
            (false, true) => self.again(now, quiet),
            (false, false) => self.over(),
        };
        if quiet && kind.is_some() && self.on {
            // Nobody heard it: once the silence is over it is told as if it were new.
            (self.told, self.flapping) = (None, false);
        }
        kind.filter(|_| !quiet)
    }

    fn again(&mut self, now: i64, quiet: bool) -> Option<Kind> {
        let after = if self.firing.severity == Severity::Page { PAGE_AGAIN } else { TICKET_AGAIN };
        let kind = match self.told {
            None => Kind::Fired,
            Some(at) if now.saturating_sub(at) >= after => Kind::Reminder,
            Some(_) => return None,
        };
        // What is not heard is not told: a reminder that fell into a silence comes after it.
        if quiet {
            return None;
        }
        self.told = Some(now);
        Some(kind)
    }

    fn over(&mut self) -> Option<Kind> {
        self.flapping = false;
        self.told.take().map(|_| Kind::Resolved)
    }

    /// Whether there is nothing to remember of it.
    fn is_done(&self, now: i64) -> bool {
        !self.on && self.told.is_none() && now.saturating_sub(self.turned) >= FLAP_SECONDS
    }
}
