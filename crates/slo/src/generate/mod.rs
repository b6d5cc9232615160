//! What other programs get of the same file: rules for Prometheus with their tests, routing for Alertmanager, a dashboard for
//! Grafana, the index of the runbook. The same input makes the same text.

mod alertmanager;
mod cases;
mod grafana;
mod promql;
mod promtool;
mod rules;
mod runbook;
mod series;
mod text;

pub use promtool::{Expected, Moment, test_file};
pub use rules::{Annotations, rules_of};
pub use runbook::{NoIndex, PAGE, missing, renewed};
pub use series::Series;

use crate::slos::Slos;

/// The rules for Prometheus, from the root of the repository.
pub const RULES: &str = "deploy/prometheus/smart-begin.rules.yml";
/// Their tests.
pub const RULES_TEST: &str = "deploy/prometheus/smart-begin.rules.test.yml";
/// The tests of alerts that need days, evaluated by the hour.
pub const RULES_LONG_TEST: &str = "deploy/prometheus/smart-begin.rules.long.test.yml";
/// The routing of Alertmanager.
pub const ALERTMANAGER: &str = "deploy/alertmanager/alertmanager.yml";
/// The dashboard of Grafana.
pub const GRAFANA: &str = "deploy/grafana/smart-begin.json";

/// All files that are made as a whole: path from the root of the repository, and text. The runbook is written by hand but for its
/// index: [`renewed`].
#[must_use]
pub fn files(slos: &Slos) -> Vec<(&'static str, String)> {
    vec![
        (RULES, rules::file(slos)),
        (RULES_TEST, cases::file(slos, false)),
        (RULES_LONG_TEST, cases::file(slos, true)),
        (ALERTMANAGER, alertmanager::file(slos)),
        (GRAFANA, grafana::file(slos)),
    ]
}
