//! `smart-begin projects`: what was begun.

use app::{Call, Error, ProjectDetails, ProjectList, Quiet};
use clap::{Args, Subcommand};
use domain::{Caller, Face, RequestId};
use safe_fs::Roots;

use super::answer::{Format, Outcome};
use super::output;
use super::output::{QUIET, STRONG};
use crate::config::Settings;
use crate::wire;

/// Show the projects that were begun
#[derive(Args)]
pub(super) struct Projects {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// List the projects, newest first
    List {
        /// How many at most (1 to 500)
        #[arg(long)]
        limit: Option<u32>,
        /// Only those older than the project with this id
        #[arg(long, value_name = "ID")]
        cursor: Option<String>,
        /// How the answer is written
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
    /// Show one project with its answers and history
    Show {
        /// The project's id
        id: String,
        /// How the answer is written
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
}

impl Projects {
    pub(super) fn format(&self) -> Format {
        match self.what {
            What::List { format, .. } | What::Show { format, .. } => format,
        }
    }

    pub(super) fn run(self, settings: &Settings) -> Outcome {
        let format = self.format();
        let services = wire::services(settings, Roots::none())?;
        let caller = Caller::data_owner(&services.policy.get(), Face::Cli);
        let request = RequestId::random().map_err(Error::internal)?;
        let call = Call { caller: &caller, request: &request, watch: &Quiet };
        match (self.what, format) {
            (What::List { limit, cursor, .. }, format) => {
                let list = app::list_projects(&services, &call, limit, cursor.as_deref())?;
                if format == Format::Json { output::print_json(&list) } else { output::print(&table(&list)) }
            }
            (What::Show { id, .. }, format) => {
                let details = app::show_project(&services, &call, &id)?;
                if format == Format::Json { output::print_json(&details) } else { output::print(&sheet(&details)) }
            }
        }
    }
}

fn table(list: &ProjectList) -> String {
    if list.projects.is_empty() {
        return "No project was begun yet. Begin one: smart-begin new NAME\n".to_owned();
    }
    let mut text = String::new();
    for project in &list.projects {
        let place = project.target_directory.as_deref().unwrap_or("(archive)");
        text.push_str(&format!(
            "{}  {:<9}  {:<10}  {STRONG}{}{STRONG:#}  {place}  ",
            project.id, project.state, project.stack, project.name
        ));
        text.push_str(&format!("{QUIET}{}{QUIET:#}\n", project.started_at));
    }
    text
}

fn sheet(details: &ProjectDetails) -> String {
    let project = &details.summary;
    let mut text = format!("{STRONG}{}{STRONG:#} {}\n", project.name, project.state);
    for (name, value) in [
        ("id", project.id.as_str()),
        ("blueprint", &format!("{}/{} {}", project.template, project.stack, project.blueprint_version)),
        ("folder", project.target_directory.as_deref().unwrap_or("(archive)")),
        ("owner", &project.owner),
        ("plan", &project.plan_hash),
        ("begun", &project.started_at),
    ] {
        text.push_str(&format!("  {name:<10} {value}\n"));
    }
    text.push_str("\nAnswers\n");
    for (name, value) in details.answers.as_object().into_iter().flatten() {
        text.push_str(&format!("  {name}: {value}\n"));
    }
    text.push_str("\nHistory\n");
    for event in &details.events {
        let detail = event.detail.as_deref().map_or_else(String::new, |detail| format!(" ({detail})"));
        text.push_str(&format!("  {} {} by {}{detail}\n", event.at, event.kind, event.caller));
    }
    text
}
