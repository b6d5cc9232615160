//! The caller of what this program does by itself.

use domain::{ADMIN, Caller, Credential, Face};

use crate::services::Services;

/// Its name in the logs and in what is kept.
pub(crate) const NAME: &str = "smart-begin";

/// This program.
pub(crate) fn caller(services: &Services) -> Caller {
    Caller::new(&services.policy.get(), NAME, Vec::new(), Face::Cli, Credential::DataFolder)
}

/// This program, where it calls a use case that asks who may.
pub(crate) fn administrator(services: &Services) -> Caller {
    Caller::new(&services.policy.get(), NAME, vec![ADMIN.to_owned()], Face::Cli, Credential::DataFolder)
}
