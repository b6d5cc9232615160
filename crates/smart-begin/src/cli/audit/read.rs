//! `smart-begin audit tail` and `query`.

use std::thread;
use std::time::Duration;

use app::{AuditEntryShown, AuditQuery, Call, Services};
use clap::{Args, ValueEnum};

use super::shown;
use crate::cli::answer::{Format, Outcome};
use crate::cli::output;

/// How often a tail looks for what came.
const LOOK: Duration = Duration::from_millis(500);

/// Show the newest entries, and with --follow those that come
#[derive(Args)]
pub(super) struct Tail {
    /// How many
    #[arg(short = 'n', long = "lines", default_value_t = 20, value_name = "N")]
    lines: u32,
    /// Go on with what comes, until you end it
    #[arg(short, long)]
    follow: bool,
    /// How entries are written: json is one object a line
    #[arg(long, value_enum, default_value_t)]
    pub(super) format: Format,
}

impl Tail {
    pub(super) fn run(self, services: &Services, call: &Call<'_>) -> Outcome {
        let mut follow = app::follow_audit(services, call, self.lines)?;
        loop {
            for entry in follow.next(services)? {
                output::print(&line(&entry, self.format)?)?;
            }
            if !self.follow {
                return Ok(());
            }
            thread::sleep(LOOK);
        }
    }
}

fn line(entry: &AuditEntryShown, format: Format) -> Result<String, app::Error> {
    match format {
        Format::Text => Ok(shown::entry(entry)),
        Format::Json => Ok(serde_json::to_string(entry).map_err(app::Error::internal)? + "\n"),
    }
}

/// How the answer to a query is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum QueryFormat {
    /// For people.
    #[default]
    Text,
    /// For programs.
    Json,
    /// For spreadsheets.
    Csv,
}

impl QueryFormat {
    pub(super) fn of_errors(self) -> Format {
        if self == Self::Json { Format::Json } else { Format::Text }
    }
}

/// Look for entries: the newest that fit, oldest first
#[derive(Args)]
pub(super) struct Query {
    /// Not before: RFC 3339, or an age as 7d, 24h, 30m
    #[arg(long, value_name = "TIME")]
    since: Option<String>,
    /// Before: RFC 3339, or an age
    #[arg(long, value_name = "TIME")]
    until: Option<String>,
    /// Of this principal
    #[arg(long, value_name = "PRINCIPAL")]
    caller: Option<String>,
    /// With this action, for example begin-project or sign-in-refused
    #[arg(long)]
    action: Option<String>,
    /// Of this project
    #[arg(long, value_name = "ID")]
    project: Option<String>,
    /// Of this request
    #[arg(long, value_name = "ID")]
    request: Option<String>,
    /// How many at most (1 to 10000)
    #[arg(long, default_value_t = 100, value_name = "N")]
    limit: u32,
    /// Look into the access log instead: what was looked at and planned
    #[arg(long)]
    access: bool,
    /// How the answer is written
    #[arg(long, value_enum, default_value_t)]
    pub(super) format: QueryFormat,
}

impl Query {
    pub(super) fn run(self, services: &Services, call: &Call<'_>) -> Outcome {
        let Self { since, until, caller, action, project, request, limit, access, format } = self;
        let query = AuditQuery { since, until, caller, action, project, request };
        if access {
            let list = app::query_access(services, call, &query, limit)?;
            return match format {
                QueryFormat::Json => output::print_json(&list),
                QueryFormat::Csv => output::print(&app::access_csv(&list)?),
                QueryFormat::Text => {
                    output::print(&list.lines.iter().map(shown::access_line).collect::<String>())?;
                    more(list.more);
                    Ok(())
                }
            };
        }
        let list = app::query_audit(services, call, &query, limit)?;
        match format {
            QueryFormat::Json => output::print_json(&list),
            QueryFormat::Csv => output::print(&app::audit_csv(&list)?),
            QueryFormat::Text => {
                output::print(&list.entries.iter().map(shown::entry).collect::<String>())?;
                more(list.more);
                Ok(())
            }
        }
    }
}

fn more(more: bool) {
    if more {
        output::note("There are more that are older: ask with --until, or with a higher --limit.\n");
    }
}
