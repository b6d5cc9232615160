//! Conditions in the words of Prometheus.

use crate::alert::Alert;
use crate::condition::{Bad, Comparison, Fold, Take, Term, Value};
use crate::metric::Selector;
use crate::objective::Objective;
use crate::span::Span;

use super::text::quoted;

/// How a label is called once Prometheus has scraped it: `job` is its own.
pub(super) fn label(name: &str) -> &str {
    if name == "job" { "exported_job" } else { name }
}

/// The part of the events of a window that was bad, as it is recorded.
pub(super) fn recorded_share(window: Span) -> String {
    format!("slo:bad_share:increase{window}")
}

/// The number of events of a window, as it is recorded.
pub(super) fn recorded_events(window: Span) -> String {
    format!("slo:events:increase{window}")
}

/// An alternative of an alert, a line for each comparison.
pub(super) fn alternative(job: &str, alert: &Alert, all: &[Comparison]) -> Vec<String> {
    let lines = all.iter().enumerate().map(|(place, comparison)| {
        let and = if place > 0 { "and " } else { "" };
        format!("{and}({} {} {})", side(job, alert, &comparison.value), sign(comparison.bad), limit(comparison))
    });
    lines.collect()
}

/// The whole condition of an alert, in lines.
pub(super) fn condition(job: &str, alert: &Alert) -> Vec<String> {
    let mut lines = Vec::new();
    for all in &alert.condition.any {
        if !lines.is_empty() {
            lines.push("or".to_owned());
        }
        lines.extend(alternative(job, alert, all));
    }
    lines
}

fn sign(bad: Bad) -> &'static str {
    match bad {
        Bad::Above => ">",
        Bad::Below => "<",
        Bad::AtLeast => ">=",
    }
}

fn limit(comparison: &Comparison) -> String {
    let factors: Vec<String> = comparison.threshold.iter().map(f64::to_string).collect();
    factors.join(" * ")
}

/// What is compared: of an objective, what is recorded.
pub(super) fn side(job: &str, alert: &Alert, value: &Value) -> String {
    let window = value.terms().next().and_then(Term::window);
    match (&alert.objective, window) {
        (Some(objective), Some(window)) => {
            let name = if matches!(value, Value::Of(_)) { recorded_events(window) } else { recorded_share(window) };
            format!("{name}{{objective={}}}", quoted(objective))
        }
        _ => of_value(job, &alert.by, value),
    }
}

/// A value, told apart by these labels.
pub(super) fn of_value(job: &str, by: &[String], value: &Value) -> String {
    let term = |term: &Term| of_term(job, by, term);
    match value {
        Value::Of(one) => term(one),
        Value::Part(one, other) => format!("{} / {}", term(one), term(other)),
        Value::Missing(one, other) => format!("1 - {} / {}", term(one), term(other)),
        Value::Age(one) => format!("time() - {}", term(one)),
        Value::Until(one) => format!("{} - time()", term(one)),
    }
}

fn of_term(job: &str, by: &[String], term: &Term) -> String {
    let picked = selector(job, &term.selector);
    let inner = match term.take {
        Take::Last => picked,
        Take::LastAboveZero => format!("{picked} > 0"),
        Take::Increase(window) => format!("increase({picked}[{window}])"),
        Take::Rate(window) => format!("rate({picked}[{window}])"),
    };
    let fold = match term.fold {
        Fold::Sum => "sum",
        Fold::Max => "max",
        Fold::Min => "min",
    };
    let by: Vec<&str> = by.iter().map(|name| label(name)).collect();
    if by.is_empty() { format!("{fold}({inner})") } else { format!("{fold} by ({}) ({inner})", by.join(", ")) }
}

fn selector(job: &str, selector: &Selector) -> String {
    let mut matchers = vec![format!("job={}", quoted(job))];
    matchers.extend(selector.labels.iter().map(|(name, values)| {
        let values: Vec<&String> = values.iter().collect();
        match values.as_slice() {
            [one] => format!("{}={}", label(name), quoted(one)),
            many => {
                let escaped: Vec<String> = many.iter().map(|value| escaped(value)).collect();
                format!("{}=~{}", label(name), quoted(&escaped.join("|")))
            }
        }
    }));
    format!("{}{{{}}}", selector.metric, matchers.join(","))
}

/// The text as an expression that fits only itself.
fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for each in text.chars() {
        if r"\.+*?()|[]{}^$".contains(each) {
            escaped.push('\\');
        }
        escaped.push(each);
    }
    escaped
}

/// What is recorded of an objective for these windows: name and expression.
pub(super) fn recordings(job: &str, objective: &Objective, windows: &[(Span, bool)]) -> Vec<(String, String)> {
    let mut all = Vec::new();
    for (window, long) in windows {
        all.push((recorded_share(*window), of_value(job, &[], &objective.bad_share(*window))));
        if *long {
            all.push((recorded_events(*window), of_value(job, &[], &objective.events(*window))));
        }
    }
    all
}
