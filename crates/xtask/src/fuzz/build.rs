//! Builds the fuzzer: everything of ours and of others with counters on its edges.

use std::env;
use std::path::PathBuf;

use crate::{Failure, tool};

/// What the compiler is told. `--cap-lints`: the macro of libFuzzer's crate declares a function for C, which our lints forbid.
const FLAGS: [&str; 10] = [
    "--cfg=fuzzing",
    "--cap-lints=allow",
    "-Cpasses=sancov-module",
    "-Cllvm-args=-sanitizer-coverage-level=4",
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
    "-Cllvm-args=-sanitizer-coverage-pc-table",
    "-Cllvm-args=-sanitizer-coverage-trace-compares",
    // Comparisons that are folded into one leave no trace of how far they got.
    "-Cllvm-args=-simplifycfg-branch-fold-threshold=0",
    // Calls of `memcmp` stay calls, which libFuzzer sees through: without it no word of a format is ever guessed.
    "-Cllvm-args=-max-loads-per-memcmp=0",
    "-Cforce-frame-pointers=yes",
];

/// Where runs keep what they make.
pub(super) fn folder() -> PathBuf {
    let target = env::var_os("CARGO_TARGET_DIR").map_or_else(|| tool::root().join("target"), PathBuf::from);
    target.join("fuzz")
}

/// Builds it.
pub(super) fn program() -> Result<PathBuf, Failure> {
    let told = tool::text(tool::command("rustc").arg("-vV"))?;
    let host = told.lines().find_map(|line| line.strip_prefix("host: "));
    let host = host.ok_or_else(|| Failure("rustc does not say what it builds for".to_owned()))?;
    let folder = folder().join("build");
    let mut cargo = tool::command(env!("CARGO"));
    cargo.args(["build", "--quiet", "--locked", "--profile=fuzz", "--package=fuzz-targets", "--bin=fuzz-targets"]);
    // With a target named, the flags are not for build scripts and macros.
    cargo.arg("--target").arg(host).arg("--target-dir").arg(&folder);
    cargo.env("CARGO_ENCODED_RUSTFLAGS", FLAGS.join("\x1f")).env_remove("RUSTFLAGS").env_remove("LLVM_PROFILE_FILE");
    tool::show(&mut cargo)?;
    Ok(folder.join(host).join("fuzz/fuzz-targets"))
}
