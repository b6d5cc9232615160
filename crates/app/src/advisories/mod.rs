//! The advisories that packages are matched against: brought up to date, and told of.

mod download;
mod ecosystem;
mod failure;
mod part;
mod status;
mod update;

pub use status::{AdvisoryStatus, EcosystemAdvisories, advisory_status};
pub use update::{
    AdvisorySource, UpdateAdvisories, UpdateOutcome, UpdatedAdvisories, UpdatedEcosystem, update_advisories,
};
