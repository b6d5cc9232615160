//! A large SBOM, and a tree of many files.

use super::ground;
use super::rounds::Rounds;
use super::secrets::row;
use super::timed::{pairs, take};
use crate::Failure;
use crate::bench::report::Section;
use crate::bench::row::{Aim, Unit};
use crate::bench::workshop::Workshop;

/// Millions of bytes of the SBOM.
const SBOM: usize = 10;

pub(super) fn measure(workshop: &Workshop<'_>, rounds: &Rounds) -> Result<Section, Failure> {
    let (sbom, packages) = ground::sbom(workshop, SBOM)?;
    let of_sbom = pairs(
        rounds.pairs,
        &mut || {
            let mut command =
                workshop.ours(&["check", "--only", "vulnerabilities", "--all-files", "--offline", "--format", "json"]);
            take(command.arg(&sbom), &[0, 1])
        },
        &mut || {
            let mut command = workshop.command(&workshop.programs.osv_scanner);
            command
                .args(["scan", "source", "--offline", "--format=json", "--verbosity=error", "--lockfile"])
                .arg(sbom.join("bom.json"));
            for variable in ["OSV_SCANNER_LOCAL_DB_CACHE_DIRECTORY", "OSV_SCALIBR_LOCAL_DB_CACHE_DIRECTORY"] {
                command.env(variable, workshop.path("databases"));
            }
            // Without advisories it ends with 127 once it has read the file.
            take(&mut command, &[0, 1, 127, 128])
        },
    )?;
    let tree = ground::so_many(workshop, "tree", rounds.files)?;
    let quick = |depth: &'static str| {
        let folder = tree.folder.clone();
        move || {
            let mut command = workshop.ours(&["analyze", "--depth", depth, "--format", "json"]);
            take(command.arg(&folder), &[0, 1])
        }
    };
    let analysed = pairs(rounds.pairs, &mut quick("quick"), &mut quick("standard"))?;
    let rows = vec![
        row(
            "an SBOM of 10 MB, memory at most, against osv-scanner",
            Unit::Megabytes,
            &of_sbom,
            |took| took.peak,
            Some(Aim::OursBelow(200.0)),
        ),
        row("the same, time", Unit::Milliseconds, &of_sbom, |took| took.wall, None),
        row(
            "`analyze --depth quick` of many files, against `--depth standard`",
            Unit::Milliseconds,
            &analysed,
            |took| took.wall,
            Some(Aim::OursBelow(1_000.0)),
        ),
        row("the same, memory at most", Unit::Megabytes, &analysed, |took| took.peak, None),
    ];
    let how = vec![
        format!("The SBOM is CycloneDX with {packages} packages. {} pairs.", rounds.pairs),
        format!(
            "The tree that is analysed has {} files, {} MB, of the crates that cargo has fetched.",
            tree.files,
            tree.bytes / 1_000_000
        ),
    ];
    Ok(Section { title: "Large input".to_owned(), rows, how, where_it_goes: Vec::new() })
}
