//! The project's own gates, with the upgrades in place. They are the project's code.

use super::copy::Copy;
use super::refresh::{self, Workshop};
use super::report::{GateOutcome, GateRun};
use super::tools::{Job, Tools, Trouble, last_lines};
use crate::check::FixNetwork;

const MINUTES: u64 = 15;

/// What there is to run.
pub(super) struct Gate {
    program: &'static str,
    arguments: &'static [&'static str],
}

impl Gate {
    fn shown(&self) -> String {
        [&[self.program], self.arguments].concat().join(" ")
    }
}

/// The gates of a project: `make check`, as the projects have that are begun here, or else the tests of its stacks.
pub(super) fn of(copy: &Copy) -> Vec<Gate> {
    let text = |name: &str| copy.read(name).unwrap_or_default();
    if ["Makefile", "makefile", "GNUmakefile"].iter().any(|name| has_check(&text(name))) {
        return vec![Gate { program: "make", arguments: &["check"] }];
    }
    let mut gates = Vec::new();
    if !text("Cargo.toml").is_empty() {
        gates.push(Gate { program: "cargo", arguments: &["test", "--quiet", "--locked", "--offline"] });
    }
    if !text("go.mod").is_empty() {
        gates.push(Gate { program: "go", arguments: &["test", "./..."] });
    }
    if has_test(&text("package.json")) {
        gates.push(Gate { program: "npm", arguments: &["test"] });
    }
    gates
}

fn has_check(makefile: &str) -> bool {
    makefile.lines().any(|line| line.strip_prefix("check").is_some_and(|rest| rest.trim_start().starts_with(':')))
}

fn has_test(manifest: &str) -> bool {
    let manifest: Option<serde_json::Value> = serde_json::from_str(manifest).ok();
    let test = manifest.as_ref().and_then(|manifest| manifest.get("scripts")?.get("test")?.as_str());
    test.is_some_and(|test| !test.contains("no test specified"))
}

/// Runs them, up to the first that fails.
pub(super) fn run(shop: Workshop<'_>, gates: &[Gate]) -> Result<Vec<GateRun>, Trouble> {
    if shop.network {
        refresh::fetch(shop)?;
    }
    let mut runs = Vec::new();
    for gate in gates {
        let run = one(shop.tools, shop.copy, gate)?;
        let failed = run.outcome == GateOutcome::Failed;
        runs.push(run);
        if failed {
            break;
        }
    }
    Ok(runs)
}

fn one(tools: &Tools<'_>, copy: &Copy, gate: &Gate) -> Result<GateRun, Trouble> {
    let folder = copy.folder();
    let mut job = Job::new(gate.program, gate.arguments.iter().copied(), &folder);
    job.network = tools.settings.network == FixNetwork::Gates;
    job.minutes = MINUTES;
    job.foreign = Some(copy.scratch()?);
    job.variables = vec![("CI", "true".to_owned()), ("GOTOOLCHAIN", "local".to_owned()), ("NO_COLOR", "1".to_owned())];
    let ended = tools.start(job)?;
    let outcome = if ended.end.is_good() { GateOutcome::Passed } else { GateOutcome::Failed };
    let output = match outcome {
        GateOutcome::Passed => String::new(),
        GateOutcome::Failed => {
            let (out, err) = (last_lines(ended.stdout.bytes(), 30), last_lines(ended.stderr.bytes(), 30));
            format!("{out}\n{err}\n{}", ended.end).trim().to_owned()
        }
    };
    Ok(GateRun { command: gate.shown(), outcome, seconds: ended.took.as_secs(), output })
}
