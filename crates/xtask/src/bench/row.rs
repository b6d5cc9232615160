//! One line of the report: what was measured, what it aims at, and whether it got there.

use super::statistics::{Pairs, Spread};

/// What a figure counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Milliseconds.
    Milliseconds,
    /// Millionths of a second.
    Microseconds,
    /// Calls in a second.
    CallsPerSecond,
    /// Entries in a second.
    EntriesPerSecond,
    /// Millions of bytes.
    Megabytes,
}

/// What a row has to reach.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Aim {
    /// Ours is at most this share of the peer's.
    RatioAtMost(f64),
    /// Ours is at least this many times the peer's.
    RatioAtLeast(f64),
    /// Ours is less than this, whatever the peer's is.
    OursBelow(f64),
    /// Ours is at most this much more than the peer's.
    AddsAtMost(f64),
}

/// One line of the table.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// What was measured.
    pub subject: String,
    /// What the figures count.
    pub unit: Unit,
    /// Our figure.
    pub ours: f64,
    /// The peer's figure.
    pub peer: f64,
    /// Ours through the peer's, where both were measured in pairs.
    pub ratio: Option<Spread>,
    /// What is aimed at; none for a figure that explains another.
    pub aim: Option<Aim>,
}

impl Row {
    /// A row from pairs.
    #[must_use]
    pub fn of(subject: impl Into<String>, unit: Unit, pairs: &Pairs, aim: Option<Aim>) -> Self {
        Self { subject: subject.into(), unit, ours: pairs.ours(), peer: pairs.peer(), ratio: Some(pairs.ratio()), aim }
    }

    /// Whether the aim was met; none without an aim.
    #[must_use]
    pub fn is_met(&self) -> Option<bool> {
        Some(match self.aim? {
            Aim::RatioAtMost(bound) => self.middle() <= bound,
            Aim::RatioAtLeast(bound) => self.middle() >= bound,
            Aim::OursBelow(bound) => self.ours < bound,
            Aim::AddsAtMost(bound) => self.ours - self.peer <= bound,
        })
    }

    /// Whether the aim was met, and by how much, in words.
    #[must_use]
    pub fn verdict(&self) -> String {
        let (Some(aim), Some(met)) = (self.aim, self.is_met()) else { return "-".to_owned() };
        let reached = match aim {
            Aim::RatioAtMost(bound) => self.middle() / bound,
            Aim::RatioAtLeast(bound) => self.middle() / bound,
            Aim::OursBelow(bound) => self.ours / bound,
            Aim::AddsAtMost(bound) => (self.ours - self.peer) / bound,
        };
        let of_the_aim = format!("{} times the aim", figure(reached));
        if met { format!("met: {of_the_aim}") } else { format!("**missed**: {of_the_aim}") }
    }

    /// The aim in words.
    #[must_use]
    pub fn aim_text(&self) -> String {
        match self.aim {
            None => "-".to_owned(),
            Some(Aim::RatioAtMost(bound)) => format!("at most {}", share(bound)),
            Some(Aim::RatioAtLeast(bound)) => format!("at least {}", share(bound)),
            Some(Aim::OursBelow(bound)) => format!("under {}", self.with_unit(bound)),
            Some(Aim::AddsAtMost(bound)) => format!("at most {} more", self.with_unit(bound)),
        }
    }

    /// The ratio in words, with the middle half of all pairs.
    #[must_use]
    pub fn ratio_text(&self) -> String {
        match self.ratio {
            // What the clock cannot tell from nothing has no ratio.
            Some(Spread { median, .. }) if !median.is_finite() => "-".to_owned(),
            None => share(self.ours / self.peer),
            Some(Spread { low, median, high }) => format!("{} ({} to {})", share(median), share(low), share(high)),
        }
    }

    /// A figure of this row with its unit.
    #[must_use]
    pub fn with_unit(&self, value: f64) -> String {
        match self.unit {
            Unit::Milliseconds => format!("{} ms", figure(value)),
            Unit::Microseconds => format!("{} µs", figure(value)),
            Unit::CallsPerSecond => format!("{} calls/s", thousands(value)),
            Unit::EntriesPerSecond => format!("{} entries/s", thousands(value)),
            Unit::Megabytes => format!("{} MB", figure(value)),
        }
    }

    fn middle(&self) -> f64 {
        self.ratio.map_or(self.ours / self.peer, |ratio| ratio.median)
    }
}

/// Three digits that count.
#[must_use]
pub fn figure(value: f64) -> String {
    let digits = match value.abs() {
        large if large >= 99.95 => 0,
        tens if tens >= 9.995 => 1,
        ones if ones >= 0.9995 => 2,
        _ => 3,
    };
    let text = format!("{value:.digits$}");
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

/// A ratio as people say it: small ones as one part of many.
fn share(value: f64) -> String {
    if value < 0.2 { format!("1/{}", figure(1.0 / value)) } else { figure(value) }
}

fn thousands(value: f64) -> String {
    let digits = format!("{value:.0}");
    let mut text = String::new();
    for (place, digit) in digits.char_indices() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(ratio: f64, aim: Aim) -> Row {
        let ratio = Spread { low: ratio / 2.0, median: ratio, high: ratio * 2.0 };
        Row {
            subject: "x".to_owned(),
            unit: Unit::Milliseconds,
            ours: 4.0,
            peer: 8.0,
            ratio: Some(ratio),
            aim: Some(aim),
        }
    }

    #[test]
    fn an_aim_is_met_or_missed_by_so_much() {
        let at_most = row(0.75, Aim::RatioAtMost(0.5));
        assert_eq!((at_most.is_met(), at_most.verdict().as_str()), (Some(false), "**missed**: 1.5 times the aim"));
        let at_least = row(12.0, Aim::RatioAtLeast(10.0));
        assert_eq!((at_least.is_met(), at_least.verdict().as_str()), (Some(true), "met: 1.2 times the aim"));
        let below = row(1.0, Aim::OursBelow(16.0));
        assert_eq!((below.is_met(), below.verdict().as_str()), (Some(true), "met: 0.25 times the aim"));
        let adds = |bound| Row { ours: 8.25, ..row(1.0, Aim::AddsAtMost(bound)) };
        assert_eq!((adds(0.5).is_met(), adds(0.5).verdict().as_str()), (Some(true), "met: 0.5 times the aim"));
        assert_eq!((adds(0.125).is_met(), adds(0.125).aim_text().as_str()), (Some(false), "at most 0.125 ms more"));
        assert_eq!(Row { aim: None, ..below }.is_met(), None);
    }

    #[test]
    fn small_ratios_are_told_as_parts() {
        let small = row(0.025, Aim::RatioAtMost(1.0 / 30.0));
        assert_eq!((small.ratio_text().as_str(), small.aim_text().as_str()), ("1/40 (1/80 to 1/20)", "at most 1/30"));
        assert_eq!(row(0.4, Aim::OursBelow(10.0)).ratio_text(), "0.4 (0.2 to 0.8)");
        assert_eq!(row(f64::NAN, Aim::OursBelow(10.0)).ratio_text(), "-");
    }

    #[test]
    fn figures_have_three_digits_that_count() {
        let shown: Vec<String> = [0.0123, 0.5, 1.234, 12.34, 99.96, 1234.5].into_iter().map(figure).collect();
        assert_eq!(shown, ["0.012", "0.5", "1.23", "12.3", "100", "1234"]);
        assert_eq!(thousands(1_234_567.0), "1,234,567");
        assert_eq!(thousands(999.6), "1,000");
    }
}
