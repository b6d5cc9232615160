//! The binary: reads the command line, builds the parts, calls one use case and turns its outcome into an exit code.

mod caller;
mod cli;
mod config;
mod data_folder;
mod exit_code;
mod own_keys;
mod vault_keys;
mod wire;

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::run()
}
