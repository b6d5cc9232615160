//! What the server writes about itself: JSON on stderr and in files, by a filter that can be changed, and its errors in groups.

use std::path::PathBuf;
use std::time::Duration;

use app::{Error, ErrorKind};
use diagnostics::{ErrorBook, ErrorLayer, Levels, LogConfig, LogFiles, Watch};
use tracing::{Level, Metadata};
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::{Layer as _, SubscriberExt as _};
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{Registry, fmt};

use crate::config::{Fault, Settings, Severity, keys};
use crate::data_folder::data_folder;

/// Where our own lines come from: our crates, and what they tell of access.
const OURS: &[&str] = &[
    "app",
    "audit",
    "blueprint",
    "delivery",
    "dependencies",
    "diagnostics",
    "domain",
    "merkle",
    "observe",
    "outbound",
    "report",
    "safe_fs",
    "scan",
    "security",
    "server",
    "slo",
    "smart_begin",
    "source_tree",
    "store",
    "subprocess",
    "vault",
];

/// Whether a line may be logged whatever the filter says. What libraries tell below a warning holds whole messages, with
/// the secrets in them; that of MCP warns with parts of them.
fn is_safe(of: &Metadata<'_>) -> bool {
    let from = of.target().split("::").next().unwrap_or_default();
    let most = if from == "rmcp" { Level::ERROR } else { Level::WARN };
    *of.level() <= most || OURS.contains(&from)
}

/// The log: what changes it while the server runs, and what writes it until the server ends.
pub(super) struct Log {
    levels: Levels<Registry>,
    /// The last to go, so that what the others tell at their end is still written.
    kept: Option<(Watch, LogFiles)>,
}

/// Changes what is logged.
pub(super) struct Filter(Levels<Registry>);

/// Starts the log. Where `listens`, it goes to files as well; the client of stdio keeps what comes on stderr, and waits for no
/// thread that it did not ask for.
pub(super) fn start(settings: &Settings, listens: bool) -> Result<Log, Error> {
    let (filter, levels) = Levels::new(base(settings)).map_err(no_filter)?;
    // Without its files the log still goes to stderr, and nobody is kept from working.
    let wanted = settings.switch(&keys::LOG_FILES) && (listens || settings.is_said(&keys::LOG_FILES));
    let (place, missing) = match wanted.then(|| files(settings)).transpose() {
        Ok(place) => (place, None),
        Err(error) => (None, Some(error)),
    };
    let book = ErrorBook::default();
    let subscriber = tracing_subscriber::registry().with(filter);
    // Standard output belongs to the protocol.
    let subscriber = subscriber.with(lines(std::io::stderr));
    let subscriber = subscriber.with(place.as_ref().map(|(_, files)| lines(files.lines())));
    let noted = || ErrorLayer::new(book.clone(), Level::WARN).with_filter(filter_fn(is_safe));
    subscriber.with(place.is_some().then(noted)).init();
    // A panic is answered like any fault of ours; what it was goes to the log, as a line like all others.
    std::panic::set_hook(Box::new(|panic| tracing::error!(cause = %panic, "a panic")));
    if let Some(error) = missing {
        tracing::warn!(cause = ?error.source, hint = error.hint, "no log files are written: {}", error.message);
    }
    let kept = place.map(|(folder, files)| Ok((Watch::start(folder, book, levels.clone())?, files)));
    Ok(Log { levels, kept: kept.transpose().map_err(refusal)? })
}

/// Lines as JSON, of all that may be logged.
fn lines<S, W>(to: W) -> impl tracing_subscriber::Layer<S>
where
    S: tracing::Subscriber + for<'a> LookupSpan<'a>,
    W: for<'a> MakeWriter<'a> + 'static,
{
    fmt::layer().json().flatten_event(true).with_current_span(false).with_writer(to).with_filter(filter_fn(is_safe))
}

/// The log files, and where they are.
fn files(settings: &Settings) -> Result<(PathBuf, LogFiles), Error> {
    let folder = log_folder(settings)?;
    let rotate_bytes = settings.whole(&keys::LOG_ROTATE_BYTES);
    let config = LogConfig {
        rotate_bytes,
        rotate_age: Duration::from_secs(settings.whole(&keys::LOG_ROTATE_HOURS) * 3_600),
        // What is written now is never removed.
        keep_bytes: settings.whole(&keys::LOG_KEEP_BYTES).max(rotate_bytes),
        keep_age: Duration::from_secs(settings.whole(&keys::LOG_KEEP_DAYS) * 86_400),
        ..LogConfig::new(&folder)
    };
    Ok((folder, LogFiles::start(config).map_err(refusal)?))
}

/// Where the log files are.
pub(in crate::cli) fn log_folder(settings: &Settings) -> Result<PathBuf, Error> {
    match settings.path(&keys::LOG_FOLDER) {
        Some(named) => Ok(named.to_path_buf()),
        None => Ok(data_folder(settings.path(&keys::DATA_FOLDER))?.join("logs")),
    }
}

/// What the log says of itself, as all others do.
pub(in crate::cli) fn refusal(error: diagnostics::Error) -> Error {
    let kind = if error.field.is_some() { ErrorKind::Invalid } else { ErrorKind::Unavailable };
    let mut told = Error::new(kind, error.message.clone(), error.hint.clone());
    told.field = error.field;
    match error.source {
        Some(cause) => told.because(cause),
        None => told,
    }
}

fn base(settings: &Settings) -> &str {
    settings.text(&keys::LOG_FILTER).unwrap_or_default()
}

fn no_filter(cause: diagnostics::Error) -> Error {
    Error::new(ErrorKind::Invalid, "--log: this is no log filter.", "Give error, warn, info, debug or trace.")
        .because(cause)
}

impl Log {
    /// What changes it when the configuration is read again.
    pub(super) fn filter(&self) -> Filter {
        Filter(self.levels.clone())
    }

    /// Ends it: what waits is written.
    pub(super) fn finish(self) {
        drop(self.kept);
    }
}

impl Filter {
    /// Logs by the filter of `settings` from now on.
    pub(super) fn change(&self, settings: &Settings) {
        if self.0.set_base(base(settings)).is_err() {
            tracing::error!("the log's filter could not be changed");
        }
    }
}

/// Puts what is wrong with a configuration into the log.
pub(super) fn tell(found: &Fault) {
    let (key, place, rule, hint) = (&found.key, &found.origin, found.rule, &found.hint);
    match found.severity {
        Severity::Fault => tracing::error!(key, %place, rule, hint, "{}", found.message),
        Severity::Warning => tracing::warn!(key, %place, rule, hint, "{}", found.message),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_our_crates_are_ours() {
        let crates = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/..")).unwrap();
        for name in crates.map(|entry| entry.unwrap().file_name().to_string_lossy().replace('-', "_")) {
            // Of tests and of work on this repository alone.
            let elsewhere = ["fuzz_targets", "testkit", "xtask"].contains(&name.as_str());
            assert!(elsewhere || OURS.contains(&name.as_str()), "{name} logs nothing below a warning");
        }
    }
}
