//! `cargo xtask bench`: how fast and how large the product is beside its peers, written to `docs/reports/performance.md`.

mod audit;
mod begin;
mod checks;
mod first_reply;
mod http;
mod load;
mod machine;
mod message;
mod peer;
mod process;
mod programs;
mod project;
pub mod report;
pub mod row;
mod sign_in;
pub mod statistics;
mod traced;
mod workshop;
mod wrk;

use serde_json::{Value, json};

use crate::{Failure, tool};
use peer::Peer;
use programs::Programs;
use project::{Project, plan_arguments};
use report::{Report, Section};
use workshop::Workshop;

const REPORT: &str = "docs/reports/performance.md";

/// How much is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Length {
    /// Enough to trust the figures: written to the report.
    Full,
    /// Just enough to see that everything runs: printed alone.
    Quick,
}

/// Measures everything. A full run writes the report.
///
/// # Errors
/// When something needed is missing, or a program does not answer what it should. A missed aim is no failure: it is told.
pub fn run(length: Length) -> Result<(), Failure> {
    if !cfg!(target_os = "linux") {
        return Err(Failure("bench reads /proc: it needs Linux".to_owned()));
    }
    let programs = Programs::find()?;
    let load = machine::load();
    let workshop = Workshop::new(&programs, None)?;
    let sections = measure(&workshop, length)?;
    let machine = machine::facts(workshop.folder(), &load);
    let report = Report { date: machine::date(), machine, versions: programs.versions(), sections };
    let text = report.to_markdown();
    println!("{text}");
    if length == Length::Full {
        workshop::write(&tool::root().join(REPORT), &text)?;
        println!("written to {REPORT}");
    }
    Ok(())
}

fn measure(workshop: &Workshop<'_>, length: Length) -> Result<Vec<Section>, Failure> {
    let quick = length == Length::Quick;
    let often = |full, few| if quick { few } else { full };
    let project = Project::begin(workshop)?;
    let ask = |request: &Value| message::result(&first_reply::ask(first_reply::ours(workshop), request)?.1);
    let reply = ask(&message::plan(&plan_arguments()))?;
    let tools = ask(&message::request("tools/list", json!({})))?;
    let peer = Peer::lay_out(workshop, project.bundle(workshop, &reply, &tools["tools"][0])?)?;
    let begin = begin::Rounds { copy: often(31, 2), engines: often(11, 1) };
    let load = load::Rounds { pairs: often(7, 1), seconds: if quick { 1 } else { 4 } };
    let mut sections = vec![
        begin::measure(workshop, &project, &begin)?,
        first_reply::measure(workshop, &project, &peer, often(21, 2))?,
        load::measure(workshop, &project, &peer, &load)?,
        sign_in::measure(
            workshop,
            &project,
            &sign_in::Rounds { pairs: often(11, 1), seconds: if quick { 1 } else { 3 } },
        )?,
        audit::measure(workshop, &audit::Rounds { pairs: often(7, 1), entries: often(1_000_000, 20_000) })?,
    ];
    let rounds = checks::Rounds {
        pairs: often(5, 1),
        megabytes: if quick { 5 } else { 100 },
        commits: often(5_000, 100),
        files: often(10_000, 500),
    };
    sections.extend(checks::measure(workshop, &rounds)?);
    Ok(sections)
}
