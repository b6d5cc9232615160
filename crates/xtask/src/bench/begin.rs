//! Beginning a project, its repository and its durable record included, against those who copy or render one.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::programs::Programs;
use super::project::{Project, new_arguments};
use super::report::Section;
use super::row::{Aim, Row, Unit, figure};
use super::statistics::{Pairs, median};
use super::traced::{Flushes, flushes};
use super::workshop::{Workshop, run, time};
use crate::Failure;

/// `cp -r` and a first commit, in one shell.
const COPY_AND_COMMIT: &str =
    "cp -r \"$1\" \"$2\" && cd \"$2\" && git init -q -b main && git add -A && git commit -q -m 'Begin the project'";
/// Where Linux keeps files in memory.
const IN_MEMORY: &str = "/dev/shm";

/// How often each pair is measured.
pub(super) struct Rounds {
    pub(super) copy: usize,
    pub(super) engines: usize,
}

/// Measures all rows.
pub(super) fn measure(workshop: &Workshop<'_>, project: &Project, rounds: &Rounds) -> Result<Section, Failure> {
    let copier = project.copier_template(workshop)?;
    let cookiecutter = project.cookiecutter_template(workshop)?;
    check_all(workshop, project, &copier, &cookiecutter)?;
    let programs = workshop.programs;
    let pair = |rounds, peer: &dyn Fn() -> Command| {
        Pairs::measure(rounds, || settled(workshop, &mut begin(workshop).0), || settled(workshop, &mut peer()))
    };
    let against_copy = pair(rounds.copy, &|| copy_and_commit(workshop, project).0)?;
    let against_copier = pair(rounds.engines, &|| run_copier(workshop, &copier).0)?;
    let against_cookiecutter = pair(rounds.engines, &|| run_cookiecutter(workshop, &cookiecutter).0)?;
    let row = |subject: &str, pairs: &Pairs, aim| Row::of(subject, Unit::Milliseconds, pairs, aim);
    let rows = vec![
        row("`new` against `cp -r` and `git init`, `add`, `commit`", &against_copy, Some(Aim::RatioAtMost(0.5))),
        row("`new` against copier", &against_copier, Some(Aim::RatioAtMost(1.0 / 30.0))),
        row("`new` against cookiecutter", &against_cookiecutter, Some(Aim::RatioAtMost(1.0 / 12.0))),
    ];
    let mut section =
        Section { title: "Beginning a project".to_owned(), rows, how: how(project, rounds), where_it_goes: Vec::new() };
    section.rows.extend(in_memory(programs, rounds)?);
    section.where_it_goes = where_it_goes(workshop, rounds.copy.min(7), against_copy.ours())?;
    Ok(section)
}

/// The same comparison where no disk is waited for; nothing where there is no such place.
fn in_memory(programs: &Programs, rounds: &Rounds) -> Result<Option<Row>, Failure> {
    if !Path::new(IN_MEMORY).is_dir() {
        return Ok(None);
    }
    let workshop = Workshop::new(programs, Some(Path::new(IN_MEMORY)))?;
    let project = Project::begin(&workshop)?;
    let ours = || time(&mut begin(&workshop).0);
    let pairs = Pairs::measure(rounds.copy, ours, || time(&mut copy_and_commit(&workshop, &project).0))?;
    Ok(Some(Row::of("the same as the first row, in memory (tmpfs)", Unit::Milliseconds, &pairs, None)))
}

fn settled(workshop: &Workshop<'_>, command: &mut Command) -> Result<f64, Failure> {
    workshop.settle()?;
    time(command)
}

/// That all of them make the same files, before anyone is measured.
fn check_all(workshop: &Workshop<'_>, project: &Project, copier: &Path, cookiecutter: &Path) -> Result<(), Failure> {
    let ways = [
        ("smart-begin", begin(workshop)),
        ("cp", copy_and_commit(workshop, project)),
        ("copier", run_copier(workshop, copier)),
        ("cookiecutter", run_cookiecutter(workshop, cookiecutter)),
    ];
    for (who, (mut command, folder)) in ways {
        run(&mut command)?;
        project.check_same(&folder, who)?;
    }
    Ok(())
}

fn begin(workshop: &Workshop<'_>) -> (Command, PathBuf) {
    let folder = workshop.fresh();
    let mut command = workshop.ours(&new_arguments());
    command.arg("--dir").arg(&folder);
    (command, folder)
}

fn copy_and_commit(workshop: &Workshop<'_>, project: &Project) -> (Command, PathBuf) {
    let folder = workshop.fresh();
    let mut command = workshop.command(Path::new("sh"));
    command.args(["-c", COPY_AND_COMMIT, "sh"]).arg(&project.folder).arg(&folder);
    (command, folder)
}

fn run_copier(workshop: &Workshop<'_>, template: &Path) -> (Command, PathBuf) {
    let folder = workshop.fresh();
    let mut command = workshop.command(&workshop.programs.copier);
    command.args(["copy", "--quiet", "--defaults"]).arg(template).arg(&folder);
    (command, folder)
}

fn run_cookiecutter(workshop: &Workshop<'_>, template: &Path) -> (Command, PathBuf) {
    let folder = workshop.fresh();
    let mut command = workshop.command(&workshop.programs.cookiecutter);
    command.args(["--no-input", "--output-dir"]).arg(&folder).arg(template);
    (command, folder.join(super::project::NAME))
}

fn how(project: &Project, rounds: &Rounds) -> Vec<String> {
    let (files, bytes) = (project.files.len(), project.bytes().div_ceil(1000));
    vec![
        format!("One project of {files} files, {bytes} kB: `smart-begin new`, from the start of the process to its end, on a disk. Before anything is measured, all four ways are checked to make the same bytes."),
        "Ours renders every template, makes the repository with its first commit, records the beginning and the end in SQLite (two commits that wait for the disk), and waits until the project is on the disk (`syncfs`). None of the others waits for the disk at all.".to_owned(),
        "`cp -r` copies the finished files; git then makes the repository: four processes in one shell, with no settings but the author.".to_owned(),
        "copier and cookiecutter render one file (`README.md`) and copy all others as they are, which favours them, and make no repository. They are started by their own program, not by a script around it.".to_owned(),
        format!("{} pairs with `cp`, {} with each of the others. What was written before is brought to the disk before each measurement begins, so that `syncfs` does not wait for somebody else's files; what other programs on the machine write meanwhile it does wait for.", rounds.copy, rounds.engines),
    ]
}

/// What a begin is made of, in milliseconds.
fn where_it_goes(workshop: &Workshop<'_>, times: usize, whole: f64) -> Result<Vec<String>, Failure> {
    let many = |command: &dyn Fn() -> Command| -> Result<f64, Failure> {
        let taken = (0..times).map(|_| settled(workshop, &mut command())).collect::<Result<Vec<_>, _>>()?;
        Ok(median(&taken))
    };
    let start = many(&|| workshop.ours(&["--version"]))?;
    let plan = many(&|| {
        let mut command = begin(workshop).0;
        command.arg("--dry-run");
        command
    })?;
    let mut lines = vec![
        format!("The median begin against `cp` took {} ms in all.", figure(whole)),
        format!("{} ms: the process starts and ends (`--version`).", figure(start)),
        format!("{} ms: that, opens the store, renders and hashes every file, and prints (`--dry-run`).", figure(plan)),
    ];
    let Some(strace) = &workshop.programs.strace else {
        lines.push("Waiting for the disk was not told apart: strace is missing.".to_owned());
        return Ok(lines);
    };
    let traced = (0..times).map(|_| {
        workshop.settle()?;
        flushes(workshop, strace, &begin(workshop).0)
    });
    let traced = traced.collect::<Result<Vec<Flushes>, Failure>>()?;
    for name in Flushes::NAMES {
        let count = median(&traced.iter().map(|flushes| flushes.count(name)).collect::<Vec<_>>());
        let waited = median(&traced.iter().map(|flushes| flushes.milliseconds(name)).collect::<Vec<_>>());
        if count > 0.0 {
            lines.push(format!(
                "{} ms: waits for the disk in {count} calls of `{name}` (timed by strace in runs of their own).",
                figure(waited)
            ));
        }
    }
    lines.push("The rest: makes the first commit and writes the files.".to_owned());
    Ok(lines)
}
