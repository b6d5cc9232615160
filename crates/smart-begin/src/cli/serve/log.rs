//! What the server writes about itself: JSON on stderr, by a filter that can be changed.

use app::{Error, ErrorKind};
use tracing::{Level, Metadata};
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::layer::{Layer as _, SubscriberExt as _};
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, Registry, fmt, reload};

use crate::config::{Fault, Settings, Severity, keys};

/// Where our own lines come from: our crates, and what they tell of access.
const OURS: &[&str] = &[
    "app",
    "audit",
    "blueprint",
    "delivery",
    "dependencies",
    "domain",
    "merkle",
    "observe",
    "outbound",
    "report",
    "safe_fs",
    "scan",
    "security",
    "server",
    "smart_begin",
    "source_tree",
    "store",
    "subprocess",
    "telemetry",
    "vault",
];

/// Whether a line may be logged whatever the filter says. What libraries tell below a warning holds whole messages, with
/// the secrets in them; that of MCP warns with parts of them.
fn is_safe(of: &Metadata<'_>) -> bool {
    let from = of.target().split("::").next().unwrap_or_default();
    let most = if from == "rmcp" { Level::ERROR } else { Level::WARN };
    *of.level() <= most || OURS.contains(&from)
}

/// Changes what is logged.
pub(super) struct Filter(reload::Handle<EnvFilter, Registry>);

/// Starts the log.
pub(super) fn start(settings: &Settings) -> Result<Filter, Error> {
    let (filter, handle) = reload::Layer::new(filter(settings)?);
    // Standard output belongs to the protocol.
    let lines = fmt::layer().json().flatten_event(true).with_current_span(false).with_writer(std::io::stderr);
    let lines = lines.with_filter(filter_fn(is_safe));
    tracing_subscriber::registry().with(filter).with(lines).init();
    // A panic is answered like any fault of ours; what it was goes to the log, as a line like all others.
    std::panic::set_hook(Box::new(|panic| tracing::error!(cause = %panic, "a panic")));
    Ok(Filter(handle))
}

impl Filter {
    /// Logs by the filter of `settings` from now on.
    pub(super) fn change(&self, settings: &Settings) {
        let changed = filter(settings).map(|filter| self.0.reload(filter));
        if !matches!(changed, Ok(Ok(()))) {
            tracing::error!("the log's filter could not be changed");
        }
    }
}

fn filter(settings: &Settings) -> Result<EnvFilter, Error> {
    EnvFilter::try_new(settings.text(&keys::LOG_FILTER).unwrap_or_default()).map_err(|cause| {
        Error::new(ErrorKind::Invalid, "--log: this is no log filter.", "Give error, warn, info, debug or trace.")
            .because(cause)
    })
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
