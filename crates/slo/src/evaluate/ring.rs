//! What a counter had come to, minute by minute, as far back as anybody asks. Bounded by its longest window.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use crate::span::Span;

/// Minutes, the newest last; NaN where nothing was known.
#[derive(Clone, Debug)]
pub(super) struct Ring {
    most: usize,
    newest: i64,
    values: VecDeque<f64>,
    /// How many of them are not known.
    gaps: usize,
}

/// The same, kept: equal neighbours once, with their number.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct SavedRing {
    newest: i64,
    runs: Vec<(u32, Option<f64>)>,
}

impl Ring {
    /// One that reaches back as far as `window`.
    pub(super) fn new(window: Span) -> Self {
        // Both ends of a window count.
        let most = usize::try_from(window.as_seconds() / 60).unwrap_or(0) + 1;
        Self { most, newest: i64::MIN, values: VecDeque::new(), gaps: 0 }
    }

    /// Whether nothing is known any more.
    pub(super) fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// Notes the value of a minute; minutes come in their order.
    pub(super) fn push(&mut self, minute: i64, value: f64) {
        self.pass(minute);
        if self.values.is_empty() {
            self.values.push_back(value);
            self.newest = minute;
        } else if let Some(last) = self.values.back_mut() {
            self.gaps -= usize::from(last.is_nan());
            *last = value;
        }
    }

    /// Lets time go by until `minute`, and forgets what is too old.
    pub(super) fn pass(&mut self, minute: i64) {
        if self.values.is_empty() {
            return;
        }
        let gone = usize::try_from(minute.saturating_sub(self.newest)).unwrap_or(0);
        if gone >= self.most {
            self.values.clear();
            self.gaps = 0;
            return;
        }
        for _ in 0..gone {
            self.values.push_back(f64::NAN);
        }
        self.gaps += gone;
        while self.values.len() > self.most || self.values.front().is_some_and(|value| value.is_nan()) {
            self.gaps -= usize::from(self.values.pop_front().is_some_and(f64::is_nan));
        }
        self.newest = self.newest.max(minute);
    }

    /// How much it grew over the window that ends now; `None` with fewer than two minutes known. What is missing at the ends is
    /// made up for as Prometheus does (`extrapolatedRate`), so that both say the same of a window that is not full.
    pub(super) fn growth(&self, window: Span) -> Option<Growth> {
        let span = usize::try_from(window.as_seconds() / 60).unwrap_or(0);
        let start = self.values.len().saturating_sub(span + 1);
        let missing = (span + 1).saturating_sub(self.values.len());
        let known = || self.values.iter().enumerate().skip(start).filter(|(_, value)| !value.is_nan());
        let (began, from) = known().next().map(|(place, value)| (place, *value))?;
        let (ended, to) = known().next_back().map(|(place, value)| (place, *value))?;
        // Three days of minutes are counted only where there are gaps.
        let number = if self.gaps == 0 { self.values.len() - start } else { known().count() };
        let number = u32::try_from(number).unwrap_or(u32::MAX);
        (number >= 2).then(|| {
            let before = minutes(missing + began - start);
            let after = minutes(self.values.len() - 1 - ended);
            Growth { by: to - from, factor: factor(minutes(ended - began), number, before, after, from, to - from) }
        })
    }

    pub(super) fn save(&self) -> SavedRing {
        let mut runs: Vec<(u32, Option<f64>)> = Vec::new();
        for value in &self.values {
            let value = Some(*value).filter(|value| !value.is_nan());
            match runs.last_mut() {
                Some((times, same)) if *same == value => *times += 1,
                _ => runs.push((1, value)),
            }
        }
        SavedRing { newest: self.newest, runs }
    }

    /// What was kept, as far as this ring reaches back.
    pub(super) fn restore(window: Span, saved: &SavedRing) -> Self {
        let mut ring = Self::new(window);
        for (times, value) in &saved.runs {
            let times = usize::try_from(*times).unwrap_or(usize::MAX).min(ring.most);
            for _ in 0..times {
                ring.values.push_back(value.unwrap_or(f64::NAN));
            }
            let surplus = ring.values.len().saturating_sub(ring.most);
            ring.values.drain(..surplus);
        }
        ring.gaps = ring.values.iter().filter(|value| value.is_nan()).count();
        ring.newest = saved.newest;
        ring
    }
}

/// How much a counter grew, and what that is stretched by.
#[derive(Clone, Copy, Debug)]
pub(super) struct Growth {
    pub(super) by: f64,
    pub(super) factor: f64,
}

#[allow(clippy::cast_precision_loss, reason = "at most some thousand minutes")]
fn minutes(number: usize) -> f64 {
    number as f64 * 60.0
}

/// Prometheus' `extrapolatedRate`: a window is stretched to its ends where they are near, else by half a step; never to before
/// the counter was zero. All in seconds.
fn factor(sampled: f64, number: u32, before: f64, after: f64, from: f64, grew: f64) -> f64 {
    let step = sampled / f64::from(number - 1);
    let mut before = before;
    if grew > 0.0 && from >= 0.0 {
        let to_zero = sampled * (from / grew);
        if to_zero < before {
            before = to_zero;
        }
    }
    let near = step * 1.1;
    let mut whole = sampled;
    whole += if before < near { before } else { step / 2.0 };
    whole += if after < near { after } else { step / 2.0 };
    whole / sampled
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grew(ring: &Ring, minutes: u64) -> Option<f64> {
        ring.growth(Span::minutes(minutes)).map(|growth| growth.by * growth.factor)
    }

    #[test]
    fn a_full_window_has_exactly_what_it_grew_by() {
        let mut ring = Ring::new(Span::minutes(10));
        for minute in 0..30_u32 {
            ring.push(i64::from(minute), f64::from(minute * 7));
        }
        assert_eq!(grew(&ring, 10), Some(70.0));
        assert_eq!(grew(&ring, 5), Some(35.0));
        assert_eq!(ring.values.len(), 11);
    }

    #[test]
    fn a_window_that_is_not_full_is_stretched_but_not_to_before_zero() {
        let mut ring = Ring::new(Span::minutes(10));
        ring.push(0, 0.0);
        assert_eq!(grew(&ring, 10), None);
        ring.push(1, 6.0);
        assert_eq!(grew(&ring, 10), Some(6.0));
        let mut older = Ring::new(Span::minutes(10));
        older.push(0, 1000.0);
        older.push(1, 1006.0);
        assert_eq!(grew(&older, 10), Some(9.0));
    }

    #[test]
    fn a_gap_longer_than_the_ring_empties_it() {
        let mut ring = Ring::new(Span::minutes(10));
        ring.push(0, 1.0);
        ring.push(1, 2.0);
        ring.push(5, 3.0);
        assert!(grew(&ring, 10).is_some());
        ring.push(100, 4.0);
        assert_eq!(grew(&ring, 10), None);
        ring.pass(i64::MAX);
        assert!(ring.is_empty());
    }

    #[test]
    fn what_was_kept_says_the_same() {
        let mut ring = Ring::new(Span::minutes(60));
        for minute in [0, 1, 2, 9, 10, 11, 12, 30] {
            ring.push(minute, f64::from(u32::try_from(minute / 5).unwrap()));
        }
        let kept: SavedRing = serde_json::from_str(&serde_json::to_string(&ring.save()).unwrap()).unwrap();
        assert!(kept.runs.len() < 8);
        let again = Ring::restore(Span::minutes(60), &kept);
        assert_eq!(grew(&again, 60), grew(&ring, 60));
        assert_eq!(again.save(), ring.save());
        assert_eq!(Ring::restore(Span::minutes(5), &kept).values.len(), 6);
    }
}
