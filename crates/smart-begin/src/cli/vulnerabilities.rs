//! `smart-begin vulnerabilities`: the vulnerabilities of registered projects over their life, and reports of them.

mod text;

use std::path::{Path, PathBuf};

use app::{AcceptanceWish, Call, Error, ErrorKind, Services, VulnerabilityQuery};
use clap::{Args, Subcommand, ValueEnum};
use domain::{VulnerabilityReport, VulnerabilityState};

use super::answer::{Format, Outcome};
use super::call::with_call;
use super::output;
use crate::config::Settings;

/// See the vulnerabilities of your projects, decide about them, and report them
#[derive(Args)]
pub(super) struct Vulnerabilities {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// List what is to be cleared, what is due first at the top
    List {
        /// Of this project alone
        #[arg(long, value_name = "ID")]
        project: Option<String>,
        /// In this state alone; may be given several times (default: all but fixed)
        #[arg(long = "state", value_enum, value_name = "STATE")]
        states: Vec<State>,
        /// How the answer is written
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
    /// Show one with all that happened to it
    Show {
        /// An advisory, an alias of it (CVE-…), or the fingerprint
        vulnerability: String,
        /// Of this project
        #[arg(long, value_name = "ID")]
        project: Option<String>,
        /// How the answer is written
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
    /// Live with one for a time: say why, and until when
    Accept {
        /// An advisory, an alias of it (CVE-…), or the fingerprint
        vulnerability: String,
        /// Why, in a sentence
        #[arg(long)]
        why: String,
        /// The last day, for example 2026-12-31, or a number of days, 30d; a year at most
        #[arg(long, value_name = "DAY")]
        until: String,
        /// Of this project
        #[arg(long, value_name = "ID")]
        project: Option<String>,
        /// How the answer is written
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
    /// Open one again that was accepted, or that is said to be fixed
    Reopen {
        /// An advisory, an alias of it (CVE-…), or the fingerprint
        vulnerability: String,
        /// Why, in a sentence
        #[arg(long)]
        why: String,
        /// Of this project
        #[arg(long, value_name = "ID")]
        project: Option<String>,
        /// How the answer is written
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
    /// Report them for people and for other tools
    Report {
        /// Of this project alone
        #[arg(long, value_name = "ID")]
        project: Option<String>,
        /// How the report is written
        #[arg(long, value_enum, default_value_t)]
        format: Form,
        /// Write it to this file (default: stdout)
        #[arg(long, value_name = "FILE")]
        output: Option<PathBuf>,
    },
}

/// How a report is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Form {
    /// For people at a terminal.
    #[default]
    Text,
    /// For programs.
    Json,
    /// OpenVEX 0.2.0.
    Openvex,
    /// A table for spreadsheets.
    Csv,
    /// A page for people, without scripts.
    Html,
    /// For chats and pull requests.
    Markdown,
    /// SARIF 2.1.0.
    Sarif,
    /// CycloneDX 1.6 with vulnerabilities.
    Cyclonedx,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum State {
    Open,
    PatchReady,
    Accepted,
    Fixed,
    Reopened,
}

impl State {
    fn state(self) -> VulnerabilityState {
        match self {
            Self::Open => VulnerabilityState::Open,
            Self::PatchReady => VulnerabilityState::PatchReady,
            Self::Accepted => VulnerabilityState::Accepted,
            Self::Fixed => VulnerabilityState::Fixed,
            Self::Reopened => VulnerabilityState::Reopened,
        }
    }
}

impl Vulnerabilities {
    pub(super) fn format(&self) -> Format {
        match self.what {
            What::List { format, .. }
            | What::Show { format, .. }
            | What::Accept { format, .. }
            | What::Reopen { format, .. } => format,
            What::Report { format, .. } => {
                if format == Form::Json {
                    Format::Json
                } else {
                    Format::Text
                }
            }
        }
    }

    pub(super) fn run(self, settings: &Settings) -> Outcome {
        with_call(settings, |services, call| match self.what {
            What::List { project, states, format } => {
                let states = states.into_iter().map(State::state).collect();
                let query = VulnerabilityQuery { project, states, history: false };
                let report = app::list_vulnerabilities(services, call, &query)?;
                answer(&report, format, text::list)
            }
            What::Show { vulnerability, project, format } => {
                let shown = app::show_vulnerability(services, call, project.as_deref(), &vulnerability)?;
                answer(&shown, format, text::one)
            }
            What::Accept { vulnerability, why, until, project, format } => {
                let wish = AcceptanceWish { why: &why, until: &until };
                let done = app::accept_vulnerability(services, call, project.as_deref(), &vulnerability, wish)?;
                answer(&done, format, text::one)
            }
            What::Reopen { vulnerability, why, project, format } => {
                let done = app::reopen_vulnerability(services, call, project.as_deref(), &vulnerability, &why)?;
                answer(&done, format, text::one)
            }
            What::Report { project, format, output } => {
                let written = written(&everything(services, call, project)?, format)?;
                match output {
                    None => output::print(&written),
                    Some(path) => write(&path, &written),
                }
            }
        })
    }
}

/// A report tells of what is fixed, too, with all that happened.
fn everything(services: &Services, call: &Call<'_>, project: Option<String>) -> Result<VulnerabilityReport, Error> {
    let query = VulnerabilityQuery { project, states: VulnerabilityState::ALL.to_vec(), history: true };
    app::list_vulnerabilities(services, call, &query)
}

fn written(report: &VulnerabilityReport, form: Form) -> Result<String, Error> {
    Ok(match form {
        Form::Text => anstream::adapter::strip_str(&text::list(report)).to_string(),
        Form::Json => serde_json::to_string_pretty(report).map_err(Error::internal)? + "\n",
        Form::Openvex => report::openvex(report),
        Form::Csv => report::vulnerabilities_csv(report),
        Form::Html => report::vulnerabilities_html(report),
        Form::Markdown => report::vulnerabilities_markdown(report),
        Form::Sarif => report::vulnerabilities_sarif(report),
        Form::Cyclonedx => report::vulnerabilities_cyclonedx(report),
    })
}

/// Writes a file whole, or leaves it as it was.
fn write(path: &Path, text: &str) -> Outcome {
    safe_fs::write_private(path, text.as_bytes()).map_err(|cause| {
        let message = format!("The report could not be written: {}.", path.display());
        Error::new(ErrorKind::Unavailable, message, "Name a place with room that you may write to.").because(cause)
    })
}

fn answer<T: serde::Serialize>(answer: &T, format: Format, text: impl FnOnce(&T) -> String) -> Outcome {
    match format {
        Format::Json => output::print_json(answer),
        Format::Text => output::print(&text(answer)),
    }
}
