//! Files for `promtool test rules`.

use std::fmt::Write as _;

use super::promql::label;
use super::rules::said;
use super::series::Series;
use super::text::{folded, quoted};
use crate::alert::Alert;
use crate::metric::Labels;
use crate::slos::Slos;

/// What is expected of an alert in a minute.
#[derive(Clone, Debug, PartialEq)]
pub struct Moment {
    /// The minute.
    pub minute: usize,
    /// The labels of each instance that fires.
    pub firing: Vec<Labels>,
}

/// What is expected of an alert when these series are scraped.
#[derive(Clone, Debug)]
pub struct Expected<'a> {
    /// What it is called in the output.
    pub name: String,
    /// The alert.
    pub alert: &'a Alert,
    /// All series.
    pub series: Vec<Series>,
    /// What is expected when.
    pub moments: Vec<Moment>,
    /// Whether the rules have words for people.
    pub annotated: bool,
}

/// A file that tests the rules of another, which lies beside it, evaluated as often as `every` says.
#[must_use]
pub fn test_file(slos: &Slos, rules: &str, every: &str, cases: &[Expected<'_>]) -> String {
    let mut text = format!("rule_files:\n  - {}\nevaluation_interval: {every}\ntests:\n", quoted(rules));
    for case in cases {
        one(&mut text, slos, case);
    }
    text
}

fn one(text: &mut String, slos: &Slos, case: &Expected<'_>) {
    let _ = write!(text, "  - name: {}\n    interval: 1m\n    input_series:\n", quoted(&case.name));
    for series in &case.series {
        let _ = writeln!(text, "      - series: '{}'", series.scraped(&slos.scrape_job).replace('\'', "''"));
        text.push_str(&folded(8, "values", &series.notation()));
    }
    text.push_str("    alert_rule_test:\n");
    for moment in &case.moments {
        let name = case.alert.prometheus_name();
        let _ = write!(text, "      - eval_time: {}m\n        alertname: {name}\n", moment.minute);
        if moment.firing.is_empty() {
            text.push_str("        exp_alerts: []\n");
            continue;
        }
        text.push_str("        exp_alerts:\n");
        for labels in &moment.firing {
            text.push_str("          - exp_labels:\n");
            for (name, value) in labels {
                let _ = writeln!(text, "              {}: {}", label(name), quoted(value));
            }
            if case.annotated {
                text.push_str("            exp_annotations:\n");
                for (name, words) in said(slos, case.alert) {
                    text.push_str(&folded(14, name, &words));
                }
            }
        }
    }
}
