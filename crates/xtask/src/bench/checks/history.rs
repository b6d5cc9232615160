//! Secrets in all of a history: ours and gitleaks.

use std::path::Path;

use super::ground::{self, Sources};
use super::rounds::Rounds;
use super::secrets::row;
use super::timed::{pairs, take};
use crate::Failure;
use crate::bench::report::Section;
use crate::bench::row::{Aim, Unit};
use crate::bench::workshop::{Workshop, run};

pub(super) fn measure(workshop: &Workshop<'_>, sources: &Sources, rounds: &Rounds) -> Result<Section, Failure> {
    let (folder, commits) = ground::history(workshop, sources, rounds.commits)?;
    // As a clone has it: in packs.
    run(workshop.command(Path::new("git")).current_dir(&folder).args(["-c", "gc.auto=0", "repack", "-adq"]))?;
    run(workshop.command(Path::new("git")).current_dir(&folder).args(["reset", "--hard", "--quiet"]))?;
    let mut ours = || {
        // How far it got is kept in the data folder: each run starts from the first commit.
        let data = workshop.fresh();
        let mut command = workshop.ours(&["check", "--only", "secrets", "--history", "--format", "json"]);
        take(command.arg(&folder).env("SMART_BEGIN_DATA_DIR", data), &[0, 1])
    };
    let taken = pairs(rounds.pairs, &mut ours, &mut || {
        let mut command = workshop.command(&workshop.programs.gitleaks);
        command.args([
            "git",
            "--no-banner",
            "--exit-code=0",
            "--log-level=error",
            "--report-format=json",
            "--report-path=-",
        ]);
        take(command.arg(&folder), &[0])
    })?;
    let rows = vec![
        row(
            "secrets in a whole history against `gitleaks git`",
            Unit::Milliseconds,
            &taken,
            |took| took.wall,
            Some(Aim::RatioAtMost(0.4)),
        ),
        row("the same, processor time", Unit::Milliseconds, &taken, |took| took.processor, None),
        row("the same, memory at most", Unit::Megabytes, &taken, |took| took.peak, None),
    ];
    let how = vec![
        format!("A repository of {commits} commits in one pack: each brings a file of the same sources, or changes two lines of one. {} pairs.", rounds.pairs),
        "Ours looks at every version of every file, and at the working folder besides; it keeps how far it got, and is made to forget that before each run. gitleaks reads `git log -p`, whose git is not counted in its processor time here unless it waited for it.".to_owned(),
    ];
    Ok(Section { title: "Secrets in a history".to_owned(), rows, how, where_it_goes: Vec::new() })
}
