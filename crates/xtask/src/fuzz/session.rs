//! One target, run for a while in a process of its own.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::{Failure, tool};

/// What no input may take: a tenth of what people wait for, and the memory that an operation has (T6.2).
const SECONDS_PER_INPUT: u32 = 10;
const MEGABYTES: u32 = 512;

/// From so long a run on, the corpus is made small again at its end.
const LONG: u64 = 60;

/// Where Linux keeps files in memory.
const IN_MEMORY: &str = "/dev/shm";

/// What libFuzzer exits with where an input crashed.
const CRASHED: i32 = 77;

/// One run of a target.
pub(super) struct Session<'a> {
    pub(super) program: &'a Path,
    pub(super) folder: PathBuf,
    pub(super) target: String,
    pub(super) seconds: u64,
}

/// What a run that found nothing came to.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Outcome {
    pub(super) inputs: u64,
    pub(super) edges: u64,
    pub(super) corpus: u64,
    pub(super) megabytes: u64,
}

/// The names of all targets.
pub(super) fn targets(program: &Path) -> Result<Vec<String>, Failure> {
    let list = tool::text(Command::new(program).env("FUZZ_TARGET", "list"))?;
    Ok(list.lines().map(str::to_owned).collect())
}

impl Session<'_> {
    /// Runs it: what it came to, or the input that broke it.
    pub(super) fn run(&self) -> Result<Outcome, Failure> {
        self.lay_out()?;
        let output = tool::output(&mut self.fuzz())?;
        let told = String::from_utf8_lossy(&output.stderr);
        if !output.status.success() {
            return Err(Failure(self.crash(&told)));
        }
        if self.seconds >= LONG {
            self.tighten()?;
        }
        outcome(&told).ok_or_else(|| Failure(format!("what it tells is not understood:\n{}", last_lines(&told))))
    }

    /// A fuzzer that cannot find what was put there for it finds nothing else.
    pub(super) fn finds_the_planted_bug(&self) -> Result<(), Failure> {
        let _ = fs::remove_dir_all(&self.folder);
        self.lay_out()?;
        let output = tool::output(&mut self.fuzz())?;
        let told = String::from_utf8_lossy(&output.stderr);
        if output.status.code() == Some(CRASHED) && told.contains("the planted bug was found") {
            return Ok(());
        }
        Err(Failure(format!(
            "the fuzzer does not find the bug that is planted for it; it says:\n{}",
            last_lines(&told)
        )))
    }

    fn lay_out(&self) -> Result<(), Failure> {
        // Seeds follow the repository: those of an earlier run are not kept.
        let _ = fs::remove_dir_all(self.folder.join("seeds"));
        for name in ["corpus", "crashes", "seeds"] {
            let made = fs::create_dir_all(self.folder.join(name));
            made.map_err(|fault| Failure::because("the folder of the run", fault))?;
        }
        tool::text(self.command().env("FUZZ_SEEDS", &self.folder)).map(|_| ())
    }

    fn command(&self) -> Command {
        let mut command = Command::new(self.program);
        command.current_dir(&self.folder).env("FUZZ_TARGET", &self.target).env("RUST_BACKTRACE", "1");
        // Targets that need a folder make one for each input: in memory, where there is a place for it.
        if Path::new(IN_MEMORY).is_dir() {
            command.env("TMPDIR", IN_MEMORY);
        }
        command
    }

    fn fuzz(&self) -> Command {
        let mut command = self.command();
        command.arg(format!("-max_total_time={}", self.seconds)).arg(format!("-timeout={SECONDS_PER_INPUT}"));
        command.arg(format!("-rss_limit_mb={MEGABYTES}")).arg("-max_len=65536").arg("-print_final_stats=1");
        command.arg("-artifact_prefix=crashes/");
        if fs::metadata(self.folder.join("words")).is_ok_and(|words| words.len() > 0) {
            command.arg("-dict=words");
        }
        command.args(["corpus", "seeds"]);
        command
    }

    /// Keeps of the corpus what reaches something that the rest does not.
    fn tighten(&self) -> Result<(), Failure> {
        let (corpus, fewer) = (self.folder.join("corpus"), self.folder.join("corpus.new"));
        let _ = fs::remove_dir_all(&fewer);
        let failed = |fault| Failure::because("the corpus", fault);
        fs::create_dir_all(&fewer).map_err(failed)?;
        tool::output(self.command().args(["-merge=1", "-timeout=10", "corpus.new", "corpus"]))?;
        fs::remove_dir_all(&corpus).and_then(|()| fs::rename(&fewer, &corpus)).map_err(failed)
    }

    fn crash(&self, told: &str) -> String {
        let written = told.lines().find_map(|line| line.split("Test unit written to ").nth(1));
        let input = written.map_or("no input was written".to_owned(), |name| shown(&self.folder.join(name)));
        let why = told.lines().skip_while(|line| !is_start_of_crash(line)).take(40).collect::<Vec<_>>().join("\n");
        let again = format!("again: cargo run -p fuzz-targets -- {} {input}", self.target);
        format!("{}\ninput: {input}\n{again}", if why.is_empty() { last_lines(told) } else { why })
    }
}

/// A file as people at the root of the repository call it.
fn shown(path: &Path) -> String {
    path.strip_prefix(tool::root()).unwrap_or(path).display().to_string()
}

fn is_start_of_crash(line: &str) -> bool {
    line.contains("panicked at") || line.contains("ERROR: libFuzzer") || line.contains("ALARM:")
}

fn last_lines(told: &str) -> String {
    let lines: Vec<&str> = told.lines().collect();
    lines[lines.len().saturating_sub(15)..].join("\n")
}

/// The figures that libFuzzer prints at its end.
fn outcome(told: &str) -> Option<Outcome> {
    let stat = |name: &str| {
        let line = told.lines().find(|line| line.starts_with(&format!("stat::{name}:")))?;
        line.rsplit(' ').next()?.parse().ok()
    };
    let done = told.lines().rev().find(|line| line.starts_with('#') && line.contains("DONE"))?;
    let after = |word: &str| done.split(word).nth(1)?.trim_start().split([' ', '/']).next()?.parse().ok();
    Some(Outcome {
        inputs: stat("number_of_executed_units")?,
        edges: after("cov:")?,
        corpus: after("corp:")?,
        megabytes: stat("peak_rss_mb")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOLD: &str = "INFO: seed corpus: files: 3\n#2\tINITED cov: 4 ft: 5 corp: 1/1b exec/s: 0 rss: 30Mb\n\
        #41\tDONE   cov: 12 ft: 30 corp: 7/90b lim: 4 exec/s: 20 rss: 34Mb\nDone 41 runs in 2 second(s)\n\
        stat::number_of_executed_units: 41\nstat::average_exec_per_sec:     20\nstat::peak_rss_mb:              34\n";

    #[test]
    fn the_figures_of_a_run_are_read() {
        assert_eq!(outcome(TOLD), Some(Outcome { inputs: 41, edges: 12, corpus: 7, megabytes: 34 }));
        assert_eq!(outcome("#2\tINITED cov: 4"), None);
    }

    #[test]
    fn a_crash_tells_where_and_with_what() {
        let session =
            Session { program: Path::new("x"), folder: tool::root().join("t"), target: "one".to_owned(), seconds: 1 };
        let told = "#5 NEW\nthread 'main' panicked at src/a.rs:3:4:\nindex out of bounds\n\
            artifact_prefix='crashes/'; Test unit written to crashes/crash-ab\n";
        let said = session.crash(told);
        assert!(said.starts_with("thread 'main' panicked at src/a.rs:3:4:\nindex out of bounds\n"), "{said}");
        assert!(said.ends_with("again: cargo run -p fuzz-targets -- one t/crashes/crash-ab"), "{said}");
    }
}
