//! The proof that matters most: for every alert, on the same series, the built-in evaluator and the real Prometheus fire in the
//! same minutes.

use std::collections::BTreeSet;

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use slo::generate::{Annotations, Expected, Moment, Series, rules_of, test_file};
use slo::{Alert, Bad, Comparison, Condition, Counted, Evaluator, Fold, Labels, Selector, Slos, State, Term, Value};

use crate::tools::promtool;

/// Whether a long form is wanted.
fn long() -> bool {
    std::env::var("SMART_BEGIN_LONG").as_deref() == Ok("1")
}

/// Courses of things for an alert. One of days takes Prometheus twenty seconds on two busy cores.
fn courses(alert: &Alert) -> usize {
    match (length(alert) > 2_000, long()) {
        (false, false) => 8,
        (false, true) => 100,
        (true, false) => 1,
        (true, true) => 8,
    }
}

/// The minutes in which the evaluator fires, with the labels of what fires.
fn fired(slos: &Slos, series: &[Series], minutes: usize) -> Vec<BTreeSet<Labels>> {
    let mut evaluator = Evaluator::new(slos);
    let mut all = Vec::new();
    for minute in 0..minutes {
        let samples: Vec<_> = series.iter().filter_map(|one| one.at(minute)).collect();
        evaluator.tick(i64::try_from(minute).unwrap() * 60, &samples);
        // Over a restart every now and then: what was kept must say the same.
        if minute % 97 == 96 {
            let kept = serde_json::to_string(&evaluator.save()).unwrap();
            evaluator = Evaluator::restored(slos, &serde_json::from_str(&kept).unwrap());
        }
        let firing = evaluator.standing().filter(|standing| standing.state == State::Firing);
        all.push(firing.map(|standing| standing.labels.clone()).collect());
    }
    all
}

/// Every change, the minutes beside it, and one minute in seven.
fn moments(fired: &[BTreeSet<Labels>]) -> Vec<Moment> {
    let changes = |place: usize| place > 0 && place < fired.len() && fired[place] != fired[place - 1];
    let chosen = (0..fired.len()).filter(|place| place % 7 == 0 || changes(*place) || changes(place + 1));
    chosen.map(|minute| Moment { minute, firing: fired[minute].iter().cloned().collect() }).collect()
}

/// One stretch of a course: what a series does for so many minutes.
#[derive(Clone, Copy, Debug)]
enum Stretch {
    Flat,
    Grow(u32),
    Gone,
    Restart,
}

fn stretch() -> impl Strategy<Value = Stretch> {
    prop_oneof![
        3 => Just(Stretch::Flat),
        5 => (1_u32..400).prop_map(Stretch::Grow),
        1 => Just(Stretch::Gone),
        1 => Just(Stretch::Restart),
    ]
}

/// A counter in stretches of random length.
fn counter(minutes: usize, first: f64) -> impl Strategy<Value = Vec<Option<f64>>> {
    let longest = (minutes / 4).max(2);
    prop::collection::vec((stretch(), 1..longest), 4..24).prop_map(move |stretches| {
        let mut values = vec![Some(first)];
        let mut now = first;
        for (stretch, length) in stretches {
            for step in 0..length {
                match stretch {
                    Stretch::Grow(by) => now += f64::from(by),
                    Stretch::Restart if step == 0 => now = 0.0,
                    _ => {}
                }
                // Longer gaps would leave a window with nothing but its ends, in which Prometheus looks at each series by itself.
                let gone = matches!(stretch, Stretch::Gone) && step < 3;
                values.push(Some(now).filter(|_| !gone));
            }
        }
        values.resize(minutes, Some(now));
        values
    })
}

/// A gauge that jumps around the values that matter.
fn gauge(minutes: usize, around: Vec<f64>) -> impl Strategy<Value = Vec<Option<f64>>> {
    let longest = (minutes / 6).max(2);
    let value = prop_oneof![8 => prop::sample::select(around).prop_map(Some), 1 => Just(None)];
    prop::collection::vec((value, 1..longest), 4..30).prop_map(move |stretches| {
        let mut values: Vec<Option<f64>> =
            stretches.into_iter().flat_map(|(value, length)| std::iter::repeat_n(value, length)).collect();
        let last = values.last().copied().flatten();
        values.resize(minutes, last);
        values
    })
}

/// A time that is told: it is set anew now and then to `ahead` of the clock (or behind it, where that is negative).
fn time(minutes: usize, ahead: Vec<f64>) -> impl Strategy<Value = Vec<Option<f64>>> {
    let longest = (minutes / 2).max(2);
    prop::collection::vec((prop::sample::select(ahead), 1..longest), 2..12).prop_map(move |stretches| {
        let mut values = Vec::new();
        let mut last = 0.0;
        for (ahead, length) in stretches {
            last = (f64::from(u32::try_from(values.len()).unwrap()) * 60.0 + ahead).max(60.0);
            values.extend(std::iter::repeat_n(Some(last), length));
        }
        values.resize(minutes, Some(last));
        values
    })
}

/// What a term can be to come near the threshold, as a strategy for the values of one series.
fn values_of(term: &Term, comparison: &Comparison, minutes: usize) -> BoxedStrategy<Vec<Option<f64>>> {
    let limit = comparison.limit();
    if term.window().is_some() {
        return counter(minutes, 0.0).boxed();
    }
    match &comparison.value {
        Value::Age(_) => time(minutes, vec![0.0, -limit, -limit / 2.0, -limit + 1800.0]).boxed(),
        Value::Until(_) => time(minutes, vec![limit * 2.0, limit + 3600.0, limit, limit / 2.0]).boxed(),
        // Parts of something: 64 and its halves make the division exact or not, as it comes.
        Value::Part(..) | Value::Missing(..) => {
            let steps = (0..=20_u32).map(|step| f64::from(step) * 5.0);
            gauge(minutes, steps.chain([100.0]).collect()).boxed()
        }
        Value::Of(_) => gauge(minutes, vec![limit, limit + 1.0, limit - 1.0, 0.0, limit * 2.0 + 5.0]).boxed(),
    }
}

/// The series that an alert looks at: one or two of each, told apart by a label, and for each value of `by`.
fn course(alert: &Alert, minutes: usize) -> BoxedStrategy<Vec<Series>> {
    let mut terms: Vec<(Selector, BoxedStrategy<Vec<Option<f64>>>)> = Vec::new();
    for comparison in alert.condition.comparisons() {
        for term in comparison.value.terms() {
            if terms.iter().all(|(selector, _)| *selector != term.selector) {
                terms.push((term.selector.clone(), values_of(term, comparison, minutes)));
            }
        }
    }
    let mut all: Vec<BoxedStrategy<Series>> = Vec::new();
    for (selector, values) in terms {
        for own in ["one", "two"] {
            // What is told apart bears it as that label; what is not, as another one.
            let name = alert.by.first().map_or("handle", String::as_str).to_owned();
            let picked = selector.labels.iter().map(|(label, all)| (label.clone(), all.first().unwrap().clone()));
            let labels: Labels = picked.chain([(name, own.to_owned())]).collect();
            let metric = selector.metric.clone();
            let series = values.clone().prop_map(move |values| Series {
                metric: metric.clone(),
                labels: labels.clone(),
                values,
            });
            all.push(series.boxed());
        }
    }
    all.boxed()
}

/// Events of an objective: good and bad ones in stretches, rare or many, from the first minute on.
fn events(slos: &Slos, alert: &Alert, minutes: usize) -> BoxedStrategy<Vec<Series>> {
    let objective = slos.objectives.iter().find(|one| Some(&one.id) == alert.objective.as_ref()).unwrap().clone();
    let rates: Vec<f64> = alert.condition.any.iter().map(|all| all[0].threshold[0]).collect();
    let share = prop_oneof![
        3 => Just(0.0),
        3 => prop::sample::select(rates.clone()).prop_map(|rate| rate),
        3 => prop::sample::select(rates).prop_map(|rate| rate * 1.5),
        2 => 0.0..20.0_f64,
    ];
    let longest = (minutes / 3).max(2);
    let part =
        (share, prop_oneof![Just(0_u32), Just(1), Just(200), Just(100_000)], 1..longest, prop::bool::weighted(0.1));
    let parts = prop::collection::vec(part, 3..16);
    parts
        .prop_map(move |parts| {
            let (mut good, mut bad) = (vec![Some(0.0)], vec![Some(0.0)]);
            let (mut goods, mut bads) = (0.0, 0.0);
            for (share, events, length, restart) in parts {
                let share = (share * objective.allowed).min(1.0);
                if restart {
                    (goods, bads) = (0.0, 0.0);
                }
                for _ in 0..length {
                    let wrong = (share * f64::from(events)).round();
                    bads += wrong;
                    goods += f64::from(events) - wrong;
                    good.push(Some(goods));
                    bad.push(Some(bads));
                }
            }
            good.resize(minutes, good.last().copied().flatten());
            bad.resize(minutes, bad.last().copied().flatten());
            let labels = |selector: &Selector| -> Labels {
                selector.labels.iter().map(|(name, all)| (name.clone(), all.first().unwrap().clone())).collect()
            };
            let total =
                |values| Series { metric: objective.total.metric.clone(), labels: labels(&objective.total), values };
            match &objective.counted {
                Counted::Good(selector) => {
                    let sum = good.iter().zip(&bad).map(|(good, bad)| Some(good.as_ref()? + bad.as_ref()?)).collect();
                    vec![total(sum), Series { metric: selector.metric.clone(), labels: labels(selector), values: good }]
                }
                Counted::Bad(selector) => {
                    let mut rest = total(good);
                    rest.labels.extend(selector.labels.keys().map(|name| (name.clone(), "other".to_owned())));
                    vec![rest, Series { metric: selector.metric.clone(), labels: labels(selector), values: bad }]
                }
            }
        })
        .boxed()
}

/// How long a course must be for the alert to come and go.
fn length(alert: &Alert) -> usize {
    let limit = |comparison: &Comparison| match comparison.value {
        Value::Age(_) => std::time::Duration::from_secs_f64(comparison.limit()).as_secs(),
        _ => 0,
    };
    let windows = alert.condition.terms().filter_map(Term::window).map(slo::Span::as_seconds);
    let longest = windows.chain(alert.condition.comparisons().map(limit)).max().unwrap_or(0);
    let minutes = (longest + longest / 4 + alert.pending.as_seconds() * 3 + alert.resolve.as_seconds() * 2) / 60;
    usize::try_from(minutes).unwrap() + 120
}

struct Seen {
    rules: String,
    tests: String,
    fired: usize,
    rested: usize,
}

/// What the evaluator says of random courses, as a file that promtool can disagree with.
fn seen(slos: &Slos, alert: &Alert, courses: usize) -> Seen {
    let alone = Slos { alerts: vec![alert.clone()], ..slos.clone() };
    let minutes = length(alert);
    let strategy = if alert.objective.is_some() { events(slos, alert, minutes) } else { course(alert, minutes) };
    let seed = alert.id.bytes().cycle().take(32).collect::<Vec<u8>>();
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &seed);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let (mut cases, mut on, mut off) = (Vec::new(), 0, 0);
    for number in 0..courses {
        let mut series = strategy.new_tree(&mut runner).unwrap().current();
        series.iter_mut().for_each(|one| one.values.truncate(minutes));
        let fired = fired(&alone, &series, minutes);
        on += fired.iter().filter(|firing| !firing.is_empty()).count();
        off += fired.iter().filter(|firing| firing.is_empty()).count();
        let name = format!("{} course {number}", alert.id);
        cases.push(Expected { name, alert, series, moments: moments(&fired), annotated: false });
    }
    let rules = rules_of(slos, &[alert], Annotations::Without);
    Seen { rules, tests: test_file(slos, "rules.yml", "1m", &cases), fired: on, rested: off }
}

fn agree(seen: &Seen) -> Option<testkit::Outcome> {
    promtool(&[("rules.yml", &seen.rules), ("test.yml", &seen.tests)], &["test", "rules", "test.yml"])
}

fn agree_on(wanted: impl Fn(&Alert) -> bool) {
    let slos = Slos::shipped().unwrap();
    for alert in slos.alerts.iter().filter(|alert| wanted(alert)) {
        let seen = seen(&slos, alert, courses(alert));
        let Some(outcome) = agree(&seen) else { return };
        assert!(
            outcome.ok(),
            "{}: Prometheus disagrees:\n{}{}",
            alert.id,
            short(&outcome.stdout),
            short(&outcome.stderr)
        );
        // Courses in which nothing ever happens would prove nothing.
        assert!(seen.fired > 20 && seen.rested > 20, "{}: {} fired, {} rested", alert.id, seen.fired, seen.rested);
    }
}

fn short(text: &str) -> String {
    text.chars().take(4_000).collect()
}

#[test]
fn the_evaluator_and_prometheus_fire_in_the_same_minutes_on_thresholds() {
    agree_on(|alert| alert.objective.is_none());
}

#[test]
fn the_evaluator_and_prometheus_fire_in_the_same_minutes_on_fast_burns() {
    agree_on(|alert| alert.objective.is_some() && alert.id.ends_with("-fast"));
}

#[test]
fn the_evaluator_and_prometheus_fire_in_the_same_minutes_on_slow_burns() {
    // All three are made alike, and their fast ones are looked at always.
    agree_on(|alert| alert.id == "errors-slow" || long() && alert.id.ends_with("-slow"));
}

/// The test of the test: an evaluator that is a little wrong is found out.
#[test]
fn prometheus_notices_an_evaluator_that_is_a_little_wrong() {
    let slos = Slos::shipped().unwrap();
    let wrong = |alert: &Alert| {
        let mut wrong = alert.clone();
        match alert.id.as_str() {
            // A minute too soon.
            "cpu-high" => wrong.pending = slo::Span::minutes(alert.pending.as_seconds() / 60 - 1),
            // A minute too long.
            "disk-full" => wrong.resolve = slo::Span::minutes(alert.resolve.as_seconds() / 60 + 1),
            // On the threshold already.
            "memory-high" => wrong.condition = at_least(&alert.condition),
            // The larger where the smaller counts; told apart no more.
            _ => {
                wrong.by.clear();
                wrong.condition = largest(&alert.condition);
            }
        }
        wrong
    };
    for id in ["cpu-high", "disk-full", "memory-high", "certificate-ending"] {
        let right = slos.alert(id).unwrap();
        let mut seen = seen(&slos, &wrong(right), courses(right));
        seen.rules = rules_of(&slos, &[right], Annotations::Without);
        let Some(outcome) = agree(&seen) else { return };
        assert!(!outcome.ok(), "{id}");
    }
}

fn changed(condition: &Condition, change: impl Fn(&mut Comparison)) -> Condition {
    let mut condition = condition.clone();
    condition.any.iter_mut().flatten().for_each(change);
    condition
}

fn at_least(condition: &Condition) -> Condition {
    changed(condition, |comparison| comparison.bad = Bad::AtLeast)
}

fn largest(condition: &Condition) -> Condition {
    changed(condition, |comparison| {
        if let Value::Until(term) = &mut comparison.value {
            term.fold = Fold::Max;
        }
    })
}
