//! Faults at chosen system calls of the real program, injected by strace.
//!
//! strace counts calls by thread and by kind, so a step is "the third `write` of a thread". The threads are told apart
//! by file where that matters: a step may count only the calls on one file.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use testkit::{Outcome, Run};

use crate::program::{Home, PROGRAM};

/// Every call that changes what is on a disk. Those that a machine does not have are passed over.
const WRITING: &str = "?mkdir,?mkdirat,?openat,?openat2,?creat,?write,?writev,?pwrite64,?pwritev,?pwritev2,?fsync,?fdatasync,?syncfs,\
    ?sync_file_range,?rename,?renameat,?renameat2,?link,?linkat,?symlink,?symlinkat,?unlink,?unlinkat,?rmdir,?truncate,\
    ?ftruncate,?fallocate,?chmod,?fchmod,?fchmodat,?copy_file_range,?sendfile";

/// One write step of a run.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Step {
    /// The system call.
    pub(crate) call: String,
    /// Which of the calls of its kind in a thread, from 1.
    pub(crate) number: usize,
    /// The file, relative to the home's root, whose calls alone are counted; all where there is none.
    pub(crate) only: Option<String>,
}

#[derive(Clone, Debug)]
pub(crate) struct Strace(PathBuf);

impl Strace {
    /// strace, where it is there and allowed to trace; else the test is skipped.
    pub(crate) fn find() -> Option<Self> {
        let program = testkit::tool("strace")?;
        let outcome = Run::new(&program)
            .args(["-f", "-qq", "-o", "/dev/null", "-e", "inject=write:delay_exit=1:when=1", "true"])
            .run();
        if !outcome.ok() {
            testkit::skip(&format!("strace may not trace here: {}", outcome.stderr));
            return None;
        }
        Some(Self(program))
    }

    /// The program under strace. Options of strace and the arguments of the program are still to come.
    fn trace(&self, home: &Home, output: &Path) -> Run {
        // A build that measures coverage would else write into the working folder at its end.
        let run = home.house(Run::new(&self.0)).env("LLVM_PROFILE_FILE", "/dev/null");
        run.args(["-f", "-qq", "-o"]).arg(output).args(["-e", &format!("trace={WRITING}")])
    }

    /// Every write step of a run of the program with these arguments.
    pub(crate) fn steps(&self, home: &Home, arguments: &[&str], only: Option<&str>) -> Vec<Step> {
        let output = home.root().join("trace");
        let mut run = self.trace(home, &output);
        if let Some(file) = only {
            run = run.arg("-P").arg(home.root().join(file));
        }
        let _ = run.arg(PROGRAM).args(arguments).run().expect_ok();
        let trace = std::fs::read_to_string(&output).unwrap();
        let found = steps_in(&trace, home.root(), only);
        assert!(!found.is_empty(), "{trace}");
        found
    }

    /// The program, with `fault` (as strace's `inject` knows it) at `step`.
    pub(crate) fn run_with(&self, home: &Home, step: &Step, fault: &str, arguments: &[&str]) -> Outcome {
        let mut run = self.trace(home, Path::new("/dev/null"));
        if let Some(file) = &step.only {
            run = run.arg("-P").arg(home.root().join(file));
        }
        let inject = format!("inject={}:{fault}:when={}", step.call, step.number);
        run.args(["-e", &inject, PROGRAM]).args(arguments).run()
    }

    /// The words that start `program` with each of these faults.
    pub(crate) fn words(&self, faults: &[&str]) -> Vec<String> {
        let start = [self.0.to_str().unwrap(), "-f", "-qq", "-o", "/dev/null"];
        let faults = faults.iter().flat_map(|fault| ["-e", fault]);
        start.into_iter().chain(faults).map(str::to_owned).collect()
    }
}

fn steps_in(trace: &str, root: &Path, only: Option<&str>) -> Vec<Step> {
    let mut counted: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    let mut steps = BTreeSet::new();
    for line in trace.lines() {
        let Some((thread, rest)) = line.split_once(' ') else { continue };
        let Some((call, arguments)) = rest.trim_start().split_once('(') else { continue };
        if !call.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
            continue;
        }
        let number = counted.entry((thread, call)).or_default();
        *number += 1;
        if writes(call, arguments, root) {
            steps.insert(Step { call: call.to_owned(), number: *number, only: only.map(str::to_owned) });
        }
    }
    steps.into_iter().collect()
}

/// Opening to read changes nothing; the loader, the kernel's own files and the like are not the program's.
fn writes(call: &str, arguments: &str, root: &Path) -> bool {
    let opens = call == "openat" || call == "openat2";
    let writing = ["O_WRONLY", "O_RDWR", "O_CREAT"].iter().any(|flag| arguments.contains(flag));
    let elsewhere =
        arguments.split('"').nth(1).is_some_and(|path| path.starts_with('/') && !Path::new(path).starts_with(root));
    !opens || writing && !elsewhere
}

/// About `count` of the steps: of each kind the first, the last and an even share between.
pub(crate) fn spread(steps: Vec<Step>, count: usize) -> Vec<Step> {
    let all = steps.len();
    if all <= count {
        return steps;
    }
    let mut kinds: BTreeMap<(String, Option<String>), Vec<Step>> = BTreeMap::new();
    for step in steps {
        kinds.entry((step.call.clone(), step.only.clone())).or_default().push(step);
    }
    let share = |of: usize| (of * count).div_ceil(all).max(3).min(of);
    kinds.into_values().flat_map(|kind| evenly(&kind, share(kind.len()))).collect()
}

fn evenly(steps: &[Step], count: usize) -> Vec<Step> {
    let at = |index: usize| if count == 1 { 0 } else { index * (steps.len() - 1) / (count - 1) };
    (0..count).map(|index| steps[at(index)].clone()).collect()
}
