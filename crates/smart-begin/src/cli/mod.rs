//! The command line: one file a command.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "the command line talks to people")]

mod answer;
mod blueprints;
mod completions;
mod connect;
mod man;
mod new;
mod output;
mod progress;
mod projects;
mod questions;
mod serve;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{CommandFactory as _, Parser, Subcommand};

use answer::Format;

use crate::exit_code;

const AFTER_HELP: &str = "\
Exit codes: 0 done; 1 a gate or check failed; 2 bad usage or input; 3 refused (not allowed, or the target is not empty);
4 something needed cannot be reached; 70 a fault of smart-begin.

Colours obey NO_COLOR. Documents: README.md of the repository.";

/// Begins software projects that are production-ready from their first commit.
#[derive(Parser)]
#[command(name = "smart-begin", version, about, after_help = AFTER_HELP, max_term_width = 100)]
pub(crate) struct Cli {
    /// Folder for smart-begin's own records (default: `smart-begin` in the data folder of the XDG rules)
    #[arg(long, global = true, env = "SMART_BEGIN_DATA_DIR", value_name = "DIR")]
    data_dir: Option<PathBuf>,

    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    New(Box<new::New>),
    Serve(serve::Serve),
    Blueprints(blueprints::Blueprints),
    Projects(projects::Projects),
    Connect(connect::Connect),
    Completions(completions::Completions),
    Man(man::Man),
}

/// Reads the command line and runs the command.
pub(crate) fn run() -> ExitCode {
    let cli = Cli::parse();
    let data = cli.data_dir.as_deref();
    let (format, outcome) = match cli.command {
        Command::New(new) => (new.format(), new.run(data)),
        Command::Serve(serve) => (Format::Text, serve.run(data)),
        Command::Blueprints(blueprints) => (blueprints.format(), blueprints.run()),
        Command::Projects(projects) => (projects.format(), projects.run(data)),
        Command::Connect(connect) => (Format::Text, connect.run()),
        Command::Completions(completions) => (Format::Text, completions.run(Cli::command())),
        Command::Man(man) => (Format::Text, man.run(Cli::command())),
    };
    match outcome {
        Ok(()) => ExitCode::from(exit_code::DONE),
        Err(error) => {
            output::failure(&error, format);
            exit_code::of(error.kind)
        }
    }
}
