//! The command line: one file a command.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "the command line talks to people")]

mod access;
mod advisories;
mod analyze;
mod answer;
mod audit;
mod blueprints;
mod call;
mod check;
mod completions;
mod compliance;
mod config;
mod confirm;
mod connect;
mod fix;
mod jobs;
mod key;
mod logs;
mod man;
mod mistyped;
mod new;
mod output;
mod progress;
mod projects;
mod questions;
mod run;
mod sbom;
mod secret;
mod serve;
mod token;
mod vulnerabilities;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{ArgMatches, CommandFactory as _, FromArgMatches as _, Parser, Subcommand};

use answer::Format;

use crate::config::{Concern, Environment, Flag, Secrets, Sources, Value, keys, load};
use crate::exit_code;

const AFTER_HELP: &str = "\
Exit codes: 0 done; 1 a gate or check failed; 2 bad usage, input or configuration; 3 refused (not allowed, or
the target is not empty); 4 something needed cannot be reached; 70 a fault of smart-begin.

Colours obey NO_COLOR. Documents: README.md of the repository.";

/// Begins software projects that are production-ready from their first commit.
#[derive(Parser)]
#[command(name = "smart-begin", version, about, after_help = AFTER_HELP, max_term_width = 100)]
pub(crate) struct Cli {
    /// Folder for smart-begin's own records (variable SMART_BEGIN_DATA_DIR; default: `smart-begin` in the data folder
    /// of the XDG rules)
    #[arg(long, global = true, value_name = "DIR")]
    data_dir: Option<PathBuf>,
    /// Folder with the configuration: base.toml and the environment's file (default: those that are built in)
    #[arg(long, global = true, env = "SMART_BEGIN_CONFIG", value_name = "DIR")]
    config: Option<PathBuf>,
    /// Where the program runs; staging and production refuse unsafe settings
    #[arg(long, env = "SMART_BEGIN_ENVIRONMENT", value_enum, default_value_t)]
    environment: Environment,

    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    New(Box<new::New>),
    Check(Box<check::Check>),
    Advisories(advisories::Advisories),
    Sbom(Box<sbom::MakeSbom>),
    Vulnerabilities(vulnerabilities::Vulnerabilities),
    Jobs(jobs::Jobs),
    Logs(logs::Logs),
    Analyze(analyze::Analyze),
    Fix(Box<fix::Fix>),
    Serve(serve::Serve),
    Config(config::Config),
    Blueprints(blueprints::Blueprints),
    Projects(projects::Projects),
    Token(token::Token),
    Access(access::Access),
    Audit(audit::Audit),
    Compliance(compliance::Compliance),
    Secret(secret::Secret),
    Key(key::Key),
    Run(run::Run),
    Connect(connect::Connect),
    Completions(completions::Completions),
    Man(man::Man),
}

impl Command {
    /// What a faulty configuration keeps from running; none for what runs all the same.
    fn needs(&self) -> Option<Concern> {
        match self {
            Self::Serve(serve) => Some(serve.needs()),
            Self::Audit(audit) => (!audit.is_offline()).then_some(Concern::Anything),
            Self::New(_)
            | Self::Check(_)
            | Self::Advisories(_)
            | Self::Sbom(_)
            | Self::Vulnerabilities(_)
            | Self::Jobs(_)
            | Self::Logs(_)
            | Self::Analyze(_)
            | Self::Fix(_)
            | Self::Projects(_)
            | Self::Token(_)
            | Self::Access(_)
            | Self::Secret(_)
            | Self::Key(_)
            | Self::Run(_) => Some(Concern::Anything),
            // These two tell the faults themselves.
            Self::Config(_)
            | Self::Compliance(_)
            | Self::Blueprints(_)
            | Self::Connect(_)
            | Self::Completions(_)
            | Self::Man(_) => None,
        }
    }

    fn format(&self) -> Format {
        match self {
            Self::New(new) => new.format(),
            Self::Check(check) => check.format(),
            Self::Advisories(advisories) => advisories.format(),
            Self::Sbom(sbom) => sbom.format(),
            Self::Vulnerabilities(vulnerabilities) => vulnerabilities.format(),
            Self::Jobs(jobs) => jobs.format(),
            Self::Logs(logs) => logs.format(),
            Self::Analyze(analyze) => analyze.format(),
            Self::Fix(fix) => fix.format(),
            Self::Blueprints(blueprints) => blueprints.format(),
            Self::Projects(projects) => projects.format(),
            Self::Token(token) => token.format(),
            Self::Access(access) => access.format(),
            Self::Secret(secret) => secret.format(),
            Self::Key(key) => key.format(),
            Self::Audit(audit) => audit.format(),
            Self::Config(config) => config.format(),
            Self::Compliance(compliance) => compliance.format(),
            Self::Serve(_) | Self::Run(_) | Self::Connect(_) | Self::Completions(_) | Self::Man(_) => Format::Text,
        }
    }
}

/// Commands for which `--environment` says which secrets, not where this program runs. For that they obey the variable,
/// and the flag before the command.
const OF_SECRETS: [&str; 2] = ["secret", "run"];

const ENVIRONMENT: &str = "environment";

/// The command line: `--environment` stands before the command or behind it, as a global flag does.
fn command() -> clap::Command {
    let command = Cli::command();
    let flag = command.get_arguments().find(|flag| flag.get_id() == ENVIRONMENT).cloned();
    let flag = flag.map(|flag| flag.env(None::<&str>).required(false).default_value(None::<&str>).global(true));
    let names: Vec<String> = command.get_subcommands().map(|each| each.get_name().to_owned()).collect();
    let others = names.into_iter().filter(|name| !OF_SECRETS.contains(&name.as_str()));
    others.fold(command, |command, name| {
        command.mut_subcommand(name, |each| flag.iter().fold(each, |each, flag| each.arg(flag)))
    })
}

fn parse() -> Cli {
    let matches = command().try_get_matches().unwrap_or_else(|error| mistyped::tell(error).exit());
    let mut cli = Cli::from_arg_matches(&matches).unwrap_or_else(|error| mistyped::tell(error).exit());
    cli.environment = said_behind(&matches).unwrap_or(cli.environment);
    cli
}

/// The environment of this program, where it is said behind the command.
fn said_behind(matches: &ArgMatches) -> Option<Environment> {
    let (name, behind) = matches.subcommand().filter(|(name, _)| !OF_SECRETS.contains(name))?;
    let _ = name;
    behind.try_get_one::<Environment>(ENVIRONMENT).ok().flatten().copied()
}

/// Where the configuration of this call comes from.
fn sources(cli: &mut Cli) -> Sources {
    let named = cli.data_dir.take().map(|folder| Flag {
        name: "--data-dir",
        key: &keys::DATA_FOLDER,
        value: Value::Path(folder),
    });
    let mut flags: Vec<Flag> = named.into_iter().collect();
    if let Command::Serve(serve) = &cli.command {
        flags.extend(serve.flags());
    }
    let variables = std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value)));
    Sources { environment: cli.environment, folder: cli.config.take(), variables: variables.collect(), flags }
}

/// Reads the command line and runs the command.
pub(crate) fn run() -> ExitCode {
    let mut cli = parse();
    let sources = sources(&mut cli);
    let (format, mut loaded) = (cli.command.format(), load(&sources));
    let secrets =
        if let Command::Serve(serve) = &cli.command { serve.prepare(&mut loaded) } else { Secrets::default() };
    let faults = cli.command.needs().map_or_else(Vec::new, |concern| loaded.faults(concern));
    if !faults.is_empty() {
        output::faults(&faults, loaded.settings.environment, format);
        return ExitCode::from(exit_code::USAGE);
    }
    let settings = &loaded.settings;
    let outcome = match cli.command {
        Command::New(new) => new.run(settings),
        Command::Vulnerabilities(vulnerabilities) => vulnerabilities.run(settings),
        Command::Jobs(jobs) => match jobs.run(settings) {
            Ok(failed) => return ExitCode::from(if failed { exit_code::FAILED } else { exit_code::DONE }),
            Err(error) => Err(error),
        },
        Command::Logs(logs) => logs.run(settings),
        Command::Analyze(analyze) => analyze.run(settings),
        Command::Check(check) => match check.run(settings) {
            Ok(code) => return code,
            Err(error) => Err(error),
        },
        Command::Sbom(sbom) => match sbom.run(settings) {
            Ok(code) => return code,
            Err(error) => Err(error),
        },
        Command::Fix(fix) => match fix.run(settings) {
            Ok(code) => return code,
            Err(error) => Err(error),
        },
        Command::Serve(serve) => serve.run(sources, &loaded, &secrets),
        Command::Config(config) => match call::allow_reading_configuration(settings) {
            Ok(()) => return config.run(sources, loaded),
            Err(error) => Err(error),
        },
        Command::Compliance(compliance) => return compliance.run(loaded),
        Command::Blueprints(blueprints) => blueprints.run(settings),
        Command::Projects(projects) => projects.run(settings),
        Command::Token(token) => token.run(settings),
        Command::Access(access) => access.run(settings),
        Command::Advisories(advisories) => match advisories.run(settings) {
            Ok(code) => return code,
            Err(error) => Err(error),
        },
        Command::Secret(secret) => match secret.run(settings) {
            Ok(code) => return code,
            Err(error) => Err(error),
        },
        Command::Key(key) => key.run(settings),
        Command::Audit(audit) => match audit.run(settings) {
            Ok(code) => return code,
            Err(error) => Err(error),
        },
        Command::Run(run) => match run.run(settings) {
            Ok(code) => return code,
            Err(error) => Err(error),
        },
        Command::Connect(connect) => connect.run(),
        Command::Completions(completions) => completions.run(command()),
        Command::Man(man) => man.run(command()),
    };
    match outcome {
        Ok(()) => ExitCode::from(exit_code::DONE),
        Err(error) => {
            output::failure(&error, format);
            exit_code::of(error.kind)
        }
    }
}
