//! Recording and alerting rules for Prometheus.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::promql;
use super::text::{HEAD, folded, literal, quoted};
use crate::alert::Alert;
use crate::objective::{BURNS, Objective};
use crate::slos::Slos;
use crate::span::Span;

/// Whether alerts bear what people read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Annotations {
    /// With words for people.
    With,
    /// Without: for tests that look at times alone.
    Without,
}

/// All rules.
pub(super) fn file(slos: &Slos) -> String {
    let alerts: Vec<&Alert> = slos.alerts.iter().collect();
    rules_of(slos, &alerts, Annotations::With)
}

/// The rules of these alerts, and the recordings of the objectives that they need.
#[must_use]
pub fn rules_of(slos: &Slos, alerts: &[&Alert], annotations: Annotations) -> String {
    let mut text = format!("{HEAD}groups:\n");
    for objective in &slos.objectives {
        let guards: Vec<&Alert> =
            alerts.iter().filter(|alert| alert.objective.as_ref() == Some(&objective.id)).copied().collect();
        if !guards.is_empty() {
            group(&mut text, &format!("smart-begin-{}", objective.id));
            recordings(&mut text, slos, objective);
            guards.into_iter().for_each(|alert| rule(&mut text, slos, alert, annotations));
        }
    }
    let others: Vec<&&Alert> = alerts.iter().filter(|alert| alert.objective.is_none()).collect();
    if !others.is_empty() {
        group(&mut text, "smart-begin");
        others.into_iter().for_each(|alert| rule(&mut text, slos, alert, annotations));
    }
    text
}

fn group(text: &mut String, name: &str) {
    let _ = write!(text, "  - name: {name}\n    interval: 1m\n    rules:\n");
}

/// Every window that a burn is seen over, and whether its events are counted.
pub(super) fn windows() -> Vec<(Span, bool)> {
    let mut windows: BTreeMap<Span, bool> = BTreeMap::new();
    for burn in BURNS {
        windows.insert(burn.long, true);
        windows.entry(burn.short).or_insert(false);
    }
    windows.into_iter().collect()
}

fn recordings(text: &mut String, slos: &Slos, objective: &Objective) {
    for (name, expression) in promql::recordings(&slos.scrape_job, objective, &windows()) {
        let _ = writeln!(text, "      - record: {name}");
        let lines: Vec<String> = expression.replace(" / ", "\n/ ").lines().map(str::to_owned).collect();
        text.push_str(&literal(8, "expr", &lines));
        let _ = write!(text, "        labels:\n          objective: {}\n", quoted(&objective.id));
    }
}

fn rule(text: &mut String, slos: &Slos, alert: &Alert, annotations: Annotations) {
    let _ = writeln!(text, "      - alert: {}", alert.prometheus_name());
    text.push_str(&literal(8, "expr", &promql::condition(&slos.scrape_job, alert)));
    if alert.pending.as_seconds() > 0 {
        let _ = writeln!(text, "        for: {}", alert.pending);
    }
    if alert.resolve.as_seconds() > 0 {
        let _ = writeln!(text, "        keep_firing_for: {}", alert.resolve);
    }
    text.push_str("        labels:\n");
    for (name, value) in alert.labels() {
        let _ = writeln!(text, "          {name}: {}", quoted(&value));
    }
    if annotations == Annotations::With {
        text.push_str("        annotations:\n");
        for (name, words) in said(slos, alert) {
            text.push_str(&folded(10, name, &words));
        }
    }
}

/// What people read of an alert.
pub(super) fn said(slos: &Slos, alert: &Alert) -> [(&'static str, String); 3] {
    [("summary", alert.title.clone()), ("description", alert.summary.clone()), ("runbook_url", slos.runbook_of(alert))]
}
