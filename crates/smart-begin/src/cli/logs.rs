//! `smart-begin logs`: searches the log files of all servers of this data folder, and lists their errors in groups.

use std::ops::ControlFlow;
use std::time::Duration;

use app::{Error, ErrorKind};
use clap::{Args, Subcommand, ValueEnum};
use diagnostics::{ErrorBook, ErrorGroup, Filter, Follower, Order, Query, Record, Summary, Wanted};

use super::answer::{Format, Outcome};
use super::call;
use super::output::{self, BAD, QUIET, STRONG};
use super::serve::log::{log_folder, refusal};
use crate::config::Settings;

/// How often the end of the log is looked at.
const PAUSE: Duration = Duration::from_millis(500);

/// Search the log of this machine's servers, and see their errors in groups
#[derive(Args)]
pub(super) struct Logs {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Search the log files, compressed ones too
    Query(Box<Search>),
    /// List errors in groups, the last seen first: how often, since when, and one of them
    Errors {
        /// How the answer is written
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
}

#[derive(Args)]
struct Search {
    /// Lines of this time and later: 2026-11-23T21:00:00Z, or an age such as 15m, 2h, 3d
    #[arg(long, value_name = "TIME")]
    from: Option<String>,
    /// Lines before this time
    #[arg(long, value_name = "TIME")]
    until: Option<String>,
    /// Lines at least as grave: error, warn, info, debug, trace
    #[arg(long, value_name = "LEVEL")]
    level: Option<String>,
    /// Lines of this request
    #[arg(long, value_name = "ID")]
    request: Option<String>,
    /// Lines of this trace
    #[arg(long, value_name = "ID")]
    trace: Option<String>,
    /// Lines of this caller
    #[arg(long, value_name = "NAME")]
    caller: Option<String>,
    /// Lines of this module, and of those within it
    #[arg(long, value_name = "MODULE")]
    target: Option<String>,
    /// Lines whose message or values contain this, in capitals or not
    #[arg(long, value_name = "TEXT")]
    text: Option<String>,
    /// The same as a regular expression
    #[arg(long, value_name = "EXPRESSION")]
    pattern: Option<String>,
    /// Which lines come first
    #[arg(long, value_enum, default_value_t)]
    first: First,
    /// At most so many lines (default: 200 of the newest, all of the oldest)
    #[arg(long, value_name = "NUMBER")]
    limit: Option<usize>,
    /// Go on with new lines as they come
    #[arg(long, conflicts_with_all = ["until", "first", "limit"])]
    follow: bool,
    /// How lines are written: for people, or as JSON lines
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

#[derive(Clone, Copy, Default, ValueEnum)]
enum First {
    /// The newest.
    #[default]
    Newest,
    /// The oldest.
    Oldest,
}

impl Logs {
    pub(super) fn format(&self) -> Format {
        match &self.what {
            What::Query(search) => search.format,
            What::Errors { format } => *format,
        }
    }

    pub(super) fn run(self, settings: &Settings) -> Outcome {
        call::allow_reading_configuration(settings)?;
        let folder = log_folder(settings)?;
        if !folder.is_dir() {
            return Err(Error::new(
                ErrorKind::NotFound,
                format!("There are no log files in {}.", folder.display()),
                "A server that listens writes them (smart-begin serve --http), one on stdio where log.files is set. Or name its data folder with --data-dir.",
            ));
        }
        match self.what {
            What::Query(search) if search.follow => follow(&folder, &search),
            What::Query(search) => query(&folder, &search),
            What::Errors { format } => {
                let all = ErrorBook::default().all(&folder);
                match format {
                    Format::Json => {
                        output::print_json(&serde_json::json!({ "errors": all.list(), "gone": all.gone() }))
                    }
                    Format::Text => output::print(&groups(&all.list(), all.gone())),
                }
            }
        }
    }
}

impl Search {
    fn filter(&self) -> Result<Filter, Error> {
        let wanted = Wanted {
            from: self.from.clone(),
            until: self.until.clone(),
            level: self.level.clone(),
            request: self.request.clone(),
            trace: self.trace.clone(),
            caller: self.caller.clone(),
            target: self.target.clone(),
            text: self.text.clone(),
            pattern: self.pattern.clone(),
        };
        Filter::new(&wanted, jiff::Timestamp::now()).map_err(refusal)
    }

    fn line(&self, record: &Record) -> String {
        let mut line = match self.format {
            Format::Json => diagnostics::json_line(record),
            Format::Text => diagnostics::text_line(record),
        };
        line.push('\n');
        line
    }
}

fn query(folder: &std::path::Path, search: &Search) -> Outcome {
    let (order, usual) = match search.first {
        First::Newest => (Order::Newest, Some(200)),
        First::Oldest => (Order::Oldest, None),
    };
    let query = Query { filter: search.filter()?, order, limit: search.limit.or(usual) };
    let mut printed = Ok(());
    let summary = diagnostics::run(folder, &query, &mut |record| {
        printed = output::print(&search.line(record));
        if printed.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    });
    printed?;
    tell(&summary.map_err(refusal)?);
    Ok(())
}

/// What was not shown, beside the answer.
fn tell(summary: &Summary) {
    let mut told = Vec::new();
    if summary.shown == 0 {
        told.push(format!("No line of {} in {} files is so.", summary.lines, summary.files));
    }
    if summary.more {
        told.push("There are more lines: narrow the search, or raise --limit.".to_owned());
    }
    if summary.damaged_lines + summary.damaged_files > 0 {
        told.push(format!(
            "{} lines could not be read, and {} files not to their end.",
            summary.damaged_lines, summary.damaged_files
        ));
    }
    if summary.out_of_order {
        told.push("So many files overlap that lines may be out of order.".to_owned());
    }
    for line in told {
        output::note(&format!("{QUIET}{line}{QUIET:#}\n"));
    }
}

fn follow(folder: &std::path::Path, search: &Search) -> Outcome {
    let since = if search.from.is_some() { jiff::Timestamp::MIN } else { jiff::Timestamp::now() };
    let mut follower = Follower::new(folder, search.filter()?, since).map_err(refusal)?;
    loop {
        for record in follower.poll().map_err(refusal)? {
            output::print(&search.line(&record))?;
        }
        std::thread::sleep(PAUSE);
    }
}

fn groups(all: &[&ErrorGroup], gone: u64) -> String {
    let mut text = String::new();
    for group in all {
        let style = if group.level == "ERROR" { BAD } else { STRONG };
        let kind = group.kind.as_deref().map(|kind| format!(" [{}]", diagnostics::visible(kind))).unwrap_or_default();
        text.push_str(&format!(
            "{style}{} x{}{style:#} {}: {}{kind}\n  first {:.0}, last {:.0}, {}\n",
            diagnostics::visible(&group.level),
            group.count,
            diagnostics::visible(&group.target),
            diagnostics::visible(&group.template),
            group.first_seen,
            group.last_seen,
            diagnostics::visible(&group.fingerprint),
        ));
        let sample = &group.sample;
        let cause = sample.cause.as_deref().map(|cause| format!(": {cause}")).unwrap_or_default();
        let request = sample.request.as_deref().map(|id| format!(" (request {id})")).unwrap_or_default();
        let shown = diagnostics::visible(&format!("{}{cause}{request}", sample.message));
        text.push_str(&format!("  {QUIET}{shown}{QUIET:#}\n"));
    }
    if all.is_empty() {
        text.push_str("No errors were seen.\n");
    }
    if gone > 0 {
        text.push_str(&format!("{QUIET}{gone} older groups had to go for want of room.{QUIET:#}\n"));
    }
    text
}
