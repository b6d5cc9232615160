//! Running the tools that the commands stand on.

use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::Failure;

/// The root of the repository; cargo runs an alias from wherever it was called.
pub(crate) fn root() -> PathBuf {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    manifest.ancestors().nth(2).unwrap_or(manifest).to_owned()
}

/// The folder that `scripts/setup-test-tools` fills.
pub(crate) fn tools() -> PathBuf {
    env::var_os("SMART_BEGIN_TOOLS").map_or_else(|| root().join(".tools"), PathBuf::from)
}

/// A command run at the root, with the tools of the tests first on its path.
pub(crate) fn command(program: &str) -> Command {
    let mut paths = vec![tools().join("bin")];
    paths.extend(env::split_paths(&env::var_os("PATH").unwrap_or_default()));
    let joined = env::join_paths(paths).unwrap_or_default();
    // Looked up here: where `Command` looks for a program differs between systems once PATH is changed.
    let found = env::split_paths(&joined).map(|folder| folder.join(program)).find(|file| file.is_file());
    let mut command = Command::new(found.unwrap_or_else(|| PathBuf::from(program)));
    command.current_dir(root()).env("PATH", joined);
    command
}

/// Runs it with its output captured. Its exit code is the caller's to judge.
pub(crate) fn output(command: &mut Command) -> Result<Output, Failure> {
    let name = command.get_program().to_string_lossy().into_owned();
    command.output().map_err(|fault| Failure::because(format!("{name} does not start"), fault))
}

/// Runs it with its output shown; its failure is a failure.
pub(crate) fn show(command: &mut Command) -> Result<(), Failure> {
    let name = command.get_program().to_string_lossy().into_owned();
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(Failure::because(name, status)),
        Err(fault) => Err(Failure::because(format!("{name} does not start"), fault)),
    }
}

/// What it printed, if it ended well.
pub(crate) fn text(command: &mut Command) -> Result<String, Failure> {
    let output = output(command)?;
    if !output.status.success() {
        let name = command.get_program().to_string_lossy().into_owned();
        return Err(Failure::because(name, String::from_utf8_lossy(&output.stderr)));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}
