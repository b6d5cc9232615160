//! Opening the index of advisories, measured inside one process: a whole program takes longer to start.

use std::process::Command;

use serde::Deserialize;

use crate::bench::row::{Aim, Row, Unit};
use crate::bench::statistics::Pairs;
use crate::bench::workshop::{Workshop, run};
use crate::{Failure, tool};

#[derive(Deserialize)]
struct Line {
    pairs: Vec<(f64, f64)>,
}

/// Opening, against reading the same bytes.
pub(super) fn measure(workshop: &Workshop<'_>, pairs: usize) -> Result<Row, Failure> {
    let mut command: Command = tool::command("cargo");
    // With the program, so that both are built of the same crates.
    command.args(["bench", "--quiet", "-p", "dependencies", "-p", "smart-begin", "--bench", "advisories", "--"]);
    command.arg(workshop.path("data/advisories")).arg(pairs.to_string());
    let told = run(&mut command)?;
    let line = told.lines().find(|line| line.starts_with('{')).unwrap_or_default();
    let line: Line = serde_json::from_str(line).map_err(|fault| Failure::because("a figure", fault))?;
    let pairs = Pairs::measured(line.pairs);
    let subject = "opening the index of advisories, against reading all of its bytes";
    Ok(Row::of(subject, Unit::Milliseconds, &pairs, Some(Aim::OursBelow(5.0))))
}
