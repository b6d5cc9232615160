//! A search: which files can hold what is wanted, and the order of what is found in them.

use std::ops::ControlFlow;
use std::path::Path;

use super::filter::Filter;
use super::record::Record;
use super::source::{Seen, to_read};
use super::summary::{SLACK, Summary, after_slack};
use super::{merge, newest};
use crate::Error;
use crate::files::folder::{Entry, Folder};

/// Lines that the newest first can be asked for.
const MOST_NEWEST: usize = 10_000;

/// What comes first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// The newest line; needs a limit, since all that is shown is held.
    #[default]
    Newest,
    /// The oldest line; nothing is held, so that everything can be asked for.
    Oldest,
}

/// A search.
#[derive(Clone, Debug)]
pub struct Query {
    /// Which lines.
    pub filter: Filter,
    /// In which order.
    pub order: Order,
    /// At most so many; none means all, which only [`Order::Oldest`] gives.
    pub limit: Option<usize>,
}

/// Looks through the log files in `folder` and hands what it finds to `show`, which may end it.
///
/// # Errors
/// When the folder cannot be read, or the limit makes no sense.
pub fn run(folder: &Path, query: &Query, show: &mut dyn FnMut(&Record) -> ControlFlow<()>) -> Result<Summary, Error> {
    let limit = check_limit(query)?;
    let folder = Folder::open(folder)?;
    let listed = folder.list().map_err(|cause| {
        Error::of_system("The log folder could not be read.", "Look at its permissions and its disk.", cause)
    })?;
    let files = to_read(listed.files).into_iter().filter(|entry| can_hold(entry, &query.filter)).collect();
    let mut summary = Summary::default();
    let mut seen = Seen::default();
    match query.order {
        Order::Newest => newest::run(&folder, files, &query.filter, limit, &mut summary, &mut seen, show),
        Order::Oldest => merge::run(&folder, files, &query.filter, limit, &mut summary, &mut seen, show),
    }
    summary.lines = seen.lines;
    summary.damaged_lines = seen.damaged;
    summary.damaged_files = seen.bad_files;
    Ok(summary)
}

fn check_limit(query: &Query) -> Result<usize, Error> {
    match (query.limit, query.order) {
        (Some(0), _) => Err(Error::of_field("limit", "No lines are no answer.", "Ask for at least one line.")),
        (None, Order::Oldest) => Ok(usize::MAX),
        (Some(limit), Order::Oldest) => Ok(limit),
        (Some(limit), Order::Newest) if limit <= MOST_NEWEST => Ok(limit),
        (_, Order::Newest) => Err(Error::of_field(
            "limit",
            format!("The newest lines can be asked for up to {MOST_NEWEST} at a time."),
            "Ask for fewer, or for the oldest first, which has no limit.",
        )),
    }
}

/// Whether lines of the time that is wanted can be in a file.
fn can_hold(entry: &Entry, filter: &Filter) -> bool {
    let ended_before = filter.from.is_some_and(|from| after_slack(entry.modified) < from);
    let begun_after =
        filter.until.is_some_and(|until| entry.name.start.checked_sub(SLACK).is_ok_and(|start| start > until));
    !ended_before && !begun_after
}
