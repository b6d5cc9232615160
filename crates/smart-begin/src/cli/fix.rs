//! `smart-begin fix`: upgrades that clear vulnerable packages.

mod text;

use std::path::PathBuf;
use std::process::ExitCode;

use app::{Call, Error, FixMode, FixOutcome, FixReport, FixRequest, FixSubject, Services};
use clap::Args;
use domain::{Face, RequestId};
use safe_fs::Roots;
use serde::Serialize;

use super::answer::Format;
use super::output;
use super::progress::Progress;
use crate::config::Settings;
use crate::{caller, exit_code, wire};

/// Upgrade packages with known vulnerabilities: in a copy, looked at again, and with --apply on a branch; your files are
/// never touched
#[derive(Args)]
pub(super) struct Fix {
    /// The top folder of the project's git repository
    #[arg(value_name = "PATH", default_value = ".", conflicts_with_all = ["project", "all"])]
    path: PathBuf,
    /// Fix this registered project
    #[arg(long, value_name = "ID", conflicts_with = "all")]
    project: Option<String>,
    /// Fix every registered project that has a folder here
    #[arg(long)]
    all: bool,
    /// Only say what would be done: nothing is run
    #[arg(long, conflicts_with = "apply")]
    dry_run: bool,
    /// Leave the upgrades on a new branch, as one commit; it is never merged or pushed
    #[arg(long)]
    apply: bool,
    /// How the answer is written
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// What came of each of many projects.
#[derive(Serialize)]
struct Many {
    projects: Vec<Each>,
}

#[derive(Serialize)]
struct Each {
    project: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    report: Option<FixReport>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

impl Fix {
    pub(super) fn format(&self) -> Format {
        self.format
    }

    pub(super) fn run(self, settings: &Settings) -> Result<ExitCode, Error> {
        let services = wire::services(settings, Roots::none())?;
        let caller = caller::caller(&services, Face::Cli)?;
        let id = RequestId::random().map_err(Error::internal)?;
        let progress = Progress::new();
        let call = Call { caller: &caller, request: &id, watch: &progress };
        if self.all {
            let all = app::fix_all(&services, &call, self.mode());
            progress.finish();
            return self.tell_all(all?);
        }
        let report = self.one(&services, &call);
        progress.finish();
        let report = report?;
        match self.format {
            Format::Json => output::print_json(&report)?,
            Format::Text => output::print(&text::page(&report))?,
        }
        Ok(ExitCode::from(code(&report)))
    }

    fn one(&self, services: &Services, call: &Call<'_>) -> Result<FixReport, Error> {
        let subject = match &self.project {
            Some(id) => FixSubject::Project { id: id.clone() },
            None => FixSubject::Folder { path: self.shown()? },
        };
        app::fix_project(services, call, &FixRequest { subject, mode: self.mode() })
    }

    fn mode(&self) -> FixMode {
        match (self.dry_run, self.apply) {
            (true, _) => FixMode::Plan,
            (false, true) => FixMode::Apply,
            (false, false) => FixMode::Try,
        }
    }

    fn shown(&self) -> Result<String, Error> {
        self.path.to_str().map(str::to_owned).ok_or_else(|| {
            let message = "The folder's name is no text that can be passed on.";
            Error::invalid("path", message, "Go into it, and fix \".\".")
        })
    }

    fn tell_all(&self, all: Vec<(String, Result<FixReport, Error>)>) -> Result<ExitCode, Error> {
        let mut worst = exit_code::DONE;
        let mut projects = Vec::new();
        for (project, outcome) in all {
            let each = match outcome {
                Ok(report) => {
                    worst = worst.max(code(&report));
                    Each { project, report: Some(report), error: None }
                }
                Err(error) => {
                    worst = exit_code::FAILED;
                    Each { project, report: None, error: Some(format!("{} {}", error.message, error.hint)) }
                }
            };
            projects.push(each);
        }
        if self.format == Format::Json {
            output::print_json(&Many { projects })?;
            return Ok(ExitCode::from(worst));
        }
        for each in &projects {
            output::print(&text::heading(&each.project))?;
            match (&each.report, &each.error) {
                (Some(report), _) => output::print(&text::page(report))?,
                (None, error) => output::print(&format!("{}\n", error.as_deref().unwrap_or_default()))?,
            }
        }
        if projects.is_empty() {
            output::print("There is no registered project with a folder here.\n")?;
        }
        Ok(ExitCode::from(worst))
    }
}

/// Whether something is left that somebody has to look at.
fn code(report: &FixReport) -> u8 {
    match report.outcome {
        // What is not known is said; `check` ends in the same way then.
        FixOutcome::NothingToFix | FixOutcome::Planned | FixOutcome::Unknown => exit_code::DONE,
        FixOutcome::Fixed if report.after == Some(0) => exit_code::DONE,
        FixOutcome::Fixed | FixOutcome::NothingPossible | FixOutcome::Failed => exit_code::FAILED,
    }
}
