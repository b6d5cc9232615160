//! `smart-begin new`: begins a project.

use std::io::{IsTerminal as _, Read as _};
use std::path::{Path, PathBuf};

use app::{BeginRequest, Call, Error, ErrorKind, Services};
use clap::Args;
use domain::{Face, RequestId};
use safe_fs::Roots;
use serde::Deserialize;

use super::answer::{Format, Outcome};
use super::progress::Progress;
use super::{output, questions};
use crate::config::Settings;
use crate::{caller, wire};

/// The most that an answers file may hold; answers are short.
const MAX_ANSWERS_BYTES: u64 = 256 * 1024;

/// Begin a project
#[derive(Args)]
pub(super) struct New {
    /// What the project is called, for example invoice-service
    name: Option<String>,
    /// Language: typescript, python or rust
    #[arg(long)]
    stack: Option<String>,
    /// Kind of project: api-service
    #[arg(long)]
    template: Option<String>,
    /// The project folder itself (default: ./NAME)
    #[arg(long, value_name = "PATH")]
    dir: Option<PathBuf>,
    /// What it does, in one sentence
    #[arg(long, value_name = "TEXT")]
    description: Option<String>,
    /// What it should achieve; may be given several times
    #[arg(long = "goal", value_name = "TEXT")]
    goals: Vec<String>,
    /// Who builds it, so that its documents speak to them: strategy-people, vibe-coders, non-technical-founders
    #[arg(long = "for", value_name = "USERS", value_delimiter = ',')]
    target_users: Vec<String>,
    /// Your role: developer, product-strategist, operations-engineer, designer, qa-engineer
    #[arg(long)]
    role: Option<String>,
    /// Quality level: basic, standard, enterprise, production
    #[arg(long, value_name = "LEVEL")]
    quality: Option<String>,
    /// Who writes it: "Ada Lovelace" or "Ada Lovelace <ada@example.org>"
    #[arg(long)]
    author: Option<String>,
    /// Who owns it; @name or @organisation/team becomes the code owner
    #[arg(long)]
    owner: Option<String>,
    /// Where security problems are reported: an e-mail or web address
    #[arg(long)]
    contact: Option<String>,
    /// Apache-2.0, MIT or UNLICENSED
    #[arg(long)]
    license: Option<String>,
    /// Year in the copyright line
    #[arg(long)]
    year: Option<i32>,
    /// Answers from a TOML file, for example another project's .smart-begin.toml; options override it
    #[arg(long, value_name = "FILE.toml")]
    answers: Option<PathBuf>,
    /// Show the plan and its hash; write nothing
    #[arg(long)]
    dry_run: bool,
    /// Write only if the plan still has this hash
    #[arg(long, value_name = "HASH")]
    plan_hash: Option<String>,
    /// Make no git repository
    #[arg(long)]
    no_git: bool,
    /// Ask nothing: take the defaults
    #[arg(long, short)]
    yes: bool,
    /// How the answer is written
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// An answers file: the keys of a project's record, all of them optional, alone or in a table `answers`.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Answers {
    name: Option<String>,
    description: Option<String>,
    template: Option<String>,
    stack: Option<String>,
    target_users: Vec<String>,
    goals: Vec<String>,
    role: Option<String>,
    quality: Option<String>,
    compliance: Vec<String>,
    author: Option<String>,
    owner: Option<String>,
    contact: Option<String>,
    license: Option<String>,
    year: Option<i32>,
}

impl New {
    pub(super) fn format(&self) -> Format {
        self.format
    }

    pub(super) fn run(self, settings: &Settings) -> Outcome {
        let (format, asks) =
            (self.format, !self.yes && std::io::stdin().is_terminal() && std::io::stderr().is_terminal());
        let mut request = self.into_request(asks)?;
        if request.apply {
            // What is to be written is checked first.
            app::prepare_check();
        }
        let services = wire::services(settings, Roots::none())?;
        if asks {
            questions::ask(&services, &mut request)?;
        }
        let report = begin(&services, request)?;
        match format {
            Format::Json => output::print_json(&report),
            Format::Text => output::print(&output::report(&report)),
        }
    }

    fn into_request(self, asks: bool) -> Result<BeginRequest, Error> {
        let file = self.answers.as_deref().map(read_answers).transpose()?.unwrap_or_default();
        let named = self.name.or(file.name);
        let project_name = match named {
            Some(name) => name,
            None if asks => questions::name()?,
            None => {
                return Err(Error::invalid("projectName", "The project has no name.", "Call: smart-begin new NAME"));
            }
        };
        let several = |given: Vec<String>, filed: Vec<String>| if given.is_empty() { filed } else { given };
        Ok(BeginRequest {
            project_name,
            description: self.description.or(file.description),
            project_template: self.template.or(file.template),
            stack: self.stack.or(file.stack),
            target_users: several(self.target_users, file.target_users),
            business_goals: several(self.goals, file.goals),
            role: self.role.or(file.role),
            quality_level: self.quality.or(file.quality),
            compliance_requirements: file.compliance,
            author: self.author.or(file.author),
            owner: self.owner.or(file.owner),
            contact: self.contact.or(file.contact),
            license: self.license.or(file.license),
            year: self.year.or(file.year),
            target_directory: self.dir.map(folder).transpose()?,
            apply: !self.dry_run,
            plan_hash: self.plan_hash,
            git: !self.no_git,
            ..BeginRequest::default()
        })
    }
}

fn begin(services: &Services, request: BeginRequest) -> Result<app::BeginReport, Error> {
    let caller = caller::caller(services, Face::Cli)?;
    let id = RequestId::random().map_err(Error::internal)?;
    let progress = Progress::new();
    let report = app::begin_project(services, &Call { caller: &caller, request: &id, watch: &progress }, request, None);
    progress.finish();
    report
}

fn folder(path: PathBuf) -> Result<String, Error> {
    if path.file_name().is_none() {
        let hint = "Name the new folder itself, for example --dir ../demo; it is made by smart-begin.";
        return Err(Error::invalid("targetDirectory", "This names no folder of its own.", hint));
    }
    path.into_os_string().into_string().map_err(|_| {
        Error::invalid(
            "targetDirectory",
            "The folder's name is not valid Unicode text.",
            "Name another folder with --dir.",
        )
    })
}

fn read_answers(path: &Path) -> Result<Answers, Error> {
    let shown = path.display();
    let unreadable = |cause: std::io::Error| {
        Error::new(
            ErrorKind::Invalid,
            format!("--answers: {shown} cannot be read."),
            "Name a TOML file that you may read.",
        )
        .because(cause)
    };
    let file = std::fs::File::open(path).map_err(unreadable)?;
    let mut text = String::new();
    // Not the size that the system tells: a device has none, and no end either.
    file.take(MAX_ANSWERS_BYTES + 1).read_to_string(&mut text).map_err(unreadable)?;
    if text.len() as u64 > MAX_ANSWERS_BYTES {
        return Err(Error::new(
            ErrorKind::Invalid,
            format!("--answers: {shown} is larger than answers can be."),
            "Name a file with answers alone.",
        ));
    }
    let no_answers = |why: &str| {
        Error::new(
            ErrorKind::Invalid,
            format!("--answers: {shown} does not hold answers: {why}."),
            "See docs/answers.md for the keys; a project's .smart-begin.toml works as it is.",
        )
    };
    let malformed = |cause: toml::de::Error| no_answers(cause.message()).because(cause);
    let table: toml::Table = toml::from_str(&text).map_err(malformed)?;
    let answers = match table.get("answers") {
        Some(answers) if !answers.is_table() => return Err(no_answers("`answers` is not a table")),
        Some(answers) => answers.clone(),
        None => toml::Value::Table(table),
    };
    answers.try_into().map_err(malformed)
}
