//! The real promtool and amtool of Debian.

use std::path::Path;
use std::time::Duration;

use testkit::{Outcome, Run, TempDir};

/// Runs `promtool` in a folder with these files; `None` when there is none.
pub(crate) fn promtool(files: &[(&str, &str)], arguments: &[&str]) -> Option<Outcome> {
    let tool = testkit::tool("promtool")?;
    Some(run(&tool, files, arguments))
}

/// The same with `amtool`.
pub(crate) fn amtool(files: &[(&str, &str)], arguments: &[&str]) -> Option<Outcome> {
    let tool = testkit::tool("amtool")?;
    Some(run(&tool, files, arguments))
}

fn run(tool: &Path, files: &[(&str, &str)], arguments: &[&str]) -> Outcome {
    let folder: TempDir = testkit::folder();
    for (name, text) in files {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    Run::new(tool).args(arguments).folder(folder.path()).within(Duration::from_secs(600)).run()
}
