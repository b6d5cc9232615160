//! Sees errors as they are logged, wherever the log goes.

use std::fmt::{Debug, Write as _};

use jiff::Timestamp;
use tracing::field::{Field, Visit};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::layer::{Context, Layer};

use super::book::ErrorBook;
use super::groups::Occurrence;

/// Bytes that are kept of each field.
const LONGEST: usize = 8_000;

/// A layer that notes every line of a level in an [`ErrorBook`]. It needs no thread and no disk: a line costs a lock that is held
/// for microseconds.
#[derive(Debug)]
pub struct ErrorLayer {
    book: ErrorBook,
    least: Level,
}

impl ErrorLayer {
    /// Notes what is at least as grave as `least`.
    #[must_use]
    pub fn new(book: ErrorBook, least: Level) -> Self {
        Self { book, least }
    }
}

impl<S: Subscriber> Layer<S> for ErrorLayer {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let about = event.metadata();
        if *about.level() > self.least {
            return;
        }
        let mut fields = Fields::default();
        event.record(&mut fields);
        self.book.note(&Occurrence {
            time: Timestamp::now(),
            level: *about.level(),
            target: about.target().to_owned(),
            kind: fields.kind,
            message: fields.message.unwrap_or_default(),
            cause: fields.cause,
            request: fields.request,
            trace: fields.trace,
        });
    }
}

#[derive(Default)]
struct Fields {
    message: Option<String>,
    kind: Option<String>,
    cause: Option<String>,
    request: Option<String>,
    trace: Option<String>,
}

impl Fields {
    fn of(&mut self, field: &Field) -> Option<&mut Option<String>> {
        match field.name() {
            "message" => Some(&mut self.message),
            "kind" => Some(&mut self.kind),
            "cause" | "error" => Some(&mut self.cause),
            "request_id" => Some(&mut self.request),
            "trace_id" => Some(&mut self.trace),
            _ => None,
        }
    }
}

impl Visit for Fields {
    fn record_str(&mut self, field: &Field, value: &str) {
        if let Some(known) = self.of(field) {
            *known = Some(value.chars().take(LONGEST).collect());
        }
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        if let Some(known) = self.of(field) {
            let mut text = Short(String::new());
            // It ends with an error where the text is long enough.
            let _ = write!(text, "{value:?}");
            *known = Some(text.0);
        }
    }
}

/// A text that takes no more than it may.
struct Short(String);

impl std::fmt::Write for Short {
    fn write_str(&mut self, more: &str) -> std::fmt::Result {
        let room = LONGEST.saturating_sub(self.0.len());
        let end = (0..=room.min(more.len())).rev().find(|at| more.is_char_boundary(*at)).unwrap_or(0);
        self.0.push_str(&more[..end]);
        if end < more.len() { Err(std::fmt::Error) } else { Ok(()) }
    }
}
