//! Availability from heartbeats. A dead process cannot count itself, so each living one leaves a row every five seconds, and what
//! no row vouches for was down. What nobody can know is unknown and counts as neither.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// How many outages are listed, the longest.
const MOST_OUTAGES: usize = 100;

/// A row: a process was alive. Times are milliseconds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Beat {
    /// Which process; another one after each start.
    pub process: String,
    /// When, since 1970, by the clock that can be set.
    pub at: i64,
    /// How long the process had been alive, by the clock that cannot be set and rests while the machine sleeps.
    pub alive: i64,
}

/// A span of time, in milliseconds since 1970: from `from` until just before `until`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Span {
    /// Its first millisecond.
    pub from: i64,
    /// The first after it.
    pub until: i64,
}

/// How rows are understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rules {
    /// A row is left this often, in milliseconds, and vouches for as long after it.
    pub every: i64,
    /// Two rows of a process at most this far apart vouch for all between them: under load a row may be late.
    pub tolerated: i64,
}

impl Default for Rules {
    /// A row every 5 s, which may be 5 s late.
    fn default() -> Self {
        Self { every: 5_000, tolerated: 10_000 }
    }
}

/// A time in which nothing was there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outage {
    /// When.
    pub span: Span,
    /// Whether it lasts until the end of what was looked at.
    pub lasts: bool,
}

/// What is known of a window. `up`, `down`, `maintenance` and `unknown` make up all of it, in milliseconds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Availability {
    /// What was looked at: without what is still to come.
    pub window: Span,
    /// A process was alive.
    pub up: i64,
    /// None was.
    pub down: i64,
    /// Planned, whether something was alive or not.
    pub maintenance: i64,
    /// Before the records begin, while a clock was set, or the machine slept.
    pub unknown: i64,
    /// The longest outages, up to 100, by time.
    pub outages: Vec<Outage>,
}

impl Availability {
    /// The share of the known time in which a process was alive, 0 to 1; none where nothing is known.
    #[must_use]
    pub fn ratio(&self) -> Option<f64> {
        share(self.up, self.up + self.down)
    }

    /// The same if the unknown had been down, and if it had been up: the truth is in between.
    #[must_use]
    pub fn bounds(&self) -> Option<(f64, f64)> {
        let whole = self.up + self.down + self.unknown;
        Some((share(self.up, whole)?, share(self.up + self.unknown, whole)?))
    }

    /// The share of the budget of `objective` (such as 0.999) that is spent: 1 is all of it. The budget is that of the whole window
    /// without maintenance. None where nothing is known, or the objective leaves no budget.
    #[must_use]
    #[allow(clippy::cast_precision_loss, reason = "milliseconds of a window stay far below 2^53")]
    pub fn spent(&self, objective: f64) -> Option<f64> {
        let budget = (1.0 - objective) * (self.up + self.down + self.unknown) as f64;
        (self.up + self.down > 0 && budget > 0.0).then(|| self.down as f64 / budget)
    }
}

#[allow(clippy::cast_precision_loss, reason = "milliseconds of a window stay far below 2^53")]
fn share(part: i64, whole: i64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

/// Rows, taken in one by one, as what they vouch for. It needs memory for the gaps, not for the rows.
#[derive(Clone, Debug)]
pub struct Coverage {
    rules: Rules,
    last: BTreeMap<String, (i64, i64)>,
    up: Spans,
    unknown: Spans,
}

impl Coverage {
    /// Nothing yet.
    #[must_use]
    pub fn new(rules: Rules) -> Self {
        Self { rules, last: BTreeMap::new(), up: Spans::default(), unknown: Spans::default() }
    }

    /// Takes a row in. The rows of each process come in the order in which they were left; those of several may be mixed.
    pub fn add(&mut self, beat: &Beat) {
        let Rules { every, tolerated } = self.rules;
        let tolerated = tolerated.max(every);
        self.up.add(beat.at, beat.at.saturating_add(every));
        if let Some((at, alive)) = self.last.insert(beat.process.clone(), (beat.at, beat.alive)) {
            let (apart, lived) = (beat.at.saturating_sub(at), beat.alive.saturating_sub(alive));
            if apart <= tolerated {
                self.up.add(at, beat.at);
            } else if (0..=tolerated).contains(&lived) {
                // It never missed a row: the clock was set, or the machine slept.
                self.unknown.add(at.saturating_add(every), beat.at);
            }
        }
    }

    /// What is known of `window`. Times before `known_since`, from which on rows are kept, are unknown, and those after `now` do
    /// not count at all.
    #[must_use]
    pub fn of(&self, window: Span, known_since: i64, now: i64, maintenance: &[Span]) -> Availability {
        let window = Span { from: window.from, until: window.until.min(now).max(window.from) };
        let mut planned = Spans::default();
        maintenance.iter().for_each(|span| planned.add(span.from, span.until));
        let mut unknown = self.unknown.clone();
        unknown.add(i64::MIN, known_since);
        let mut found = Availability { window, up: 0, down: 0, maintenance: 0, unknown: 0, outages: Vec::new() };
        let mut points: Vec<i64> = vec![window.from, window.until];
        for spans in [&planned, &self.up, &unknown] {
            points.extend(spans.edges().filter(|at| (window.from..window.until).contains(at)));
        }
        points.sort_unstable();
        points.dedup();
        for pair in points.windows(2) {
            let (from, until) = (pair[0], pair[1]);
            let length = until - from;
            if planned.has(from) {
                found.maintenance += length;
            } else if self.up.has(from) {
                found.up += length;
            } else if unknown.has(from) {
                found.unknown += length;
            } else {
                found.down += length;
                outage(&mut found.outages, from, until);
            }
        }
        for each in &mut found.outages {
            each.lasts = each.span.until == window.until;
        }
        longest(&mut found.outages);
        found
    }
}

fn outage(all: &mut Vec<Outage>, from: i64, until: i64) {
    match all.last_mut() {
        Some(last) if last.span.until == from => last.span.until = until,
        _ => all.push(Outage { span: Span { from, until }, lasts: false }),
    }
}

fn longest(all: &mut Vec<Outage>) {
    all.sort_by_key(|outage| outage.span.from - outage.span.until);
    all.truncate(MOST_OUTAGES);
    all.sort_by_key(|outage| outage.span.from);
}

/// What rows say of a window, at once; see [`Coverage`].
pub fn availability(
    beats: impl IntoIterator<Item = Beat>,
    window: Span,
    known_since: i64,
    now: i64,
    maintenance: &[Span],
    rules: Rules,
) -> Availability {
    let mut coverage = Coverage::new(rules);
    beats.into_iter().for_each(|beat| coverage.add(&beat));
    coverage.of(window, known_since, now, maintenance)
}

/// Spans that do not touch each other, by their begin.
#[derive(Clone, Debug, Default)]
struct Spans(BTreeMap<i64, i64>);

impl Spans {
    fn add(&mut self, from: i64, until: i64) {
        if from >= until {
            return;
        }
        let (mut from, mut until) = (from, until);
        while let Some((&begin, &end)) = self.0.range(..=until).next_back().filter(|(_, end)| **end >= from) {
            self.0.remove(&begin);
            from = from.min(begin);
            until = until.max(end);
        }
        self.0.insert(from, until);
    }

    fn has(&self, at: i64) -> bool {
        self.0.range(..=at).next_back().is_some_and(|(_, end)| *end > at)
    }

    fn edges(&self) -> impl Iterator<Item = i64> {
        self.0.iter().flat_map(|(from, until)| [*from, *until])
    }
}
