//! What the server writes about itself: JSON on stderr, by a filter that can be changed.

use app::{Error, ErrorKind};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, Registry, fmt, reload};

use crate::config::{Fault, Settings, Severity, keys};

/// Changes what is logged.
pub(super) struct Filter(reload::Handle<EnvFilter, Registry>);

/// Starts the log.
pub(super) fn start(settings: &Settings) -> Result<Filter, Error> {
    let (filter, handle) = reload::Layer::new(filter(settings)?);
    // Standard output belongs to the protocol.
    let lines = fmt::layer().json().flatten_event(true).with_current_span(false).with_writer(std::io::stderr);
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
