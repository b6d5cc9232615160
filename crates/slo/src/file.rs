//! The file as it is written, before anything of it is believed. Unknown keys are refused everywhere.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::alert::Severity;

/// What stands above the tables.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Head {
    pub(crate) version: u32,
    pub(crate) scrape_job: String,
    pub(crate) runbook_url: String,
}

/// `[[objective]]`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ObjectiveTable {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) summary: String,
    pub(crate) allowed: f64,
    pub(crate) minimum: f64,
    pub(crate) total: Events,
    pub(crate) bad: Option<Events>,
    pub(crate) good: Option<Events>,
    pub(crate) fast: Said,
    pub(crate) slow: Said,
}

/// Which events are counted.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Events {
    pub(crate) metric: String,
    #[serde(default)]
    pub(crate) r#where: BTreeMap<String, Vec<String>>,
}

/// What is said of an alert on an objective.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Said {
    pub(crate) title: String,
    pub(crate) summary: String,
    pub(crate) runbook: String,
}

/// `[[alert]]`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AlertTable {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) severity: Severity,
    pub(crate) summary: String,
    pub(crate) runbook: String,
    #[serde(default)]
    pub(crate) by: Vec<String>,
    pub(crate) r#for: String,
    pub(crate) resolve: String,
    #[serde(default)]
    pub(crate) outside: bool,
    pub(crate) when: Vec<Alternative>,
}

/// One of the alternatives of `when`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Alternative {
    pub(crate) all: Vec<Compared>,
}

/// A comparison.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Compared {
    pub(crate) last: Option<String>,
    pub(crate) increase: Option<String>,
    pub(crate) rate: Option<String>,
    pub(crate) age: Option<String>,
    pub(crate) until: Option<String>,
    #[serde(default)]
    pub(crate) r#where: BTreeMap<String, Vec<String>>,
    pub(crate) over: Option<String>,
    pub(crate) fold: Option<Folded>,
    pub(crate) divided_by: Option<Divisor>,
    pub(crate) above: Option<Threshold>,
    pub(crate) below: Option<Threshold>,
    pub(crate) at_least: Option<Threshold>,
}

/// What a value is divided by.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Divisor {
    pub(crate) last: Option<String>,
    pub(crate) increase: Option<String>,
    #[serde(default)]
    pub(crate) r#where: BTreeMap<String, Vec<String>>,
    pub(crate) over: Option<String>,
    pub(crate) fold: Option<Folded>,
}

/// How several series become one value.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Folded {
    Sum,
    Max,
    Min,
}

/// A number, or a length of time in seconds.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(crate) enum Threshold {
    Number(f64),
    Span(String),
}
