//! What advisories there are, and how old.

use domain::{AdvisoryAge, Operation, Resource};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use dependencies::advisories::Database;

use crate::authorise::authorise;
use crate::error::Error;
use crate::services::{Call, Services};

/// What advisories there are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AdvisoryStatus {
    /// Each ecosystem with its advisories; none means that vulnerabilities are UNKNOWN.
    pub ecosystems: Vec<EcosystemAdvisories>,
    /// Indexes that cannot be used, and why.
    pub damaged: Vec<String>,
}

/// The advisories of one ecosystem.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct EcosystemAdvisories {
    /// What they are and when they were taken in, or found unchanged.
    #[serde(flatten)]
    pub age: AdvisoryAge,
    /// How many whole days ago that was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub days: Option<i64>,
}

/// Tells of the advisories that there are.
///
/// # Errors
/// When the caller may not, or the folder cannot be read.
pub fn advisory_status(services: &Services, call: &Call<'_>) -> Result<AdvisoryStatus, Error> {
    authorise(services, call, Operation::ReadAdvisories, Resource::default())?;
    let Some(folder) = &services.checks.advisories else {
        return Ok(AdvisoryStatus { ecosystems: Vec::new(), damaged: Vec::new() });
    };
    let database = Database::open(folder)?;
    let damaged = database.damaged().iter().map(|(name, error)| format!("{name}: {error}. {}", error.hint())).collect();
    let ecosystems = database.ages().into_iter().map(|age| EcosystemAdvisories { days: days(&age.imported), age });
    Ok(AdvisoryStatus { ecosystems: ecosystems.collect(), damaged })
}

fn days(since: &str) -> Option<i64> {
    let since: Timestamp = since.parse().ok()?;
    Some((Timestamp::now().as_second() - since.as_second()).max(0) / 86_400)
}
