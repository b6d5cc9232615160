//! What the audit log is told of secrets: which, and which version. Never a value.

use store::{NewEntry, SecretName};

use crate::audit::Draft;
use crate::error::Error;

/// The entry of something done to a secret.
pub(crate) fn of_secret(draft: &Draft<'_>, of: &SecretName, detail: &str) -> Result<NewEntry, Error> {
    draft.clone().on("secret", &format!("{}/{}", of.environment, of.name)).detail(detail).finish()
}

/// The entry of something done to a version of a secret.
pub(crate) fn of_version(draft: &Draft<'_>, of: &SecretName, version: u64) -> Result<NewEntry, Error> {
    of_secret(draft, of, &format!("version {version}"))
}
