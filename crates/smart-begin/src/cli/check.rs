//! `smart-begin check`: secrets, vulnerable packages and the gates of a repository.

mod text;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use app::{Call, CheckRequest, CheckScope, CheckSubject, Error, ErrorKind};
use clap::{Args, ValueEnum};
use domain::{CheckReport, Face, FindingKind, RequestId, Severity};
use safe_fs::Roots;

use super::answer::Format;
use super::output;
use super::progress::Progress;
use crate::config::Settings;
use crate::{caller, exit_code, wire};

/// The most that a baseline may hold.
const MOST_BASELINE_BYTES: u64 = 16 * 1024 * 1024;

/// Look for secrets, vulnerable packages and missing safeguards; exit code 1 when something bad enough is found
#[derive(Args)]
pub(super) struct Check {
    /// The folder to look at
    #[arg(value_name = "PATH", default_value = ".", conflicts_with = "project")]
    path: PathBuf,
    /// Look at this registered project, and keep what is found
    #[arg(long, value_name = "ID")]
    project: Option<String>,
    /// Look for these alone: secrets, vulnerabilities, repository
    #[arg(long, value_enum, value_delimiter = ',', value_name = "KINDS")]
    only: Vec<Kind>,
    /// Look at what the next commit would bring
    #[arg(long, conflicts_with_all = ["history", "diff", "all_files", "project"])]
    staged: bool,
    /// Look for secrets in every version of every file that git knows
    #[arg(long, conflicts_with_all = ["diff", "all_files", "project"])]
    history: bool,
    /// Look at what came since this commit, branch or tag
    #[arg(long, value_name = "BASE", conflicts_with_all = ["all_files", "project"])]
    diff: Option<String>,
    /// Look at what git ignores, too
    #[arg(long, conflicts_with = "project")]
    all_files: bool,
    /// Let this scanner look as well: gitleaks, betterleaks, trufflehog, kingfisher, osv-scanner; may be given several times
    #[arg(long = "engine", value_name = "NAME")]
    engines: Vec<String>,
    /// Tell what each engine alone saw
    #[arg(long)]
    compare: bool,
    /// How the answer is written
    #[arg(long, value_enum, default_value_t)]
    format: Form,
    /// Write it to this file (default: stdout)
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Findings in this file are known: they are listed apart, and fail nothing
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,
    /// Write all that is found now to the baseline
    #[arg(long, requires = "baseline")]
    update_baseline: bool,
    /// The severity from which a finding fails the check (default: medium, or what the configuration says)
    #[arg(long, value_enum, value_name = "SEVERITY")]
    fail_on: Option<FailOn>,
    /// Ask nothing over the network
    #[arg(long)]
    offline: bool,
}

/// What is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Kind {
    Secrets,
    Vulnerabilities,
    Repository,
}

/// How the answer is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Form {
    /// For people at a terminal.
    #[default]
    Text,
    /// For programs: the object that MCP returns.
    Json,
    /// For code-scanning pages.
    Sarif,
    /// For documents and pull requests.
    Markdown,
    /// One page without scripts.
    Html,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum FailOn {
    Low,
    Medium,
    High,
    Critical,
}

impl Check {
    pub(super) fn format(&self) -> Format {
        if self.format == Form::Json { Format::Json } else { Format::Text }
    }

    pub(super) fn run(self, settings: &Settings) -> Result<ExitCode, Error> {
        let services = wire::services(settings, Roots::none())?;
        let caller = caller::caller(&services, Face::Cli)?;
        let id = RequestId::random().map_err(Error::internal)?;
        let progress = Progress::new();
        let request = self.request()?;
        let report = app::check(&services, &Call { caller: &caller, request: &id, watch: &progress }, &request);
        progress.finish();
        let report = report?;
        if self.update_baseline {
            return self.write_baseline(&report);
        }
        self.tell(&report)?;
        Ok(ExitCode::from(if report.summary.failed { exit_code::FAILED } else { exit_code::DONE }))
    }

    fn request(&self) -> Result<CheckRequest, Error> {
        let subject = match &self.project {
            Some(id) => CheckSubject::Project { id: id.clone() },
            None => CheckSubject::Folder { path: shown(&self.path)?, scope: self.scope() },
        };
        let kinds = self.only.iter().map(|kind| match kind {
            Kind::Secrets => FindingKind::Secret,
            Kind::Vulnerabilities => FindingKind::Vulnerability,
            Kind::Repository => FindingKind::Repository,
        });
        // What is written anew is not held against what was.
        let baseline = self.baseline.as_deref().filter(|_| !self.update_baseline).map(read_baseline).transpose()?;
        Ok(CheckRequest {
            kinds: kinds.collect(),
            engines: self.engines.clone(),
            compare: self.compare,
            fail_on: self.fail_on.map(FailOn::severity),
            baseline,
            offline: self.offline,
            ..CheckRequest::of(subject)
        })
    }

    fn scope(&self) -> CheckScope {
        match &self.diff {
            Some(base) => CheckScope::Since(base.clone()),
            None if self.staged => CheckScope::Staged,
            None if self.history => CheckScope::History,
            None if self.all_files => CheckScope::All,
            None => CheckScope::Tracked,
        }
    }

    fn tell(&self, report: &CheckReport) -> Result<(), Error> {
        let written = match self.format {
            Form::Text if self.output.is_none() => return output::print(&text::page(report)),
            Form::Text => anstream::adapter::strip_str(&text::page(report)).to_string(),
            Form::Json => serde_json::to_string_pretty(report).map_err(Error::internal)? + "\n",
            Form::Sarif => report::sarif(report),
            Form::Markdown => report::markdown(report),
            Form::Html => report::html(report),
        };
        match &self.output {
            None => output::print(&written),
            Some(path) => write(path, &written),
        }
    }

    fn write_baseline(&self, report: &CheckReport) -> Result<ExitCode, Error> {
        let Some(path) = &self.baseline else { return Ok(ExitCode::from(exit_code::DONE)) };
        write(path, &app::baseline_of(&report.findings))?;
        let count = report.findings.len();
        output::note(&format!(
            "{} known now: {} findings in {}. They still are there: mend them, and write the baseline anew.\n",
            if count == 0 { "Nothing is" } else { "Written as" },
            count,
            path.display()
        ));
        Ok(ExitCode::from(exit_code::DONE))
    }
}

impl FailOn {
    fn severity(self) -> Severity {
        match self {
            Self::Low => Severity::Low,
            Self::Medium => Severity::Medium,
            Self::High => Severity::High,
            Self::Critical => Severity::Critical,
        }
    }
}

fn shown(path: &Path) -> Result<String, Error> {
    path.to_str().map(str::to_owned).ok_or_else(|| {
        Error::invalid("path", "The folder's name is no text that can be passed on.", "Go into it, and check \".\".")
    })
}

fn read_baseline(path: &Path) -> Result<String, Error> {
    let unreadable = |cause: std::io::Error| {
        let message = format!("The baseline cannot be read: {}.", path.display());
        let hint = "Name a file that --update-baseline wrote, or leave --baseline out.";
        Error::invalid("baseline", message, hint).because(cause)
    };
    let size = std::fs::metadata(path).map_err(unreadable)?.len();
    if size > MOST_BASELINE_BYTES {
        let message = format!("The baseline is too large: it may hold {} MiB.", MOST_BASELINE_BYTES / 1024 / 1024);
        return Err(Error::invalid("baseline", message, "Mend what it holds, then write it anew."));
    }
    std::fs::read_to_string(path).map_err(unreadable)
}

/// Writes a file whole, or leaves it as it was.
fn write(path: &Path, text: &str) -> Result<(), Error> {
    safe_fs::write_private(path, text.as_bytes()).map_err(|cause| {
        let message = format!("The file could not be written: {}.", path.display());
        Error::new(ErrorKind::Unavailable, message, "Name a place with room that you may write to.").because(cause)
    })
}
