//! How old the advisories are, for answers that rest on them.

use dependencies::advisories::Database;
use domain::AdvisoryAge;
use sha2::{Digest as _, Sha256};

use crate::services::Services;

/// The age of the advisories of each ecosystem; none where there are none, or they cannot be read.
pub(crate) fn advisory_ages(services: &Services) -> Vec<AdvisoryAge> {
    let Some(folder) = &services.checks.advisories else { return Vec::new() };
    Database::open(folder).map(|database| database.ages()).unwrap_or_default()
}

/// A name for these advisories: the same for the same ones.
pub(crate) fn stamp(ages: &[AdvisoryAge]) -> String {
    let mut all: Vec<String> = ages
        .iter()
        .map(|age| format!("{}\0{}\0{}\0{:?}", age.ecosystem.as_str(), age.advisories, age.imported, age.newest))
        .collect();
    all.sort_unstable();
    Sha256::digest(all.join("\n")).iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}
