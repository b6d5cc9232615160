//! Checks beside the real tools, in one run on equal bytes.

mod ground;
mod history;
mod index;
mod memory;
mod rounds;
mod secrets;
mod timed;
mod vulnerabilities;

pub(super) use rounds::Rounds;

use super::report::Section;
use super::workshop::Workshop;
use crate::Failure;

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
