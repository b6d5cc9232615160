//! `smart-begin jobs`: what runs by itself, how that went, and running it now.

use std::sync::Arc;

use app::{Call, JobList, JobReport, JobSummary, Quiet, Services};
use clap::{Args, Subcommand};
use domain::{Face, RequestId};
use observe::{DeliveryCounts, RotationCounts};
use safe_fs::Roots;

use super::answer::{Format, Outcome};
use super::output::{self, BAD, GOOD, QUIET, STRONG};
use super::serve::jobs::all;
use crate::config::{Secrets, Settings, credentials_folder};
use crate::{caller, wire};

/// See what runs by itself: when it last did, how that went, when it runs next; and run it now
#[derive(Args)]
pub(super) struct Jobs {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// List the jobs of this configuration with their last run
    List {
        /// How the answer is written
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
    /// Run a job now, in this process; exit code 1 when it fails
    Run {
        /// Its name, as `smart-begin jobs list` shows it
        name: String,
        /// How the answer is written
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
}

impl Jobs {
    pub(super) fn format(&self) -> Format {
        match self.what {
            What::List { format } | What::Run { format, .. } => format,
        }
    }

    /// Whether the job that was run failed.
    pub(super) fn run(self, settings: &Settings) -> Result<bool, app::Error> {
        let services = Arc::new(wire::services(settings, Roots::none())?);
        let caller = caller::caller(&services, Face::Cli)?;
        let request = RequestId::random().map_err(app::Error::internal)?;
        let call = Call { caller: &caller, request: &request, watch: &Quiet };
        // Only what a job needs that is run is asked for, be it over the network.
        let runs = matches!(self.what, What::Run { .. });
        let folder = credentials_folder();
        let secrets =
            if runs { Secrets::fetch_some(settings, folder.as_deref(), "audit.").0 } else { Secrets::default() };
        let (jobs, faults) = all(settings, &secrets, &services, &RotationCounts::default());
        match self.what {
            What::List { format } => list(&services, &call, &jobs, format).map(|()| false),
            What::Run { name, format } => {
                for fault in &faults {
                    output::note(&format!("{}\n{QUIET}{}{QUIET:#}\n", fault.message, fault.hint));
                }
                let report = app::run_job(&services, &call, jobs, &name, &DeliveryCounts::default())?;
                ran(&report, format).map(|()| !report.done)
            }
        }
    }
}

fn list(services: &Services, call: &Call<'_>, jobs: &app::Jobs, format: Format) -> Outcome {
    let list = app::list_jobs(services, call, jobs)?;
    match format {
        Format::Json => output::print_json(&list),
        Format::Text => output::print(&table(&list)),
    }
}

fn table(list: &JobList) -> String {
    let mut text = String::new();
    for job in &list.jobs {
        let configured = if job.configured { "" } else { "  (not in this configuration)" };
        text.push_str(&format!("{STRONG}{}{STRONG:#}{configured}\n  last: {}", job.name, last(job)));
        if let Some(every) = job.every_seconds {
            text.push_str(&format!("\n  {QUIET}rests {}{QUIET:#}", span(every)));
        }
        if let Some(next) = &job.next_due_at {
            text.push_str(&format!("{QUIET}, next {next} if a server runs{QUIET:#}"));
        }
        text.push('\n');
    }
    if list.jobs.is_empty() {
        text.push_str("There are no jobs.\n");
    }
    text
}

fn last(job: &JobSummary) -> String {
    let style = match job.result.as_str() {
        "done" => GOOD,
        "failed" | "contradicted" | "broken off" => BAD,
        _ => QUIET,
    };
    let mut text = format!("{style}{}{style:#}", job.result);
    if let Some(at) = job.ended_at.as_ref().or(job.started_at.as_ref()) {
        text.push_str(&format!(" {at}"));
    }
    if let Some(by) = job.ran_by.as_ref().filter(|by| *by != "smart-begin") {
        text.push_str(&format!(", asked for by {by}"));
    }
    if let Some(message) = &job.message {
        text.push_str(&format!("\n  {message}"));
        let well = job.last_done_at.as_deref().unwrap_or("never");
        text.push_str(&format!("\n  last time it went well: {well}"));
    }
    text
}

fn span(seconds: u64) -> String {
    match seconds {
        0..120 => format!("{seconds} s"),
        120..7_200 => format!("{} min", seconds / 60),
        _ => format!("{} h", seconds / 3_600),
    }
}

fn ran(report: &JobReport, format: Format) -> Outcome {
    match format {
        Format::Json => output::print_json(report),
        Format::Text => output::print(&format!("{}: {}\n", report.job.name, last(&report.job))),
    }
}
