//! What the audit log is told of secrets: which, and which version. Never a value.

use domain::Operation;
use store::{NewEntry, SecretName};

use crate::clock::now_ms;
use crate::services::Call;

/// The entry of something done to a secret.
pub(crate) fn of_secret(call: &Call<'_>, operation: Operation, of: &SecretName, detail: String) -> NewEntry {
    let body = format!("{}/{} {detail}", of.environment, of.name);
    NewEntry {
        at_ms: now_ms(),
        action: operation.as_str().to_owned(),
        caller: call.caller.name.clone(),
        project: of.project.as_ref().map(ToString::to_string),
        request: call.request.as_str().to_owned(),
        body,
    }
}

/// The entry of something done to a version of a secret.
pub(crate) fn of_version(call: &Call<'_>, operation: Operation, of: &SecretName, version: u64) -> NewEntry {
    of_secret(call, operation, of, format!("version {version}"))
}

/// The entry of something done with the keys.
pub(crate) fn of_keys(call: &Call<'_>, detail: String) -> NewEntry {
    NewEntry {
        at_ms: now_ms(),
        action: Operation::RotateKeys.as_str().to_owned(),
        caller: call.caller.name.clone(),
        project: None,
        request: call.request.as_str().to_owned(),
        body: detail,
    }
}
