//! What is looked for, checked before any file is opened.

use jiff::{Span, SpanRelativeTo, Timestamp};
use regex::{Regex, RegexBuilder};
use tracing::Level;

use super::record::Record;
use crate::Error;

/// Characters of anything that is looked for.
const LONGEST: usize = 1_024;

/// Bytes that a compiled expression may take. Expressions take time in proportion to the text, whatever they are.
const EXPRESSION: usize = 1 << 20;

/// What somebody wants to see, as typed. What is not given restricts nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// A time (RFC 3339) or how long ago (`15m`, `2h`, `3d`); lines of that time and later.
    pub from: Option<String>,
    /// The same; lines before that time.
    pub until: Option<String>,
    /// `error`, `warn`, `info`, `debug` or `trace`; lines at least as grave.
    pub level: Option<String>,
    /// The id of a request.
    pub request: Option<String>,
    /// The id of a trace.
    pub trace: Option<String>,
    /// Who called.
    pub caller: Option<String>,
    /// A module, with all within it.
    pub target: Option<String>,
    /// A text that the message or a value contains, in capitals or not.
    pub text: Option<String>,
    /// The same as a regular expression.
    pub pattern: Option<String>,
}

/// What lines must be to be shown.
#[derive(Clone, Debug)]
pub struct Filter {
    pub(crate) from: Option<Timestamp>,
    pub(crate) until: Option<Timestamp>,
    least: Level,
    equal: Vec<(&'static str, String)>,
    target: Option<String>,
    text: Vec<Regex>,
}

impl Filter {
    /// Checks what is wanted; ages are counted back from `now`.
    ///
    /// # Errors
    /// The first field that makes no sense, with what would.
    pub fn new(wanted: &Wanted, now: Timestamp) -> Result<Self, Error> {
        let from = wanted.from.as_deref().map(|text| time("from", text, now)).transpose()?;
        let until = wanted.until.as_deref().map(|text| time("until", text, now)).transpose()?;
        if let (Some(from), Some(until)) = (from, until)
            && from >= until
        {
            return Err(Error::of_field(
                "until",
                "This span of time ends before it begins.",
                "Give an earlier from, or a later until.",
            ));
        }
        let least = wanted.level.as_deref().map_or(Ok(Level::TRACE), level)?;
        let fields = [
            ("request", "request_id", &wanted.request),
            ("trace", "trace_id", &wanted.trace),
            ("caller", "caller", &wanted.caller),
        ];
        let mut equal = Vec::new();
        for (field, name, value) in fields {
            if let Some(value) = value {
                equal.push((name, short(field, value)?.to_owned()));
            }
        }
        let target = wanted.target.as_deref().map(|text| short("target", text).map(str::to_owned)).transpose()?;
        let mut text = Vec::new();
        if let Some(wanted) = &wanted.text {
            text.push(expression("text", &regex::escape(short("text", wanted)?), true)?);
        }
        if let Some(wanted) = &wanted.pattern {
            text.push(expression("pattern", short("pattern", wanted)?, false)?);
        }
        Ok(Self { from, until, least, equal, target, text })
    }

    /// Whether a line is wanted.
    #[must_use]
    pub fn takes(&self, record: &Record) -> bool {
        // Graver levels are the lesser ones.
        record.level <= self.least
            && self.from.is_none_or(|from| record.time >= from)
            && self.until.is_none_or(|until| record.time < until)
            && self.target.as_deref().is_none_or(|target| is_within(&record.target, target))
            && self.equal.iter().all(|(name, wanted)| record.has(name, wanted))
            && self.text.iter().all(|wanted| record.says(&mut |text| wanted.is_match(text)))
    }
}

fn is_within(target: &str, wanted: &str) -> bool {
    target.strip_prefix(wanted).is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
}

fn level(text: &str) -> Result<Level, Error> {
    let known = ["error", "warn", "info", "debug", "trace"].contains(&text.to_ascii_lowercase().as_str());
    text.parse().ok().filter(|_| known).ok_or_else(|| {
        Error::of_field("level", "This is no level of the log.", "Give error, warn, info, debug or trace.")
    })
}

fn time(field: &'static str, text: &str, now: Timestamp) -> Result<Timestamp, Error> {
    let text = short(field, text)?.trim();
    let ago = || {
        let span: Span = text.strip_suffix("ago").unwrap_or(text).trim().parse().ok()?;
        let age = span.to_duration(SpanRelativeTo::days_are_24_hours()).ok()?;
        now.checked_sub(age.abs()).ok()
    };
    text.parse().ok().or_else(ago).ok_or_else(|| {
        Error::of_field(
            field,
            "This is no time.",
            "Give one such as 2026-11-23T21:00:00Z, or an age such as 15m, 2h or 3d.",
        )
    })
}

fn short<'a>(field: &'static str, text: &'a str) -> Result<&'a str, Error> {
    if text.is_empty() || text.len() > LONGEST {
        let message = format!("What is looked for has 1 to {LONGEST} bytes.");
        return Err(Error::of_field(field, message, "Give a part of it that is short and rare."));
    }
    Ok(text)
}

fn expression(field: &'static str, text: &str, any_case: bool) -> Result<Regex, Error> {
    let made =
        RegexBuilder::new(text).case_insensitive(any_case).size_limit(EXPRESSION).dfa_size_limit(EXPRESSION).build();
    made.map_err(|cause| {
        let mut error = Error::of_field(
            field,
            "This regular expression is wrong or too large.",
            "Write a simpler one; brackets and other signs that are meant as such need a backslash.",
        );
        error.source = Some(Box::new(cause));
        error
    })
}
