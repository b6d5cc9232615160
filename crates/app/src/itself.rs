//! The caller of what this program does by itself.

use domain::{Caller, Credential, Face};

use crate::services::Services;

/// Its name in the logs and in what is kept.
pub(crate) const NAME: &str = "smart-begin";

/// This program.
pub(crate) fn caller(services: &Services) -> Caller {
    Caller::new(&services.policy.get(), NAME, Vec::new(), Face::Cli, Credential::DataFolder)
}
