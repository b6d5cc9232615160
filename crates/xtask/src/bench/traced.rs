//! Where a process spends its time, as strace tells it. Only the calls asked for are stopped at, so that the rest of the
//! process runs nearly as fast as ever.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use super::workshop::{Workshop, run};
use crate::Failure;

/// How often and how long a process waited for the disk.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Flushes(BTreeMap<String, (u32, f64)>);

impl Flushes {
    /// The calls that wait for the disk.
    pub(super) const NAMES: [&str; 3] = ["fdatasync", "fsync", "syncfs"];

    /// How many calls of `name` there were.
    pub(super) fn count(&self, name: &str) -> f64 {
        self.0.get(name).map_or(0.0, |(count, _)| f64::from(*count))
    }

    /// How long they took together.
    pub(super) fn milliseconds(&self, name: &str) -> f64 {
        self.0.get(name).map_or(0.0, |(_, seconds)| seconds * 1e3)
    }

    /// From lines such as `812 fdatasync(7) = 0 <0.001234>`, also where a call was interrupted by another's line.
    fn read(trace: &str) -> Self {
        let mut flushes = Self::default();
        for line in trace.lines() {
            let name = Self::NAMES.into_iter().find(|name| {
                line.contains(&format!(" {name}("))
                    || line.starts_with(&format!("{name}("))
                    || line.contains(&format!("<... {name} resumed>"))
            });
            let seconds = line.rsplit_once('<').and_then(|(_, rest)| rest.strip_suffix('>')?.parse::<f64>().ok());
            if let (Some(name), Some(seconds)) = (name, seconds) {
                let entry = flushes.0.entry(name.to_owned()).or_default();
                *entry = (entry.0 + 1, entry.1 + seconds);
            }
        }
        flushes
    }
}

/// Runs `command` under strace.
pub(super) fn flushes(workshop: &Workshop<'_>, strace: &Path, command: &Command) -> Result<Flushes, Failure> {
    let calls = format!("trace={}", Flushes::NAMES.join(","));
    let trace = run_traced(workshop, strace, command, &["-T", "-e", &calls])?;
    Ok(Flushes::read(&trace))
}

fn run_traced(workshop: &Workshop<'_>, strace: &Path, command: &Command, options: &[&str]) -> Result<String, Failure> {
    let file = workshop.path("trace");
    let mut traced = workshop.command(strace);
    traced
        .args(["-f", "--seccomp-bpf"])
        .args(options)
        .arg("-o")
        .arg(&file)
        .arg("--")
        .arg(command.get_program())
        .args(command.get_args());
    run(&mut traced)?;
    fs::read_to_string(&file).map_err(|fault| Failure::because("the trace", fault))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_are_summed_by_call() {
        let trace = "812   fdatasync(7)                      = 0 <0.001000>
813   syncfs(9 <unfinished ...>
812   fdatasync(7)                      = 0 <0.002000>
813   <... syncfs resumed>)             = 0 <0.010000>
813   +++ exited with 0 +++
";
        let flushes = Flushes::read(trace);
        assert_eq!((flushes.count("fdatasync"), flushes.count("syncfs"), flushes.count("fsync")), (2.0, 1.0, 0.0));
        assert!((flushes.milliseconds("fdatasync") - 3.0).abs() < 1e-9);
        assert!((flushes.milliseconds("syncfs") - 10.0).abs() < 1e-9);
    }
}
