//! Objectives and alerts as one file says them.

use crate::alert::Alert;
use crate::objective::Objective;
use crate::read;

/// Where the file that comes with the program lies, from the root of the repository.
pub const FILE: &str = "config/slos.toml";

const SHIPPED: &str = include_str!("../../../config/slos.toml");

/// Objectives and alerts.
#[derive(Clone, Debug, PartialEq)]
pub struct Slos {
    /// The name of the scrape job in Prometheus: other programs have metrics of the same names.
    pub scrape_job: String,
    /// Where the runbook is, without anchor.
    pub runbook_url: String,
    /// What is promised.
    pub objectives: Vec<Objective>,
    /// All alerts, those on objectives first.
    pub alerts: Vec<Alert>,
}

/// What is wrong with a file: everything that was found, a sentence each.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", .0.join("\n"))]
pub struct Faults(pub Vec<String>);

impl Slos {
    /// Those that come with the program.
    ///
    /// # Errors
    /// Never, as a test shows.
    pub fn shipped() -> Result<Self, Faults> {
        Self::read(SHIPPED)
    }

    /// Those of an operator's own file.
    ///
    /// # Errors
    /// With all that is wrong with it.
    pub fn read(text: &str) -> Result<Self, Faults> {
        let parts = read::parts(text).map_err(Faults)?;
        let alerts = parts.objectives.iter().flat_map(Objective::alerts).chain(parts.alerts).collect();
        let slos =
            Self { scrape_job: parts.scrape_job, runbook_url: parts.runbook_url, objectives: parts.objectives, alerts };
        let told = slos.contradictions();
        if told.is_empty() { Ok(slos) } else { Err(Faults(told)) }
    }

    /// The alert of that id.
    #[must_use]
    pub fn alert(&self, id: &str) -> Option<&Alert> {
        self.alerts.iter().find(|alert| alert.id == id)
    }

    /// Where the runbook speaks of an alert.
    #[must_use]
    pub fn runbook_of(&self, alert: &Alert) -> String {
        format!("{}#{}", self.runbook_url, alert.runbook)
    }

    fn contradictions(&self) -> Vec<String> {
        let mut told = Vec::new();
        for (place, alert) in self.alerts.iter().enumerate() {
            if self.alerts[..place].iter().any(|other| other.id == alert.id) {
                told.push(format!("alert `{}`: there are two of this id; give one another", alert.id));
            }
        }
        told
    }
}
