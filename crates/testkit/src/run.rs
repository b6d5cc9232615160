//! Running a program with a time limit, its output captured, and nothing of it left behind.

use std::ffi::{OsStr, OsString};
use std::io::{Read, Write as _};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

const FOR_THE_TEST_ITSELF: [&str; 9] = [
    "CARGO_LLVM_COV",
    "__CARGO_LLVM_COV",
    "CARGO_PKG_",
    "CARGO_MANIFEST_",
    "CARGO_TARGET_DIR",
    "CARGO_ENCODED_RUSTFLAGS",
    "CARGO_INCREMENTAL",
    "RUSTC",
    "RUSTFLAGS",
];

/// A program to run. It gets the tools of the tests first on its `PATH`, no input, and two minutes.
#[derive(Debug)]
pub struct Run {
    command: Command,
    name: String,
    stdin: Vec<u8>,
    limit: Duration,
}

/// What a program did.
#[derive(Debug)]
pub struct Outcome {
    /// How it ended; after a time-out, by a signal.
    pub status: ExitStatus,
    /// What it wrote on stdout.
    pub stdout: String,
    /// What it wrote on stderr.
    pub stderr: String,
    /// How long it ran.
    pub took: Duration,
    /// Whether it was ended for running too long.
    pub timed_out: bool,
    /// The most memory it had, in MiB, as it was last seen (every 20 ms at least); 0 where the system does not tell.
    pub peak_mib: u64,
}

impl Run {
    /// Runs `program`.
    pub fn new(program: impl AsRef<OsStr>) -> Self {
        let program = program.as_ref();
        let mut command = Command::new(program);
        command.env("PATH", crate::path());
        // What cargo and cargo-llvm-cov set for the test itself would change what a cargo beneath it does.
        for (name, _) in std::env::vars_os() {
            if name.to_str().is_some_and(|name| FOR_THE_TEST_ITSELF.iter().any(|start| name.starts_with(start))) {
                command.env_remove(name);
            }
        }
        Self {
            command,
            name: program.to_string_lossy().into_owned(),
            stdin: Vec::new(),
            limit: Duration::from_secs(120),
        }
    }

    /// Adds an argument.
    #[must_use]
    pub fn arg(mut self, argument: impl AsRef<OsStr>) -> Self {
        self.command.arg(argument);
        self
    }

    /// Adds arguments.
    #[must_use]
    pub fn args<A: AsRef<OsStr>>(mut self, arguments: impl IntoIterator<Item = A>) -> Self {
        self.command.args(arguments);
        self
    }

    /// Sets a variable.
    #[must_use]
    pub fn env(mut self, name: impl AsRef<OsStr>, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// Starts from an empty environment, but for `PATH` and where coverage is written. Variables set later stay.
    #[must_use]
    pub fn clean_environment(mut self) -> Self {
        let profile: Option<OsString> = std::env::var_os("LLVM_PROFILE_FILE");
        self.command.env_clear().env("PATH", crate::path());
        if let Some(profile) = profile {
            self.command.env("LLVM_PROFILE_FILE", profile);
        }
        self
    }

    /// Runs it in this folder.
    #[must_use]
    pub fn folder(mut self, folder: impl AsRef<Path>) -> Self {
        self.command.current_dir(folder);
        self
    }

    /// Gives it this on stdin, then closes stdin.
    #[must_use]
    pub fn stdin(mut self, text: impl AsRef<[u8]>) -> Self {
        text.as_ref().clone_into(&mut self.stdin);
        self
    }

    /// Ends it, with all it started, after this time.
    #[must_use]
    pub fn within(mut self, limit: Duration) -> Self {
        self.limit = limit;
        self
    }

    /// Runs it to its end.
    ///
    /// # Panics
    /// When it cannot be started.
    pub fn run(mut self) -> Outcome {
        let name = self.name;
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut self.command, 0);
        self.command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let started = Instant::now();
        let mut child = self.command.spawn().unwrap_or_else(|fault| panic!("{name} does not start: {fault}"));
        let mut pipe = child.stdin.take().expect("a pipe to its stdin");
        let input = self.stdin;
        // A program may end without reading; that is its affair.
        let writer = thread::spawn(move || drop(pipe.write_all(&input)));
        let stdout = collect(child.stdout.take());
        let stderr = collect(child.stderr.take());
        let (status, timed_out, peak_mib) = wait(&mut child, self.limit);
        let _ = writer.join();
        let text =
            |reader: JoinHandle<Vec<u8>>| String::from_utf8_lossy(&reader.join().unwrap_or_default()).into_owned();
        Outcome { status, stdout: text(stdout), stderr: text(stderr), took: started.elapsed(), timed_out, peak_mib }
    }
}

impl Outcome {
    /// Whether it ended with exit code 0.
    #[must_use]
    pub fn ok(&self) -> bool {
        self.status.success()
    }

    /// The outcome itself, if the program ended well.
    ///
    /// # Panics
    /// With all it wrote, if it did not.
    #[track_caller]
    pub fn expect_ok(self) -> Self {
        assert!(
            self.ok(),
            "{}{}\n--- stdout\n{}\n--- stderr\n{}",
            self.status,
            if self.timed_out { " after its time was up" } else { "" },
            self.stdout,
            self.stderr
        );
        self
    }
}

fn collect(pipe: Option<impl Read + Send + 'static>) -> JoinHandle<Vec<u8>> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(mut pipe) = pipe {
            let _ = pipe.read_to_end(&mut bytes);
        }
        bytes
    })
}

fn wait(child: &mut Child, limit: Duration) -> (ExitStatus, bool, u64) {
    let end = Instant::now() + limit;
    let mut pause = Duration::from_micros(200);
    let mut peak = 0;
    loop {
        if let Some(status) = child.try_wait().expect("the state of a child") {
            return (status, false, peak);
        }
        if Instant::now() >= end {
            end_group(child);
            return (child.wait().expect("the end of a child"), true, peak);
        }
        peak = peak.max(peak_mib(child.id()));
        thread::sleep(pause);
        pause = (pause * 2).min(Duration::from_millis(20));
    }
}

/// The most memory that a process has had so far. The figure of what it was before it became this program is small.
fn peak_mib(process: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok()).unwrap_or(0) / 1024
}

/// Ends the program and all it started, which would else hold the pipes open.
fn end_group(child: &mut Child) {
    #[cfg(unix)]
    if let Some(group) = i32::try_from(child.id()).ok().and_then(rustix::process::Pid::from_raw) {
        let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
    }
    let _ = child.kill();
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn output_and_status_are_captured() {
        let outcome = Run::new("sh").args(["-c", "cat; echo bad >&2; exit 3"]).stdin("good").run();
        assert_eq!(
            (outcome.stdout.as_str(), outcome.stderr.as_str(), outcome.status.code()),
            ("good", "bad\n", Some(3))
        );
        assert!(!outcome.timed_out);
    }

    #[test]
    fn a_program_that_hangs_is_ended_with_what_it_started() {
        let outcome = Run::new("sh").args(["-c", "sleep 60 & sleep 60"]).within(Duration::from_millis(200)).run();
        assert!(outcome.timed_out && outcome.took < Duration::from_secs(10), "{outcome:?}");
    }

    #[test]
    fn a_clean_environment_has_only_what_it_must() {
        let outcome = Run::new("env").clean_environment().env("LANG", "C").run();
        let names: Vec<_> = outcome.stdout.lines().filter_map(|line| line.split_once('=')).map(|pair| pair.0).collect();
        assert!(names.iter().all(|name| ["PATH", "LANG", "LLVM_PROFILE_FILE"].contains(name)), "{names:?}");
    }
}
