//! All tests once, measured, so that the coverage gate does not run them a second time.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde::Deserialize;

use crate::{Failure, tool};

/// The report of the last run; absent when its tests failed.
#[must_use]
pub fn report_file() -> PathBuf {
    tool::root().join("target/coverage.json")
}

/// Runs the tests of the whole workspace and writes the report.
///
/// # Errors
/// When a test fails, or the tools are missing.
pub fn run() -> Result<(), Failure> {
    let report = report_file();
    // A report of an earlier run must never speak for this one.
    if report.exists() {
        fs::remove_file(&report).map_err(|fault| Failure::because(report.display(), fault))?;
    }
    tool::show(llvm_cov().args(["clean", "--profraw-only"]))?;
    tool::show(llvm_cov().args([
        "test",
        "--no-report",
        "--no-cfg-coverage",
        "--workspace",
        "--locked",
        "--no-fail-fast",
    ]))?;
    let report = report.to_string_lossy().into_owned();
    tool::show(llvm_cov().args(["report", "--json", "--summary-only", "--output-path", &report]))
}

/// `cargo llvm-cov`, with LLVM 19 where the toolchain brings no tools of its own.
fn llvm_cov() -> Command {
    let mut command = tool::command("cargo-llvm-cov");
    command.arg("llvm-cov");
    // One file each for a few processes at a time, merged as they end: the tests start hundreds.
    command.env("LLVM_PROFILE_FILE_NAME", "smart-begin-%8m.profraw");
    for (name, program) in [("LLVM_COV", "llvm-cov-19"), ("LLVM_PROFDATA", "llvm-profdata-19")] {
        let beside = Path::new("/usr/bin").join(program);
        if env::var_os(name).is_none() && beside.is_file() {
            command.env(name, beside);
        }
    }
    command
}

#[derive(Deserialize)]
struct Report {
    data: Vec<Data>,
}

#[derive(Deserialize)]
struct Data {
    files: Vec<File>,
}

#[derive(Deserialize)]
struct File {
    filename: String,
    summary: Summary,
}

#[derive(Deserialize)]
struct Summary {
    lines: Lines,
}

#[derive(Deserialize)]
struct Lines {
    count: u64,
    covered: u64,
}

/// The share of lines run, in percent, without the files whose path contains one of `left_out`; `None` without lines.
///
/// # Errors
/// When the report is not one.
pub fn lines_percent(report: &str, left_out: &[String]) -> Result<Option<f64>, Failure> {
    let report: Report = serde_json::from_str(report)
        .map_err(|fault| Failure::because("the coverage report is not understood", fault))?;
    let files = report.data.into_iter().flat_map(|data| data.files);
    let files = files.filter(|file| {
        let path = file.filename.replace('\\', "/");
        !left_out.iter().any(|part| path.contains(part.as_str()))
    });
    let (covered, count) =
        files.map(|file| file.summary.lines).fold((0, 0), |sum, lines| (sum.0 + lines.covered, sum.1 + lines.count));
    #[allow(clippy::cast_precision_loss, reason = "line counts are far below 2^52")]
    Ok((count > 0).then(|| 100.0 * covered as f64 / count as f64))
}
