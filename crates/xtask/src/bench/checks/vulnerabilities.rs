//! Known vulnerabilities: ours and osv-scanner, both without a network, on the same lockfiles and the same advisories.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use domain::Ecosystem;

use super::rounds::Rounds;
use super::secrets::row;
use super::timed::{pairs, take};
use super::{ground, index};
use crate::bench::report::Section;
use crate::bench::row::{Aim, Unit};
use crate::bench::workshop::{Workshop, run};
use crate::{Failure, tool};

/// Lockfiles that are checked.
const LOCKFILES: usize = 300;

/// The folder with real advisories; it is no part of the repository.
pub(super) fn advisories() -> Option<PathBuf> {
    let named = env::var_os("SMART_BEGIN_ADVISORIES").map(PathBuf::from);
    named.or_else(|| Some(tool::root().parent()?.join("shared/advisories"))).filter(|folder| folder.is_dir())
}

pub(super) fn measure(workshop: &Workshop<'_>, rounds: &Rounds) -> Result<Section, Failure> {
    let title = "Known vulnerabilities".to_owned();
    let Some(advisories) = advisories() else {
        let how = vec!["The advisories of `../shared/advisories` are not here: NOT MEASURED.".to_owned()];
        return Ok(Section { title, how, ..Section::default() });
    };
    let (folder, count) = ground::lockfiles(workshop, LOCKFILES)?;
    run(workshop.ours(&["advisories", "update", "--from"]).arg(&advisories))?;
    let databases = lay_out(workshop, &advisories)?;
    let taken = pairs(
        rounds.pairs,
        &mut || {
            let mut command =
                workshop.ours(&["check", "--only", "vulnerabilities", "--all-files", "--offline", "--format", "json"]);
            take(command.arg(&folder), &[0, 1])
        },
        &mut || {
            let mut command = workshop.command(&workshop.programs.osv_scanner);
            command
                .args(["scan", "source", "--recursive", "--offline", "--format=json", "--verbosity=error"])
                .arg(&folder);
            for variable in ["OSV_SCANNER_LOCAL_DB_CACHE_DIRECTORY", "OSV_SCALIBR_LOCAL_DB_CACHE_DIRECTORY"] {
                command.env(variable, &databases);
            }
            take(&mut command, &[0, 1])
        },
    )?;
    let mut rows = vec![
        row(
            "vulnerabilities in lockfiles against `osv-scanner --offline`",
            Unit::Milliseconds,
            &taken,
            |took| took.wall,
            Some(Aim::RatioAtMost(0.1)),
        ),
        row("the same, processor time", Unit::Milliseconds, &taken, |took| took.processor, None),
        row("the same, memory at most", Unit::Megabytes, &taken, |took| took.peak, None),
    ];
    rows.push(index::measure(workshop, rounds.pairs)?);
    let how = vec![
        format!("{count} files `Cargo.lock` of crates that cargo has fetched, each in a folder of its own; the same advisories (`../shared/advisories`, three ecosystems). {} pairs.", rounds.pairs),
        "Ours reads the index that `smart-begin advisories update` made beforehand; osv-scanner reads its own archives at each start, as it always does without a network.".to_owned(),
        "Opening: all three indexes, against reading their bytes, in one process (`crates/dependencies/benches/advisories.rs`).".to_owned(),
    ];
    Ok(Section { title, rows, how, where_it_goes: Vec::new() })
}

/// The advisories where osv-scanner looks for them.
fn lay_out(workshop: &Workshop<'_>, advisories: &Path) -> Result<PathBuf, Failure> {
    let databases = workshop.path("databases");
    let failed = |fault| Failure::because("the advisories", fault);
    for entry in fs::read_dir(advisories).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let archive = entry.path().join("all.zip");
        if !archive.is_file() {
            continue;
        }
        let name = entry.file_name().to_string_lossy().into_owned();
        let name = if name == "cargo" { Ecosystem::CARGO } else { &name };
        for program in ["osv-scanner", "osv-scalibr"] {
            let to = databases.join(program).join(name);
            fs::create_dir_all(&to).and_then(|()| fs::copy(&archive, to.join("all.zip"))).map_err(failed)?;
        }
    }
    Ok(databases)
}
