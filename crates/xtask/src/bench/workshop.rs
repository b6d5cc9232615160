//! A folder for one run, and commands that see nothing of their user's settings.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use tempfile::TempDir;

use super::programs::Programs;
use crate::Failure;

/// The folder, its store and its homes; gone when dropped.
pub(super) struct Workshop<'a> {
    pub(super) programs: &'a Programs,
    folder: TempDir,
    used: std::cell::Cell<usize>,
}

impl<'a> Workshop<'a> {
    /// In the folder for temporary files, or in `beneath`.
    pub(super) fn new(programs: &'a Programs, beneath: Option<&Path>) -> Result<Self, Failure> {
        let mut builder = tempfile::Builder::new();
        builder.prefix("smart-begin-bench-");
        let made = beneath.map_or_else(|| builder.tempdir(), |beneath| builder.tempdir_in(beneath));
        let folder = made.map_err(|fault| Failure::because("no folder to work in", fault))?;
        let workshop = Self { programs, folder, used: std::cell::Cell::new(0) };
        for name in ["home", "projects"] {
            let made = fs::create_dir(workshop.path(name));
            made.map_err(|fault| Failure::because("a folder to work in", fault))?;
        }
        Ok(workshop)
    }

    pub(super) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// A name in it.
    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A project folder that was not used before.
    pub(super) fn fresh(&self) -> PathBuf {
        self.used.set(self.used.get() + 1);
        self.path("projects").join(self.used.get().to_string())
    }

    /// Writes a file of the run.
    pub(super) fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> Result<PathBuf, Failure> {
        write(&self.path(name), bytes)
    }

    /// A command with settings of its own alone.
    pub(super) fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command.current_dir(self.folder()).stdin(Stdio::null());
        command.env("HOME", self.path("home")).env("SMART_BEGIN_DATA_DIR", self.path("data")).env("LANG", "C.UTF-8");
        command.env("GIT_CONFIG_NOSYSTEM", "1").env_remove("XDG_CONFIG_HOME").env_remove("SMART_BEGIN_LOG");
        for who in ["AUTHOR", "COMMITTER"] {
            command.env(format!("GIT_{who}_NAME"), "Bench").env(format!("GIT_{who}_EMAIL"), "bench@example.org");
        }
        command
    }

    /// Our program.
    pub(super) fn ours(&self, arguments: &[&str]) -> Command {
        let mut command = self.command(&self.programs.ours);
        command.args(arguments);
        command
    }

    /// Lets the disk finish what was written before, so that nobody waits for somebody else's writes.
    pub(super) fn settle(&self) -> Result<(), Failure> {
        let mut sync = self.command(Path::new("sync"));
        sync.arg("-f").arg(self.folder());
        run(&mut sync).map(|_| ())
    }
}

/// Writes a file and the folders it lies in.
pub(super) fn write(path: &Path, bytes: impl AsRef<[u8]>) -> Result<PathBuf, Failure> {
    let made = path.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| fs::write(path, bytes));
    made.map_err(|fault| Failure::because("a file of the run", fault))?;
    Ok(path.to_owned())
}

/// Runs it to its end: what it printed.
pub(super) fn run(command: &mut Command) -> Result<String, Failure> {
    let name = command.get_program().to_string_lossy().into_owned();
    let output = command.output().map_err(|fault| Failure::because(format!("{name} does not start"), fault))?;
    if !output.status.success() {
        let told = [output.stderr, output.stdout].concat();
        return Err(Failure::because(name, String::from_utf8_lossy(&told)));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Runs it to its end: how many milliseconds that took.
pub(super) fn time(command: &mut Command) -> Result<f64, Failure> {
    let started = Instant::now();
    run(command)?;
    Ok(started.elapsed().as_secs_f64() * 1e3)
}
