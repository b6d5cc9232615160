//! What every command gives: an outcome, in the form that was asked for.

use app::Error;
use clap::ValueEnum;

/// How an answer is written to stdout.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people.
    #[default]
    Text,
    /// For programs: the same object that MCP returns.
    Json,
}

/// How a command ends.
pub(crate) type Outcome = Result<(), Error>;
