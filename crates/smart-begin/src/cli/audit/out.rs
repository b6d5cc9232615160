//! Where an answer goes: to stdout, or to a file that only its owner can read.

use std::path::{Path, PathBuf};

use app::{Error, ErrorKind};
use clap::Args;

use crate::cli::answer::Outcome;
use crate::cli::output;

/// Writes an answer to the file that was named, whole and readable by its owner alone, or to stdout.
pub(super) fn deliver(text: &str, out: Option<&Path>) -> Outcome {
    let Some(path) = out else { return output::print(text) };
    safe_fs::write_private(path, text.as_bytes()).map_err(|cause| unwritable(path, cause))
}

pub(super) fn unwritable(path: &Path, cause: std::io::Error) -> Error {
    let message = format!("The file could not be written: {}.", path.display());
    Error::new(ErrorKind::Unavailable, message, "Name a place with room that you may write to.").because(cause)
}

/// Where an answer goes.
#[derive(Args)]
pub(super) struct Out {
    /// Write it to this file, which only you can read (default: stdout)
    #[arg(long, value_name = "FILE")]
    pub(super) out: Option<PathBuf>,
}
