//! How old the advisories are, for answers that rest on them.

use dependencies::advisories::Database;
use domain::AdvisoryAge;

use crate::services::Services;

/// The age of the advisories of each ecosystem; none where there are none, or they cannot be read.
pub(crate) fn advisory_ages(services: &Services) -> Vec<AdvisoryAge> {
    let Some(folder) = &services.checks.advisories else { return Vec::new() };
    Database::open(folder).map(|database| database.ages()).unwrap_or_default()
}
