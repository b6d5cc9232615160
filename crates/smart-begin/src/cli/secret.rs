//! `smart-begin secret`: values that are kept sealed, by project, environment and name.

mod at;
mod export;
mod import;
mod left_behind;
mod rotate;
mod schedule;
mod span;
mod tracked;
mod value;

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use app::{Call, Error, SecretList, SecretSummary, Services};
use clap::{Args, Subcommand};

pub(super) use at::At;

use super::answer::Format;
use super::call::with_answer;
use super::confirm::confirm;
use super::output::{self, GOOD, QUIET, STRONG};
use crate::config::Settings;
use crate::exit_code;

/// Keep secrets: set, read, list, import and export values that are sealed where they lie
#[derive(Args)]
pub(super) struct Secret {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Set a secret. The value comes from stdin, from a file, or on a terminal from a prompt; never from an argument
    Set {
        /// Its name, as that of the variable that programs look for
        name: String,
        /// What does not belong here
        #[arg(hide = true)]
        misplaced: Vec<OsString>,
        #[command(flatten)]
        at: At,
        /// Take the value from this file
        #[arg(long, value_name = "PATH")]
        file: Option<PathBuf>,
        /// Keep the line end of a value of one line, which is taken off otherwise
        #[arg(long)]
        exact: bool,
        /// How the answer is written
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
    /// Read a secret: its value alone, on stdout
    Get {
        /// Its name
        name: String,
        #[command(flatten)]
        at: At,
        /// The version; without it, the current one
        #[arg(long, value_name = "N")]
        version: Option<u64>,
        /// Show it on a terminal too
        #[arg(long)]
        show: bool,
    },
    /// List secrets, without values
    List {
        /// Those of this environment; without it, of all
        #[arg(long = "environment", id = "of_environment", value_name = "ENV")]
        environment: Option<String>,
        /// The project's id; without it, secrets of no project
        #[arg(long, value_name = "ID")]
        project: Option<String>,
        /// How the answer is written
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
    /// List the versions of a secret, without values
    Versions {
        /// Its name
        name: String,
        #[command(flatten)]
        at: At,
        /// How the answer is written
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
    /// Delete a secret with all its versions
    Delete {
        /// Its name
        name: String,
        #[command(flatten)]
        at: At,
        /// Do not ask
        #[arg(long, short)]
        yes: bool,
        /// How the answer is written
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
    /// Take in the variables of a .env file, and look whether anything of it stays in the tree
    Import(import::Import),
    /// Write all secrets of an environment to stdout, for other programs
    Export(export::Export),
    Rotate(rotate::Rotate),
    Schedule(Box<schedule::Schedule>),
}

impl Secret {
    pub(super) fn format(&self) -> Format {
        match &self.what {
            What::Set { format, .. }
            | What::List { format, .. }
            | What::Versions { format, .. }
            | What::Delete { format, .. } => *format,
            What::Import(import) => import.format(),
            What::Rotate(rotate) => rotate.format(),
            What::Schedule(schedule) => schedule.format(),
            What::Get { .. } | What::Export(_) => Format::Text,
        }
    }

    /// Besides failures there is a check that can fail, after an import.
    pub(super) fn run(self, settings: &Settings) -> Result<ExitCode, Error> {
        let done = ExitCode::from(exit_code::DONE);
        if let What::Set { misplaced, .. } = &self.what
            && !misplaced.is_empty()
        {
            return Err(refuse_argument());
        }
        with_answer(settings, |services, call| {
            match self.what {
                What::Set { name, at, file, exact, format, .. } => {
                    if name.contains('=') {
                        return Err(refuse_argument());
                    }
                    set(services, call, &name, &at, file, exact, format)?;
                }
                What::Get { name, at, version, show } => get(services, call, &name, &at, version, show)?,
                What::List { environment, project, format } => {
                    let found = app::list_secrets(services, call, project.as_deref(), environment.as_deref())?;
                    match format {
                        Format::Json => output::print_json(&found)?,
                        Format::Text => output::print(&table(&found))?,
                    }
                }
                What::Versions { name, at, format } => {
                    let found = app::show_secret(services, call, &at.place(), &name)?;
                    match format {
                        Format::Json => output::print_json(&found)?,
                        Format::Text => output::print(&versions(&found))?,
                    }
                }
                What::Delete { name, at, yes, format } => {
                    confirm(
                        &format!("Delete {name} of {} with all its versions? It cannot be had back.", at.environment),
                        yes,
                    )?;
                    let deleted = app::delete_secret(services, call, &at.place(), &name)?;
                    match format {
                        Format::Json => output::print_json(&deleted)?,
                        Format::Text => output::print(&format!("Deleted: {}/{}\n", deleted.environment, deleted.name))?,
                    }
                }
                What::Import(import) => return import.run(services, call),
                What::Export(export) => export.run(services, call)?,
                What::Rotate(rotate) => rotate.run(settings, services, call)?,
                What::Schedule(schedule) => schedule.run(services, call)?,
            }
            Ok(done)
        })
    }
}

/// Nothing of it is repeated: it is the value, most likely.
fn refuse_argument() -> Error {
    Error::invalid(
        "value",
        "A value is never an argument: others on this machine can see arguments, and shells keep them.",
        "Pipe it in, name a file with --file, or leave it out and be asked for it. If that was a real secret, renew it and take the line out of the shell's history.",
    )
}

fn set(
    services: &Services,
    call: &Call<'_>,
    name: &str,
    at: &At,
    file: Option<PathBuf>,
    exact: bool,
    format: Format,
) -> Result<(), Error> {
    let value = match file {
        Some(file) => value::of_file(&file, exact)?,
        None => value::of_stdin_or_prompt(name, exact)?,
    };
    let set = app::set_secret(services, call, &at.place(), name, &value)?;
    match format {
        Format::Json => output::print_json(&set),
        Format::Text => output::print(&format!(
            "{GOOD}Set{GOOD:#} {STRONG}{}{STRONG:#} of {}, version {}\n",
            set.name, set.environment, set.version
        )),
    }
}

fn get(
    services: &Services,
    call: &Call<'_>,
    name: &str,
    at: &At,
    version: Option<u64>,
    show: bool,
) -> Result<(), Error> {
    value::refuse_terminal(show)?;
    let opened = app::read_secret(services, call, &at.place(), name, version)?;
    value::write(&opened.value)
}

fn table(list: &SecretList) -> String {
    if list.secrets.is_empty() {
        return "There is no secret here. Set one: smart-begin secret set NAME --environment ENV\n".to_owned();
    }
    let mut text = String::new();
    for secret in &list.secrets {
        let version = secret.current_version.map_or_else(|| "-".to_owned(), |version| format!("v{version}"));
        let set = secret.set_at.as_deref().unwrap_or("never");
        text.push_str(&format!(
            "{}/{STRONG}{}{STRONG:#}  {version}  {QUIET}set {set}{}{QUIET:#}\n",
            secret.environment,
            secret.name,
            due(secret)
        ));
    }
    text
}

fn due(secret: &SecretSummary) -> String {
    let Some(at) = &secret.due_at else { return String::new() };
    format!("; {} {at}", if secret.overdue { "OVERDUE since" } else { "due" })
}

fn versions(secret: &SecretSummary) -> String {
    let mut text = format!("{}/{STRONG}{}{STRONG:#}{QUIET}{}{QUIET:#}\n", secret.environment, secret.name, due(secret));
    for version in &secret.versions {
        let until = version.good_until.as_ref().map_or_else(String::new, |until| format!(" until {until}"));
        text.push_str(&format!(
            "  v{:<4} {:<8}{until}  {QUIET}{} by {}, under {}{QUIET:#}\n",
            version.version, version.state, version.created_at, version.created_by, version.key
        ));
    }
    text
}
