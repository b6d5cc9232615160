//! What the comparisons of a condition come to now.

use std::collections::BTreeMap;

use super::track::Tracks;
use crate::alert::Alert;
use crate::condition::{Comparison, Fold, Take, Term, Value};
use crate::metric::{Labels, Sample, kept};

/// Everything that is known in this minute.
pub(super) struct Now<'a> {
    pub(super) seconds: i64,
    pub(super) samples: &'a [Sample],
    pub(super) tracks: &'a Tracks,
}

type Values = BTreeMap<Labels, f64>;

impl Now<'_> {
    /// The instances of an alert that hold, each with the value of its first comparison.
    pub(super) fn holding(&self, alert: &Alert) -> Values {
        let mut holding = Values::new();
        for all in &alert.condition.any {
            for (labels, value) in self.all(all, &alert.by) {
                // JSON has no word for what is infinite, and a state that cannot be read again would be lost.
                holding.entry(labels).or_insert(value.clamp(f64::MIN, f64::MAX));
            }
        }
        holding
    }

    fn all(&self, all: &[Comparison], by: &[String]) -> Values {
        let mut comparisons = all.iter();
        let Some(first) = comparisons.next() else { return Values::new() };
        let mut holding = self.bad(first, by);
        for next in comparisons {
            let also = self.bad(next, by);
            holding.retain(|labels, _| also.contains_key(labels));
        }
        holding
    }

    fn bad(&self, comparison: &Comparison, by: &[String]) -> Values {
        let mut values = self.value(&comparison.value, by);
        values.retain(|_, value| comparison.holds(*value));
        values
    }

    fn value(&self, value: &Value, by: &[String]) -> Values {
        #[allow(clippy::cast_precision_loss, reason = "Prometheus reckons times as floating numbers too")]
        let now = self.seconds as f64;
        match value {
            Value::Of(term) => self.term(term, by),
            Value::Part(first, second) => self.both(first, second, by, |one, other| one / other),
            Value::Missing(first, second) => self.both(first, second, by, |one, other| 1.0 - one / other),
            Value::Age(term) => each(self.term(term, by), |time| now - time),
            Value::Until(term) => each(self.term(term, by), |time| time - now),
        }
    }

    fn both(&self, first: &Term, second: &Term, by: &[String], join: fn(f64, f64) -> f64) -> Values {
        let others = self.term(second, by);
        let joined = self.term(first, by).into_iter();
        joined.filter_map(|(labels, one)| others.get(&labels).map(|other| (labels, join(one, *other)))).collect()
    }

    fn term(&self, term: &Term, by: &[String]) -> Values {
        let grown = |window| self.tracks.growth(&term.selector, by, window).into_iter();
        match term.take {
            Take::Last => self.last(term, by, |_| true),
            Take::LastAboveZero => self.last(term, by, |value| value > 0.0),
            Take::Increase(window) => {
                grown(window).map(|(labels, growth)| (labels, growth.by * growth.factor)).collect()
            }
            Take::Rate(window) => {
                #[allow(clippy::cast_precision_loss, reason = "at most three days")]
                let seconds = window.as_seconds() as f64;
                grown(window).map(|(labels, growth)| (labels, growth.by * (growth.factor / seconds))).collect()
            }
        }
    }

    fn last(&self, term: &Term, by: &[String], counts: fn(f64) -> bool) -> Values {
        let mut values = Values::new();
        let picked = self.samples.iter().filter(|sample| term.selector.picks(sample));
        for sample in picked.filter(|sample| !sample.value.is_nan() && counts(sample.value)) {
            let value = values.entry(kept(&sample.labels, by));
            value
                .and_modify(|so_far| {
                    *so_far = match term.fold {
                        Fold::Sum => *so_far + sample.value,
                        Fold::Max => so_far.max(sample.value),
                        Fold::Min => so_far.min(sample.value),
                    };
                })
                .or_insert(sample.value);
        }
        values
    }
}

fn each(mut values: Values, change: impl Fn(f64) -> f64) -> Values {
    for value in values.values_mut() {
        *value = change(*value);
    }
    values
}
