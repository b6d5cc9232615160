//! Checks beside the real tools, in one run on equal bytes.

mod ground;
mod history;
mod index;
mod memory;
mod secrets;
mod timed;
mod vulnerabilities;

use super::report::Section;
use super::workshop::Workshop;
use crate::Failure;

/// How often, and how much.
pub(super) struct Rounds {
    /// Pairs of measurements.
    pub(super) pairs: usize,
    /// Millions of bytes of real source.
    pub(super) megabytes: u64,
    /// Commits of the history.
    pub(super) commits: usize,
    /// Files of the tree that is analysed.
    pub(super) files: usize,
}

/// Measures all sections. What a tool or data is missing for is said, not made up.
pub(super) fn measure(workshop: &Workshop<'_>, rounds: &Rounds) -> Result<Vec<Section>, Failure> {
    let sources = ground::sources(workshop, rounds.megabytes)?;
    Ok(vec![
        secrets::measure(workshop, &sources, rounds)?,
        history::measure(workshop, &sources, rounds)?,
        vulnerabilities::measure(workshop, rounds)?,
        memory::measure(workshop, rounds)?,
    ])
}
