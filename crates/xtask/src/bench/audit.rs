//! What the audit trail costs: entries against plain rows, and a long log verified and proved from.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use serde::Deserialize;

use super::report::Section;
use super::row::{Aim, Row, Unit, figure};
use super::statistics::Pairs;
use super::workshop::{Workshop, run, time};
use crate::{Failure, tool};

/// How often, and how long the long log is.
pub(super) struct Rounds {
    pub(super) pairs: usize,
    pub(super) entries: usize,
}

/// What `crates/app/benches/audit.rs` tells, by name.
struct Told(BTreeMap<String, Pairs>);

#[derive(Deserialize)]
struct Line {
    figure: String,
    pairs: Vec<(f64, f64)>,
}

/// Measures all rows.
pub(super) fn measure(workshop: &Workshop<'_>, rounds: &Rounds) -> Result<Section, Failure> {
    let folder = workshop.path("audit");
    std::fs::create_dir(&folder).map_err(|fault| Failure::because("a folder of the run", fault))?;
    let told = Told::read(&run(&mut inside(&folder, rounds))?)?;
    let of = |subject: &str, unit, name: &str, aim| Ok::<Row, Failure>(Row::of(subject, unit, told.get(name)?, aim));
    let (proof, verify) = (told.get("proof")?, verify(workshop, &folder.join("long"), told.get("plain-read")?)?);
    let rows = vec![
        of(
            "entries of the audit log, 128 a transaction, in memory, against the same rows by SQLite alone",
            Unit::EntriesPerSecond,
            "append/memory",
            Some(Aim::RatioAtLeast(0.7)),
        )?,
        of("the same on the disk", Unit::EntriesPerSecond, "append/disk", None)?,
        of(
            "16 callers who each wait for an entry, in memory, against a row without one",
            Unit::CallsPerSecond,
            "callers/memory",
            None,
        )?,
        of("the same on the disk", Unit::CallsPerSecond, "callers/disk", None)?,
        of("the same in memory, processor time a call", Unit::Microseconds, "callers-processor/memory", None)?,
        of(
            "looking at something with its line of the access log, against the question whether one may, processor time",
            Unit::Microseconds,
            "looked",
            None,
        )?,
        Row::of(
            format!("`audit verify` of {} entries, against reading and hashing them", rounds.entries),
            Unit::Milliseconds,
            &verify,
            Some(Aim::OursBelow(3_000.0)),
        ),
        Row::of(
            format!("a proof that an entry is among {}, against reading the entry", rounds.entries),
            Unit::Milliseconds,
            proof,
            Some(Aim::OursBelow(1.0)),
        ),
    ];
    let where_it_goes = where_it_goes(&told)?;
    Ok(Section { title: "What the audit trail costs".to_owned(), rows, how: how(rounds), where_it_goes })
}

/// What measures inside one process, as fast as it is shipped.
fn inside(folder: &Path, rounds: &Rounds) -> Command {
    let mut command = tool::command("cargo");
    // With the program, so that both are built of the same crates.
    command.current_dir(tool::root()).args([
        "bench",
        "--quiet",
        "-p",
        "app",
        "-p",
        "smart-begin",
        "--bench",
        "audit",
        "--",
    ]);
    command.arg(folder).arg(rounds.pairs.to_string()).arg(rounds.entries.to_string());
    command
}

/// Our program on the long log, each time with the time that plain reading took.
fn verify(workshop: &Workshop<'_>, folder: &Path, plain: &Pairs) -> Result<Pairs, Failure> {
    let ours = |arguments: &[&str]| {
        let mut command = workshop.ours(arguments);
        command.env("SMART_BEGIN_DATA_DIR", folder);
        command
    };
    run(&mut ours(&["audit", "checkpoint"]))?;
    let taken = (0..plain.rounds()).map(|_| Ok((time(&mut ours(&["audit", "verify"]))?, plain.peer())));
    Ok(Pairs::measured(taken.collect::<Result<_, Failure>>()?))
}

impl Told {
    fn read(text: &str) -> Result<Self, Failure> {
        let lines = text.lines().filter(|line| line.starts_with('{'));
        let read = lines.map(|line| {
            let line: Line = serde_json::from_str(line).map_err(|fault| Failure::because("a figure", fault))?;
            Ok((line.figure, Pairs::measured(line.pairs)))
        });
        read.collect::<Result<_, Failure>>().map(Self)
    }

    fn get(&self, figure: &str) -> Result<&Pairs, Failure> {
        self.0.get(figure).ok_or_else(|| Failure(format!("the bench of the audit log did not tell {figure}")))
    }
}

fn where_it_goes(told: &Told) -> Result<Vec<String>, Failure> {
    let (memory, disk) = (told.get("callers/memory")?, told.get("callers/disk")?);
    let waits = |rate: f64, without_disk: f64| figure(16.0 * 1e3 * (1.0 / rate - 1.0 / without_disk));
    let more = told.get("callers-processor/memory")?;
    Ok(vec![
        format!(
            "Of 16 callers at once, each waits {} ms for the disk with an entry and {} ms with a plain row; callers share a flush, and an entry has none of its own.",
            waits(disk.ours(), memory.ours()),
            waits(disk.peer(), memory.peer())
        ),
        format!(
            "An entry costs {} µs of processor time more than a plain row: it is made and encoded, hashed, put into four indexes, and the tree goes on.",
            figure(more.ours() - more.peer())
        ),
    ])
}

fn how(rounds: &Rounds) -> Vec<String> {
    vec![
        "Both sides run in one process, `crates/app/benches/audit.rs`, built as the program is. In memory means /dev/shm: there nobody waits for a disk.".to_owned(),
        format!("SQLite alone has the same table with the same checks and indexes, the same settings (every commit is flushed), prepared statements, and no tree: 8,192 rows in 64 transactions, {} pairs.", rounds.pairs),
        "Callers: 16 threads, 400 calls each; a call returns when what it wrote is durable. The store gathers those who wait into one transaction. The plain row is one of the access log, which nothing is hashed for.".to_owned(),
        "Looking: 15,000 calls that are allowed to look, from the question to the line on the disk. Lines are written in batches: nobody waits for them, and a crash loses a second at most.".to_owned(),
        "The long log is verified by the program as people call it, from the start of the process to its end, after a checkpoint was signed. Proofs: 1,001 of entries all over the log.".to_owned(),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_bench_tells_is_read_and_what_it_leaves_out_is_missed() {
        let told = Told::read("noise\n{\"figure\":\"append/memory\",\"pairs\":[[2.0,4.0],[3.0,4.0]]}\n").unwrap();
        assert_eq!((told.get("append/memory").unwrap().ours(), told.0.len()), (2.5, 1));
        assert!(told.get("proof").is_err());
        assert!(Told::read("{\"figure\":1}").is_err());
    }
}
