//! Secrets in a tree: ours, gitleaks, kingfisher.

use std::path::Path;

use super::ground::Sources;
use super::rounds::Rounds;
use super::timed::{Took, pairs, take};
use crate::Failure;
use crate::bench::report::Section;
use crate::bench::row::{Aim, Row, Unit};
use crate::bench::statistics::Pairs;
use crate::bench::workshop::Workshop;

pub(super) fn measure(workshop: &Workshop<'_>, sources: &Sources, rounds: &Rounds) -> Result<Section, Failure> {
    let mut ours = || {
        let mut command = workshop.ours(&["check", "--only", "secrets", "--all-files", "--format", "json"]);
        take(command.arg(&sources.folder), &[0, 1])
    };
    let mut rows = Vec::new();
    let gitleaks = workshop.programs.gitleaks.clone();
    let taken = pairs(rounds.pairs, &mut ours, &mut || {
        let mut command = workshop.command(&gitleaks);
        command.args([
            "dir",
            "--no-banner",
            "--exit-code=0",
            "--log-level=error",
            "--report-format=json",
            "--report-path=-",
        ]);
        take(command.arg(&sources.folder), &[0])
    })?;
    rows.push(row(
        "secrets in a tree of real source against gitleaks",
        Unit::Milliseconds,
        &taken,
        |took| took.wall,
        Some(Aim::RatioAtMost(0.2)),
    ));
    rows.push(row(
        "the same, processor time",
        Unit::Milliseconds,
        &taken,
        |took| took.processor,
        Some(Aim::RatioAtMost(0.2)),
    ));
    rows.push(row("the same, memory at most", Unit::Megabytes, &taken, |took| took.peak, None));
    let mut how = vec![
        format!("{} files of the crates that cargo has fetched, {} MB, warm in memory; outside any repository, every file looked at. {} pairs.", sources.files, sources.bytes / 1_000_000, rounds.pairs),
        "Ours is `smart-begin check --only secrets --all-files --format json`, from the start of the process to its end; gitleaks is `gitleaks dir` with its own rules and a JSON report. Neither is told of the other's findings.".to_owned(),
    ];
    match &workshop.programs.kingfisher {
        None => how.push("kingfisher is not installed (`./scripts/setup-test-tools`): NOT MEASURED.".to_owned()),
        Some(kingfisher) => {
            let taken = pairs(rounds.pairs, &mut ours, &mut || king(workshop, kingfisher, &sources.folder))?;
            rows.push(row(
                "the same against kingfisher",
                Unit::Milliseconds,
                &taken,
                |took| took.wall,
                Some(Aim::RatioAtMost(1.0)),
            ));
            rows.push(row("the same, processor time", Unit::Milliseconds, &taken, |took| took.processor, None));
            rows.push(row("the same, memory at most", Unit::Megabytes, &taken, |took| took.peak, None));
            how.push("kingfisher runs with its cache of compiled rules warm, validates nothing and asks nothing over the network.".to_owned());
        }
    }
    Ok(Section { title: "Secrets".to_owned(), rows, how, where_it_goes: Vec::new() })
}

fn king(workshop: &Workshop<'_>, kingfisher: &Path, folder: &Path) -> Result<Took, Failure> {
    let mut command = workshop.command(kingfisher);
    command.arg("scan").arg(folder);
    command.args([
        "--no-validate",
        "--no-update-check",
        "--confidence=low",
        "--git-history=none",
        "--format=json",
        "--quiet",
    ]);
    take(&mut command, &[0, 200])
}

/// One figure of the pairs as a row.
pub(super) fn row(
    subject: &str,
    unit: Unit,
    taken: &[(Took, Took)],
    figure: fn(&Took) -> f64,
    aim: Option<Aim>,
) -> Row {
    let pairs = taken.iter().map(|(ours, peer)| (figure(ours), figure(peer))).collect();
    Row::of(subject, unit, &Pairs::measured(pairs), aim)
}
