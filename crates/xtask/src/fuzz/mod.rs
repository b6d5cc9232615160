//! `cargo xtask fuzz`: every parser on bytes that nobody wrote, guided by which code they reach.
//!
//! Stable Rust can do it: the pass that counts edges and compares is part of the compiler, libFuzzer of a crate. What it lacks
//! is the address sanitizer, which code without `unsafe` has little need of. Faults of arithmetic are crashes here.
//! What was found to reach new code is kept in the build folder (`fuzz/TARGET/corpus`) and the next run starts from it.

mod build;
mod session;

use std::sync::Mutex;
use std::thread::{available_parallelism, scope};

use crate::Failure;
use session::{Outcome, Session};

/// What is asked for.
#[derive(Debug, PartialEq, Eq)]
pub struct Wishes {
    /// How long each target runs.
    pub seconds: u64,
    /// The targets; all, if none is named.
    pub targets: Vec<String>,
}

impl Wishes {
    /// Reads the arguments.
    ///
    /// # Errors
    /// What is no option, and no number of seconds.
    pub fn read(arguments: &[&str]) -> Result<Self, Failure> {
        let mut wishes = Self { seconds: 10, targets: Vec::new() };
        let mut arguments = arguments.iter();
        while let Some(argument) = arguments.next() {
            match *argument {
                "--seconds" => {
                    let number = arguments.next().and_then(|number| number.parse().ok()).filter(|number| *number > 0);
                    wishes.seconds = number.ok_or_else(|| Failure("--seconds wants a number above 0".to_owned()))?;
                }
                option if option.starts_with('-') => {
                    return Err(Failure(format!(
                        "fuzz has no option {option}; it takes --seconds N and names of targets"
                    )));
                }
                target => wishes.targets.push(target.to_owned()),
            }
        }
        Ok(wishes)
    }
}

/// Fuzzes, as many targets at once as there are processors.
///
/// # Errors
/// A target that crashed, took too long or too much memory; a fuzzer that does not find a bug that was planted for it.
pub fn run(arguments: &[&str]) -> Result<(), Failure> {
    let wishes = Wishes::read(arguments)?;
    let program = build::program()?;
    let folder = build::folder();
    let known = session::targets(&program)?;
    let targets = if wishes.targets.is_empty() { known.clone() } else { wishes.targets };
    if let Some(odd) = targets.iter().find(|target| !known.contains(target)) {
        return Err(Failure(format!("there is no target {odd}; the targets are: {}", known.join(", "))));
    }
    let session = |target: &str, seconds| Session {
        program: &program,
        folder: folder.join(target),
        target: target.to_owned(),
        seconds,
    };
    session("planted", 30).finds_the_planted_bug()?;
    println!("{:<24} {:>12} {:>8} {:>8} {:>8}", "target", "inputs", "edges", "corpus", "MB");
    let failures = all(&targets, &|target| session(target, wishes.seconds).run());
    for (target, why) in &failures {
        eprintln!("\n{target}: {why}");
    }
    if failures.is_empty() {
        Ok(())
    } else {
        Err(Failure(format!("fuzz: {} of {} targets failed", failures.len(), targets.len())))
    }
}

/// Runs all targets and tells each as it ends: those that failed, with why.
fn all(targets: &[String], run: &(dyn Fn(&str) -> Result<Outcome, Failure> + Sync)) -> Vec<(String, String)> {
    let queue = Mutex::new(targets.iter());
    let failures = Mutex::new(Vec::new());
    scope(|threads| {
        for _ in 0..available_parallelism().map_or(1, usize::from) {
            threads.spawn(|| {
                let next = || queue.lock().ok()?.next();
                while let Some(target) = next() {
                    match run(target) {
                        Ok(Outcome { inputs, edges, corpus, megabytes }) => {
                            println!("{target:<24} {inputs:>12} {edges:>8} {corpus:>8} {megabytes:>8}");
                        }
                        Err(Failure(why)) => {
                            println!("{target:<24} FAILED");
                            if let Ok(mut failures) = failures.lock() {
                                failures.push((target.clone(), why));
                            }
                        }
                    }
                }
            });
        }
    });
    failures.into_inner().unwrap_or_default()
}
