//! A series minute by minute, as promtool writes it and as the built-in evaluator takes it.

use std::fmt::Write as _;

use super::promql::label;
use super::text::quoted;
use crate::metric::{Labels, Sample};

/// A series with a value for each minute, the first at minute 0; `None` where it is not there.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// The name of the metric.
    pub metric: String,
    /// Its labels, without those that Prometheus adds.
    pub labels: Labels,
    /// Whole numbers alone are written exactly.
    pub values: Vec<Option<f64>>,
}

impl Series {
    /// What it says in a minute.
    #[must_use]
    pub fn at(&self, minute: usize) -> Option<Sample> {
        let value = self.values.get(minute).copied().flatten()?;
        Some(Sample { name: self.metric.clone(), labels: self.labels.clone(), value })
    }

    /// Its name with labels, as Prometheus has it after scraping the job.
    pub(super) fn scraped(&self, job: &str) -> String {
        let own = self.labels.iter().map(|(name, value)| format!("{}={}", label(name), quoted(value)));
        let labels: Vec<String> = own.chain([format!("job={}", quoted(job))]).collect();
        format!("{}{{{}}}", self.metric, labels.join(","))
    }

    /// Its values in promtool's short form: `0+5x10` begins at 0 and grows ten times by 5. A series that goes is marked stale, as
    /// a scrape that misses it does.
    pub(super) fn notation(&self) -> String {
        let mut text = String::new();
        let mut place = 0;
        while place < self.values.len() {
            let run = match self.values[place] {
                None => self.values[place..].iter().take_while(|value| value.is_none()).count(),
                Some(_) => straight(&self.values[place..]),
            };
            let space = if text.is_empty() { "" } else { " " };
            let _ = match (self.values[place], run) {
                (None, 1) => write!(text, "{space}stale"),
                (None, _) => write!(text, "{space}stale _x{}", run - 1),
                (Some(value), 1) => write!(text, "{space}{value}"),
                (Some(value), _) => {
                    let step = self.values[place + 1].unwrap_or(value) - value;
                    let sign = if step < 0.0 { '-' } else { '+' };
                    write!(text, "{space}{value}{sign}{}x{}", step.abs(), run - 1)
                }
            };
            place += run;
        }
        text
    }
}

/// How many values at the beginning lie on one line.
fn straight(values: &[Option<f64>]) -> usize {
    let step = |place: usize| Some(values.get(place + 1).copied().flatten()? - values.get(place).copied().flatten()?);
    let Some(first) = step(0) else { return 1 };
    let mut run = 2;
    while step(run - 1).is_some_and(|step| step.to_bits() == first.to_bits()) {
        run += 1;
    }
    run
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn straight_runs_are_written_short() {
        let check = |values: &[Option<f64>], text: &str| {
            let series = Series { metric: "up".to_owned(), labels: Labels::new(), values: values.to_vec() };
            assert_eq!(series.notation(), text);
        };
        check(&[Some(1.0), Some(1.0), Some(1.0)], "1+0x2");
        check(&[Some(0.0), Some(5.0), Some(10.0), Some(0.0)], "0+5x2 0");
        check(&[Some(9.0), Some(7.0), None, None, Some(2.0), None], "9-2x1 stale _x1 2 stale");
        check(&[], "");
    }
}
