//! `cargo xtask`: the chores of this repository that a shell script would do worse.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "printing is what it is for")]
#![allow(clippy::disallowed_methods, reason = "it runs tools")]

use std::process::ExitCode;

use xtask::{Failure, access_table, alerts, compliance, coverage, scorecard, tidy};
#[cfg(unix)]
use xtask::{bench, fuzz};

const USAGE: &str = "Usage: cargo xtask COMMAND

Commands:
  tidy          check the structure of the repository (floors, cycles, sizes, names)
  coverage      run all tests once, measured, and write target/coverage.json
  scorecard     grade the repository against scorecard.toml; uses target/coverage.json
  security-report  write docs/reports/security.md: how the shipped production profile stands
  access-table  write the tables of docs/access-control.md and docs/audit.md from the code
  alerts        write the rules, routing, dashboard and index of the runbook from config/slos.toml
  fuzz          run every parser on bytes nobody wrote: [--seconds N] [TARGET]..., 10 seconds each unless told otherwise
  ship          freeze the blueprints whose version was not shipped yet
  bench         measure beside the peers and write docs/reports/performance.md; --quick just prints a short run";

/// The engine knows how; it is built only when this is asked for.
fn ship() -> Result<(), Failure> {
    let arguments = ["run", "--quiet", "--package", "blueprint", "--example", "ship"];
    let status = std::process::Command::new(env!("CARGO")).args(arguments).status();
    match status {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(Failure::because("the versions are not frozen", status)),
        Err(fault) => Err(Failure::because("cargo does not start", fault)),
    }
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let outcome = match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["tidy"] => tidy::run(),
        ["coverage"] => coverage::run(),
        ["scorecard"] => scorecard::run(),
        ["ship"] => ship(),
        ["security-report"] => compliance::report(),
        ["access-table"] => access_table::run(),
        ["alerts"] => alerts::run(),
        #[cfg(unix)]
        ["bench"] => bench::run(bench::Length::Full),
        #[cfg(unix)]
        ["bench", "--quick"] => bench::run(bench::Length::Quick),
        #[cfg(unix)]
        ["fuzz", wishes @ ..] => fuzz::run(wishes),
        ["help" | "--help" | "-h"] => {
            println!("{USAGE}");
            Ok(())
        }
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure(why)) => {
            eprintln!("{why}");
            ExitCode::FAILURE
        }
    }
}
