//! What somebody is told of.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::condition::Condition;
use crate::metric::Labels;
use crate::span::Span;

/// How soon somebody has to look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Now, also at night.
    Page,
    /// In working hours.
    Ticket,
}

impl fmt::Display for Severity {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Page => "page",
            Self::Ticket => "ticket",
        })
    }
}

/// One alert with all that is said of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Alert {
    /// Its name: small letters, digits and hyphens.
    pub id: String,
    /// A few words.
    pub title: String,
    /// How soon somebody has to look.
    pub severity: Severity,
    /// Plain words for whoever was just woken.
    pub summary: String,
    /// The anchor of its section in the runbook.
    pub runbook: String,
    /// The objective whose budget it guards.
    pub objective: Option<String>,
    /// When it holds.
    pub condition: Condition,
    /// The labels by which it is told apart: one alert for each of their values.
    pub by: Vec<String>,
    /// How long it must hold before somebody is told.
    pub pending: Span,
    /// How long it must not hold before it counts as over.
    pub resolve: Span,
    /// Whether only somebody outside can see it: a process that is down tells nobody.
    pub outside: bool,
}

impl Alert {
    /// Its name in Prometheus: `SmartBeginDiskLow`.
    #[must_use]
    pub fn prometheus_name(&self) -> String {
        let capital = |word: &str| {
            let mut letters = word.chars();
            letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect::<String>()
        };
        format!("SmartBegin{}", self.id.split('-').map(capital).collect::<String>())
    }

    /// The labels that each of its instances bears besides those of `by`.
    #[must_use]
    pub fn labels(&self) -> Labels {
        let objective = self.objective.iter().map(|name| ("objective".to_owned(), name.clone()));
        objective.chain([("severity".to_owned(), self.severity.to_string())]).collect()
    }
}
