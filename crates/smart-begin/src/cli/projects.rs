//! `smart-begin projects`: what was begun, and whose it is.

use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use app::{ArchiveFormat, Error, ErrorKind, NewOwner, ProjectDetails, ProjectList};
use clap::{Args, Subcommand};

use super::answer::{Format, Outcome};
use super::call::with_call;
use super::confirm::confirm;
use super::output::{self, QUIET, STRONG};
use crate::config::Settings;

/// Show, export, hand over and forget the projects that were begun
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
    /// Write a project as it was begun, with its record, to an archive
    Export {
        /// The project's id
        id: String,
        /// The new file: NAME.zip or NAME.tar.gz
        #[arg(long, value_name = "FILE")]
        output: PathBuf,
        /// How the answer is written
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
    /// Give a project to another person or team
    Transfer {
        /// The project's id
        id: String,
        /// The principal whose it becomes
        #[arg(long, value_name = "PRINCIPAL", required_unless_present = "team")]
        to: Option<String>,
        /// The team whose members may read it; with --to alone it leaves its team
        #[arg(long, value_name = "TEAM")]
        team: Option<String>,
        /// Do not ask
        #[arg(long, short)]
        yes: bool,
        /// How the answer is written
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
    /// Forget a project; its files on disk stay
    Delete {
        /// The project's id
        id: String,
        /// Do not ask
        #[arg(long, short)]
        yes: bool,
        /// How the answer is written
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
}

impl Projects {
    pub(super) fn format(&self) -> Format {
        match self.what {
            What::List { format, .. }
            | What::Show { format, .. }
            | What::Export { format, .. }
            | What::Transfer { format, .. }
            | What::Delete { format, .. } => format,
        }
    }

    pub(super) fn run(self, settings: &Settings) -> Outcome {
        let format = self.format();
        with_call(settings, |services, call| match self.what {
            What::List { limit, cursor, .. } => {
                let list = app::list_projects(services, call, limit, cursor.as_deref())?;
                if format == Format::Json { output::print_json(&list) } else { output::print(&table(&list)) }
            }
            What::Show { id, .. } => {
                let details = app::show_project(services, call, &id)?;
                if format == Format::Json { output::print_json(&details) } else { output::print(&sheet(&details)) }
            }
            What::Export { id, output, .. } => {
                let kind = archive_format(&output)?;
                refuse_existing(&output)?;
                let archive = app::export_project(services, call, &id, kind)?;
                write_new(&output, &archive.bytes)?;
                let file = output.display().to_string();
                let told = serde_json::json!({ "projectId": id.trim(), "file": file, "bytes": archive.bytes.len() });
                let text = format!("Written: {file} ({} bytes)\n", archive.bytes.len());
                if format == Format::Json { output::print_json(&told) } else { output::print(&text) }
            }
            What::Transfer { id, to, team, yes, .. } => {
                let whom = [to.as_deref(), team.as_deref()].into_iter().flatten().collect::<Vec<_>>().join(", team ");
                confirm(&format!("Give the project {id} to {whom}?"), yes)?;
                let given = app::transfer_project(services, call, &id, &NewOwner { principal: to, team })?;
                let team = given.team.as_deref().map_or_else(String::new, |team| format!(", readable by team {team}"));
                let text = format!("Given: {} is {}'s now{team}.\n", given.id, given.owner);
                if format == Format::Json { output::print_json(&given) } else { output::print(&text) }
            }
            What::Delete { id, yes, .. } => {
                confirm(&format!("Forget the project {id}, with its history and links? Its files stay."), yes)?;
                let gone = app::delete_project(services, call, &id)?;
                let files = gone.target_directory.as_deref().map_or_else(String::new, |folder| {
                    format!(" Its files in {folder} are still there; they are yours to remove.")
                });
                let name = if gone.name.is_empty() { "erased" } else { &gone.name };
                let text = format!("Forgotten: {} ({name}).{files}\n", gone.id);
                if format == Format::Json { output::print_json(&gone) } else { output::print(&text) }
            }
        })
    }
}

fn archive_format(file: &Path) -> Result<ArchiveFormat, Error> {
    let name = file.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    if name.ends_with(".zip") {
        Ok(ArchiveFormat::Zip)
    } else if name.ends_with(".tar.gz") || name.ends_with(".tgz") {
        Ok(ArchiveFormat::TarGz)
    } else {
        let hint = "Name a file that ends in .zip or .tar.gz.";
        Err(Error::invalid("output", "The name does not say how the archive is to be packed.", hint))
    }
}

fn refuse_existing(file: &Path) -> Result<(), Error> {
    match fs::symlink_metadata(file) {
        Ok(_) => {
            Err(Error::refused("There is such a file already.", "Name another one; smart-begin never overwrites.")
                .on("output"))
        }
        Err(_) => Ok(()),
    }
}

/// Writes a file that was not there before, whole or not at all.
fn write_new(file: &Path, bytes: &[u8]) -> Outcome {
    let opened = OpenOptions::new().write(true).create_new(true).open(file);
    let failed = |cause: std::io::Error| {
        let message = format!("The archive could not be written to {}.", file.display());
        Error::new(ErrorKind::Unavailable, message, "Look at the folder and the disk, or name another file.")
            .on("output")
            .because(cause)
    };
    let mut opened = opened.map_err(failed)?;
    opened.write_all(bytes).and_then(|()| opened.sync_all()).map_err(|cause| {
        let _ = fs::remove_file(file);
        failed(cause)
    })
}

fn table(list: &ProjectList) -> String {
    if list.projects.is_empty() {
        return "No project was begun yet. Begin one: smart-begin new NAME\n".to_owned();
    }
    let mut text = String::new();
    for project in &list.projects {
        let place = project.target_directory.as_deref().unwrap_or("(archive)");
        let name = if project.name.is_empty() { "(erased)" } else { &project.name };
        text.push_str(&format!(
            "{}  {:<9}  {:<10}  {STRONG}{name}{STRONG:#}  {place}  ",
            project.id, project.state, project.stack
        ));
        text.push_str(&format!("{QUIET}{}{QUIET:#}\n", project.started_at));
    }
    text
}

fn sheet(details: &ProjectDetails) -> String {
    let project = &details.summary;
    let name = if project.name.is_empty() { "(erased with its owner's data)" } else { &project.name };
    let mut text = format!("{STRONG}{name}{STRONG:#} {}\n", project.state);
    for (name, value) in [
        ("id", project.id.as_str()),
        ("blueprint", &format!("{}/{} {}", project.template, project.stack, project.blueprint_version)),
        ("folder", project.target_directory.as_deref().unwrap_or("(archive)")),
        ("owner", &project.owner),
        ("team", project.team.as_deref().unwrap_or("(none)")),
        ("plan", if project.plan_hash.is_empty() { "(erased)" } else { &project.plan_hash }),
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
