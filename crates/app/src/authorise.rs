//! The door of every use case: whether this caller may do this to that.

use domain::{Denial, Operation, Resource};

use crate::error::Error;
use crate::services::{Call, Services};

/// Lets the call go on, or refuses it. What the caller may not know of is the matter of [`crate::stored_project::find`].
pub(crate) fn authorise(
    services: &Services,
    call: &Call<'_>,
    operation: Operation,
    resource: Resource<'_>,
) -> Result<(), Error> {
    call.caller
        .may(&services.policy.get(), operation, resource)
        .map(|_| ())
        .map_err(|denial| refused(operation, &denial))
}

fn refused(operation: Operation, denial: &Denial) -> Error {
    let hint = match denial {
        Denial::Lacks(_) => "Ask the operator of this server for a role that has it.",
        Denial::OtherProject => "Use another token.",
        Denial::ReadOnly => "Try again when the operator has ended read-only mode (server.read_only).",
    };
    Error::refused(format!("You may not do this ({}): {denial}.", operation.as_str()), hint)
}
