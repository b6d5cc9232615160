//! What is told of a command line that cannot be understood: what was wrong, and nothing of what was typed in the place of
//! a value. It may be a secret that slipped, and what stands on stderr ends up in the logs of whatever called.

use clap::Error;
use clap::error::{ContextKind, ContextValue};

/// Stands for what was typed.
const TYPED: &str = "…";

/// The error without what was typed.
pub(super) fn tell(mut error: Error) -> Error {
    for kind in [ContextKind::InvalidValue, ContextKind::InvalidSubcommand] {
        if error.get(kind).is_some() {
            error.insert(kind, ContextValue::String(TYPED.to_owned()));
        }
    }
    // The name of an option is told. What is no option is a value in a place that there is none for.
    if let Some(ContextValue::String(argument)) = error.get(ContextKind::InvalidArg)
        && !argument.starts_with(['-', '<', '['])
    {
        error.insert(ContextKind::InvalidArg, ContextValue::String(TYPED.to_owned()));
    }
    error
}
