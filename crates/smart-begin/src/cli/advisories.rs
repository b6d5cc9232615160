//! `smart-begin advisories`: what packages are matched against, brought up to date and told of.

use std::path::PathBuf;
use std::process::ExitCode;

use app::{
    AdvisorySource, AdvisoryStatus, Call, Error, Services, UpdateAdvisories, UpdateOutcome, UpdatedAdvisories,
    UpdatedEcosystem,
};
use clap::{Args, Subcommand};

use super::answer::Format;
use super::call::with_answer;
use super::output::{self, GOOD, QUIET, STRONG};
use crate::config::Settings;
use crate::exit_code;

/// From how many days on it is said that advisories are old.
const OLD: i64 = 7;

/// Bring advisories of vulnerable packages up to date, and show how old they are
#[derive(Args)]
pub(super) struct Advisories {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Take in advisories: from the published address, a mirror, an archive or a folder
    Update {
        /// A folder or zip with OSV records, or the address of a server that has them as OSV publishes them (default: the
        /// setting checks.advisories_url)
        #[arg(long, value_name = "DIR|ZIP|URL")]
        from: Option<String>,
        /// This ecosystem alone: npm, PyPI, Go, cargo, Maven, RubyGems, Debian:12, …; may be given several times
        #[arg(long = "ecosystem", value_name = "E")]
        ecosystems: Vec<String>,
        /// How the answer is written
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
    /// Show which advisories there are and how old they are
    Status {
        /// How the answer is written
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
}

impl Advisories {
    pub(super) fn format(&self) -> Format {
        match self.what {
            What::Update { format, .. } | What::Status { format } => format,
        }
    }

    pub(super) fn run(self, settings: &Settings) -> Result<ExitCode, Error> {
        with_answer(settings, |services, call| match self.what {
            What::Update { from, ecosystems, format } => {
                let request = UpdateAdvisories { from: from.map(source), ecosystems };
                update(services, call, &request, format)
            }
            What::Status { format } => status(&app::advisory_status(services, call)?, format),
        })
    }
}

fn source(from: String) -> AdvisorySource {
    if from.starts_with("https://") || from.starts_with("http://") {
        AdvisorySource::Address(from)
    } else {
        AdvisorySource::Path(PathBuf::from(from))
    }
}

fn update(services: &Services, call: &Call<'_>, request: &UpdateAdvisories, format: Format) -> Result<ExitCode, Error> {
    let updated = app::update_advisories(services, call, request)?;
    match format {
        Format::Json => output::print_json(&updated)?,
        Format::Text => output::print(&told(&updated))?,
    }
    Ok(if updated.failed == 0 { ExitCode::SUCCESS } else { exit_code::of(app::ErrorKind::Unavailable) })
}

fn told(updated: &UpdatedAdvisories) -> String {
    updated.ecosystems.iter().map(line).collect()
}

fn line(each: &UpdatedEcosystem) -> String {
    let name = &each.ecosystem;
    match each.outcome {
        UpdateOutcome::Updated => format!(
            "{GOOD}Updated{GOOD:#} {STRONG}{name}{STRONG:#}: {} advisories for {} packages{}\n",
            each.advisories.unwrap_or_default(),
            each.packages.unwrap_or_default(),
            each.newest.as_ref().map(|newest| format!(", the newest of {newest}")).unwrap_or_default(),
        ),
        UpdateOutcome::Unchanged => format!("Unchanged {STRONG}{name}{STRONG:#}: what is here is the newest\n"),
        UpdateOutcome::Failed => {
            format!(
                "FAILED {STRONG}{name}{STRONG:#}: {}\n",
                each.reason.as_deref().unwrap_or("the reason is in the log")
            )
        }
    }
}

fn status(status: &AdvisoryStatus, format: Format) -> Result<ExitCode, Error> {
    if format == Format::Json {
        output::print_json(status)?;
        return Ok(ExitCode::SUCCESS);
    }
    let mut text = String::new();
    if status.ecosystems.is_empty() {
        text.push_str(
            "There are no advisories, so that vulnerabilities are UNKNOWN. Get them: smart-begin advisories update\n",
        );
    }
    for each in &status.ecosystems {
        let age = match each.days {
            Some(0) => "today".to_owned(),
            Some(1) => "a day old".to_owned(),
            Some(days) if days >= OLD => format!("{days} days old: smart-begin advisories update"),
            Some(days) => format!("{days} days old"),
            None => "of unknown age".to_owned(),
        };
        let count = each.age.advisories;
        let name = &each.age.ecosystem;
        text.push_str(&format!("{STRONG}{name}{STRONG:#}  {count} advisories  {QUIET}{age}{QUIET:#}\n"));
    }
    for damaged in &status.damaged {
        text.push_str(&format!("DAMAGED {damaged}\n"));
    }
    output::print(&text)?;
    Ok(ExitCode::SUCCESS)
}
