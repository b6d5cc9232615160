//! The dashboard for Grafana: how the objectives stand, what the server does, and each alert with its threshold.

use serde_json::{Value as Json, json};

use super::promql;
use crate::alert::Alert;
use crate::objective::{BURNS, Objective};
use crate::slos::Slos;

/// Columns of the grid.
const WIDTH: usize = 24;
/// The height of a panel.
const HEIGHT: usize = 7;

/// The whole file.
pub(super) fn file(slos: &Slos) -> String {
    let mut grid = Grid::default();
    grid.row("What needs attention");
    grid.panel(firing(slos), WIDTH);
    grid.row("Objectives");
    for objective in &slos.objectives {
        grid.panel(left(objective), 6);
        grid.panel(burning(objective), 18);
    }
    grid.row("Calls");
    for panel in calls(&slos.scrape_job) {
        grid.panel(panel, 8);
    }
    grid.row("Alerts and their thresholds");
    for alert in slos.alerts.iter().filter(|alert| alert.objective.is_none()) {
        grid.panel(threshold(slos, alert), 8);
    }
    let dashboard = json!({
        "uid": "smart-begin",
        "title": "smart-begin",
        "description": "Made of config/slos.toml by `cargo xtask alerts`. Change that, not this.",
        "tags": ["smart-begin"],
        "timezone": "browser",
        "schemaVersion": 37,
        "version": 1,
        "editable": true,
        "refresh": "1m",
        "time": { "from": "now-6h", "to": "now" },
        "templating": { "list": [{
            "name": "datasource", "label": "Prometheus", "type": "datasource", "query": "prometheus",
        }] },
        "annotations": { "list": [] },
        "panels": grid.panels,
    });
    format!("{dashboard:#}\n")
}

/// Puts panels side by side, then below one another.
#[derive(Default)]
struct Grid {
    panels: Vec<Json>,
    x: usize,
    y: usize,
}

impl Grid {
    fn row(&mut self, title: &str) {
        self.next_line();
        let place = json!({ "h": 1, "w": WIDTH, "x": 0, "y": self.y });
        self.panels.push(json!({
            "id": self.panels.len() + 1, "type": "row", "title": title, "collapsed": false, "gridPos": place, "panels": [],
        }));
        self.y += 1;
    }

    fn panel(&mut self, mut panel: Json, width: usize) {
        if self.x + width > WIDTH {
            self.next_line();
        }
        panel["id"] = json!(self.panels.len() + 1);
        panel["gridPos"] = json!({ "h": HEIGHT, "w": width, "x": self.x, "y": self.y });
        self.panels.push(panel);
        self.x += width;
    }

    fn next_line(&mut self) {
        if self.x > 0 {
            (self.x, self.y) = (0, self.y + HEIGHT);
        }
    }
}

fn source() -> Json {
    json!({ "type": "prometheus", "uid": "${datasource}" })
}

fn targets(expressions: &[(String, String)]) -> Json {
    let target = |(place, (expression, legend)): (usize, &(String, String))| {
        let id = char::from(b'A' + u8::try_from(place % 26).unwrap_or(0));
        json!({ "refId": id.to_string(), "datasource": source(), "expr": expression, "legendFormat": legend })
    };
    expressions.iter().enumerate().map(target).collect()
}

fn steps(limits: &[f64], below_is_bad: bool) -> Json {
    let (first, then) = if below_is_bad { ("red", "green") } else { ("green", "red") };
    let mut steps = vec![json!({ "color": first, "value": null })];
    steps.extend(limits.iter().map(|limit| json!({ "color": then, "value": limit })));
    json!({ "mode": "absolute", "steps": steps })
}

fn drawn(title: &str, about: &str, expressions: &[(String, String)], unit: &str, limits: Option<Json>) -> Json {
    let style = if limits.is_some() { "line" } else { "off" };
    json!({
        "type": "timeseries", "title": title, "description": about, "datasource": source(),
        "targets": targets(expressions),
        "fieldConfig": { "defaults": {
            "unit": unit,
            "custom": { "thresholdsStyle": { "mode": style } },
            "thresholds": limits.unwrap_or_else(|| json!({ "mode": "absolute", "steps": [{ "color": "green", "value": null }] })),
        }, "overrides": [] },
        "options": { "tooltip": { "mode": "multi" }, "legend": { "showLegend": true, "placement": "bottom" } },
    })
}

fn firing(slos: &Slos) -> Json {
    let names: Vec<String> = slos.alerts.iter().map(Alert::prometheus_name).collect();
    let expression = format!("ALERTS{{alertstate=\"firing\",alertname=~\"{}\"}}", names.join("|"));
    json!({
        "type": "table", "title": "Alerts that fire now", "datasource": source(),
        "description": "Empty: all is well.",
        "targets": [{
            "refId": "A", "datasource": source(), "expr": expression, "instant": true, "range": false, "format": "table",
        }],
        "fieldConfig": { "defaults": { "noValue": "No alert fires." }, "overrides": [] },
        "options": { "showHeader": true },
    })
}

fn left(objective: &Objective) -> Json {
    let share = promql::recorded_share(BURNS[2].long);
    let expression = format!("1 - {share}{{objective=\"{}\"}}", objective.id);
    json!({
        "type": "stat", "title": objective.title, "datasource": source(),
        "description": format!("{} Shown: the last three days.", objective.summary),
        "targets": targets(&[(expression, String::new())]),
        "fieldConfig": { "defaults": {
            "unit": "percentunit", "decimals": 2, "noValue": "unknown",
            "thresholds": steps(&[1.0 - objective.allowed], true),
        }, "overrides": [] },
        "options": { "colorMode": "value", "reduceOptions": { "calcs": ["lastNotNull"] } },
    })
}

fn burning(objective: &Objective) -> Json {
    let windows = BURNS.iter().flat_map(|burn| [burn.long, burn.short]);
    let mut windows: Vec<_> = windows.collect();
    windows.sort_unstable();
    windows.dedup();
    let expression = |window| {
        let share = promql::recorded_share(window);
        (format!("{share}{{objective=\"{}\"}} / {}", objective.id, objective.allowed), format!("over {window}"))
    };
    let expressions: Vec<_> = windows.into_iter().map(expression).collect();
    let mut limits: Vec<f64> = BURNS.iter().map(|burn| burn.rate).collect();
    limits.sort_by(f64::total_cmp);
    let about = "How many times as fast as allowed the budget burns. Above 14.4 or 6 somebody is called, above 1 there is a ticket.";
    drawn(&format!("Budget burned: {}", objective.id), about, &expressions, "none", Some(steps(&limits, false)))
}

fn calls(job: &str) -> Vec<Json> {
    let at = |rest: &str| format!("{{job=\"{job}\"{rest}}}");
    let one = |expression: String, legend: &str| vec![(expression, legend.to_owned())];
    let duration = "mcp_server_operation_duration_seconds";
    let quantile = |quantile: &str| {
        let rate = format!("rate({duration}_bucket{}[5m])", at(""));
        (format!("histogram_quantile({quantile}, sum by (le) ({rate}))"), format!("p{}", &quantile[2..]))
    };
    let tools = format!("sum by (gen_ai_tool_name) (rate({duration}_count{}[5m]))", at(""));
    let outcomes = format!("sum by (outcome) (rate({duration}_count{}[5m]))", at(""));
    let requests = format!("sum by (status) (rate(http_server_requests_total{}[5m]))", at(""));
    let refused = format!("sum by (reason) (rate(http_server_requests_refused_total{}[5m]))", at(""));
    let sign_ins = format!("sum by (outcome) (rate(sign_ins_total{}[5m]))", at(""));
    vec![
        drawn("Calls by tool", "", &one(tools, "{{gen_ai_tool_name}}"), "reqps", None),
        drawn("Calls by outcome", "", &one(outcomes, "{{outcome}}"), "reqps", None),
        drawn("How long calls take", "", &[quantile("0.50"), quantile("0.99")], "s", None),
        drawn("HTTP requests by status", "", &one(requests, "{{status}}"), "reqps", None),
        drawn("HTTP requests refused", "", &one(refused, "{{reason}}"), "reqps", None),
        drawn("Sign-ins", "", &one(sign_ins, "{{outcome}}"), "reqps", None),
    ]
}

/// What an alert looks at, with the line that it must not cross.
fn threshold(slos: &Slos, alert: &Alert) -> Json {
    let legend: Vec<String> = alert.by.iter().map(|name| format!("{{{{{}}}}}", promql::label(name))).collect();
    let legend = if legend.is_empty() { alert.id.clone() } else { legend.join(" ") };
    let firsts = alert.condition.any.iter().filter_map(|all| all.first());
    let mut expressions: Vec<(String, String)> =
        firsts.clone().map(|first| (promql::side(&slos.scrape_job, alert, &first.value), legend.clone())).collect();
    expressions.dedup();
    let mut limits: Vec<f64> = firsts.clone().map(crate::condition::Comparison::limit).collect();
    limits.sort_by(f64::total_cmp);
    limits.dedup();
    let below = firsts.clone().all(|first| first.bad == crate::condition::Bad::Below);
    let about = format!("{} Runbook: {}", alert.summary, slos.runbook_of(alert));
    drawn(&alert.title, &about, &expressions, unit(alert), Some(steps(&limits, below)))
}

fn unit(alert: &Alert) -> &'static str {
    use crate::condition::Value;
    let first = alert.condition.comparisons().next();
    match first.map(|first| &first.value) {
        Some(Value::Age(_) | Value::Until(_)) => "s",
        Some(Value::Part(..) | Value::Missing(..)) => "percentunit",
        Some(Value::Of(term)) if term.selector.metric.ends_with("_bytes") => "bytes",
        Some(Value::Of(term)) if term.selector.metric.ends_with("_seconds") => "s",
        _ => "none",
    }
}
