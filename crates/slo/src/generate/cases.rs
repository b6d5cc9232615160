//! For every alert one course of things in which it fires, and one in which it does not although little is missing.

use std::collections::BTreeMap;

use super::promtool::{Expected, Moment, test_file};
use super::series::Series;
use super::text::HEAD;
use crate::alert::Alert;
use crate::condition::{Bad, Comparison, Take, Term, Value};
use crate::metric::{Labels, Selector};
use crate::objective::{BURNS, Counted, Objective};
use crate::slos::Slos;
use crate::span::Span;

/// What the rules lie beside.
const RULES: &str = "smart-begin.rules.yml";

/// Events of a minute in the courses of objectives.
const EVENTS: f64 = 10_000.0;
/// What something is divided by, where nothing else says.
const WHOLE: f64 = 100.0;

/// From here on a course is looked at by the hour, in a file of its own: by the minute it would take promtool a minute.
const LONG: usize = 360;

/// The tests of the alerts whose courses are short, or of those whose courses are long.
pub(super) fn file(slos: &Slos, long: bool) -> String {
    let wanted = slos.alerts.iter().filter(|alert| (Course::oldest(alert) > LONG) == long);
    let cases: Vec<Expected<'_>> = wanted.flat_map(|alert| both(slos, alert)).collect();
    format!("{HEAD}{}", test_file(slos, RULES, if long { "1h" } else { "1m" }, &cases))
}

fn both<'a>(slos: &'a Slos, alert: &'a Alert) -> [Expected<'a>; 2] {
    let objective = slos.objectives.iter().find(|one| Some(&one.id) == alert.objective.as_ref());
    [(true, "fires"), (false, "is quiet")].map(|(fires, word)| {
        let course = Course::of(alert, fires);
        let series = objective.map_or_else(|| course.series(), |objective| course.burning(objective));
        let own = alert.by.iter().map(|name| (name.clone(), "one".to_owned()));
        let labels: Labels = own.chain(alert.labels()).collect();
        let firing = if fires { vec![labels] } else { Vec::new() };
        let moments = vec![Moment { minute: course.last, firing }];
        Expected { name: format!("{} {word}", alert.id), alert, series, moments, annotated: true }
    })
}

struct Course<'a> {
    alert: &'a Alert,
    fires: bool,
    last: usize,
}

/// What a series does, minute by minute.
#[derive(Clone, Copy)]
enum Line {
    Flat(f64),
    Growing(f64),
}

fn whole(span: Span) -> usize {
    usize::try_from(span.as_seconds().div_ceil(60)).unwrap_or(usize::MAX)
}

impl<'a> Course<'a> {
    fn of(alert: &'a Alert, fires: bool) -> Self {
        let oldest = Self::oldest(alert);
        let minutes = oldest + whole(alert.pending);
        let last = if oldest > LONG { (minutes + 120).next_multiple_of(60) } else { minutes + 10 };
        Self { alert, fires, last }
    }

    /// The largest age that an alert is about, in minutes.
    fn oldest(alert: &Alert) -> usize {
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "ages are small and positive")]
        let age = |comparison: &Comparison| match comparison.value {
            Value::Age(_) => (comparison.limit().max(0.0) / 60.0).ceil() as usize,
            _ => 0,
        };
        alert.condition.comparisons().map(age).max().unwrap_or(0)
    }

    /// Twice as many bad events as the alert is about, or half as many as are allowed.
    fn burning(&self, objective: &Objective) -> Vec<Series> {
        let rates = BURNS.iter().filter(|burn| burn.severity == self.alert.severity).map(|burn| burn.rate);
        let share = if self.fires {
            (2.0 * objective.allowed * rates.fold(0.0, f64::max)).min(1.0)
        } else {
            objective.allowed / 2.0
        };
        let bad = (share * EVENTS).round();
        match &objective.counted {
            Counted::Good(good) => vec![
                self.draw(&objective.total, Line::Growing(EVENTS), &[]),
                self.draw(good, Line::Growing(EVENTS - bad), &[]),
            ],
            Counted::Bad(selector) if selector.metric == objective.total.metric => {
                let others: Vec<&String> =
                    selector.labels.keys().filter(|name| !objective.total.labels.contains_key(*name)).collect();
                vec![
                    self.draw(selector, Line::Growing(bad), &[]),
                    self.draw(&objective.total, Line::Growing(EVENTS - bad), &others),
                ]
            }
            Counted::Bad(selector) => vec![
                self.draw(&objective.total, Line::Growing(EVENTS), &[]),
                self.draw(selector, Line::Growing(bad), &[]),
            ],
        }
    }

    /// The first alternative just fulfilled; or all of it but its first comparison, which is just not.
    fn series(&self) -> Vec<Series> {
        let all = self.alert.condition.any.first().map_or(&[][..], Vec::as_slice);
        let mut lines: BTreeMap<&Selector, Line> = BTreeMap::new();
        let wanted = |place: usize| self.fires || place > 0;
        // What something is divided by may be compared by itself: that comes first.
        for (place, comparison) in all.iter().enumerate() {
            if let Some((term, line)) = self.alone(comparison, wanted(place)) {
                lines.insert(&term.selector, line);
            }
        }
        for (place, comparison) in all.iter().enumerate() {
            if let Value::Part(first, second) = &comparison.value {
                let whole = match lines.entry(&second.selector).or_insert_with(|| self.line(second, WHOLE)) {
                    Line::Flat(whole) => *whole,
                    Line::Growing(_) => WHOLE,
                };
                let part = part(comparison, wanted(place)) * whole;
                lines.insert(&first.selector, self.line(first, part));
            }
        }
        lines.into_iter().map(|(selector, line)| self.draw(selector, line, &[])).collect()
    }

    /// The series of a comparison that has only one.
    fn alone<'b>(&self, comparison: &'b Comparison, wanted: bool) -> Option<(&'b Term, Line)> {
        match &comparison.value {
            Value::Of(term) => Some((term, self.line(term, number(comparison, wanted)))),
            Value::Age(term) => Some((term, if wanted { Line::Flat(60.0) } else { Line::Growing(60.0) })),
            Value::Until(term) => {
                let far = if wanted { 0.5 } else { 2.0 };
                #[allow(clippy::cast_precision_loss, reason = "some thousand minutes")]
                let end = self.last as f64 * 60.0;
                Some((term, Line::Flat((end + far * comparison.limit()).round())))
            }
            Value::Part(..) | Value::Missing(..) => None,
        }
    }

    /// A series that makes the term come to about this.
    fn line(&self, term: &Term, value: f64) -> Line {
        match term.take {
            Take::Last | Take::LastAboveZero => Line::Flat(value),
            Take::Rate(_) => Line::Growing(value * 60.0),
            Take::Increase(_) => Line::Growing(if value > 0.0 { value.ceil() } else { 0.0 }),
        }
    }

    fn draw(&self, selector: &Selector, line: Line, other: &[&String]) -> Series {
        let own = selector.labels.iter().filter_map(|(name, values)| Some((name.clone(), values.first()?.clone())));
        let by = self.alert.by.iter().map(|name| (name.clone(), "one".to_owned()));
        let other = other.iter().map(|name| ((*name).clone(), "other".to_owned()));
        #[allow(clippy::cast_precision_loss, reason = "some thousand minutes")]
        let value = |minute: usize| match line {
            Line::Flat(value) => value,
            Line::Growing(step) => minute as f64 * step,
        };
        let values = (0..=self.last).map(|minute| Some(value(minute))).collect();
        Series { metric: selector.metric.clone(), labels: by.chain(other).chain(own).collect(), values }
    }
}

/// A number on the bad side of the threshold, or on its good edge. A counter that must grow by nothing does not grow.
fn number(comparison: &Comparison, bad: bool) -> f64 {
    let limit = comparison.limit();
    let counts = comparison.value.terms().any(|term| term.window().is_some());
    let step = (limit.abs() / 10.0).ceil().max(1.0);
    match (comparison.bad, bad) {
        (_, false) if counts => 0.0,
        (Bad::Above, true) => limit + step,
        (Bad::Below, true) => limit - step,
        (Bad::AtLeast, false) => limit - step,
        (Bad::Above | Bad::Below, false) | (Bad::AtLeast, true) => limit,
    }
}

/// The same for a part of something.
fn part(comparison: &Comparison, bad: bool) -> f64 {
    let limit = comparison.limit();
    match (comparison.bad, bad) {
        (Bad::Above, true) => limit * 1.5,
        (Bad::Below, true) => limit / 2.0,
        (Bad::AtLeast, false) => limit / 2.0,
        (Bad::Above | Bad::Below, false) | (Bad::AtLeast, true) => limit,
    }
}
