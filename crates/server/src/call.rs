//! One call: who makes it and under which id it goes through logs, events and answers.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use domain::{Caller, RequestId};

/// Who calls, and the id of this one request.
#[derive(Clone, Debug)]
pub(crate) struct Identity {
    pub(crate) caller: Caller,
    pub(crate) request: RequestId,
}

/// Set once a request has its own line in the log, so that the layers around it do not write a second one.
#[derive(Clone, Debug, Default)]
pub(crate) struct Logged(Arc<AtomicBool>);

impl Logged {
    pub(crate) fn set(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    pub(crate) fn is_set(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// Writes the one line of the log that every call gets.
pub(crate) fn record(identity: &Identity, operation: &str, started: Instant, outcome: &str) {
    tracing::info!(
        request_id = identity.request.as_str(),
        caller = identity.caller.name,
        operation,
        duration_ms = milliseconds(started),
        outcome,
        "call"
    );
}

/// Milliseconds since `started`, with microseconds behind the point.
pub(crate) fn milliseconds(started: Instant) -> f64 {
    let micros = u32::try_from(started.elapsed().as_micros()).unwrap_or(u32::MAX);
    f64::from(micros) / 1000.0
}

/// What a client sent, cut and cleaned for a line of the log.
pub(crate) fn for_log(text: &str) -> String {
    text.chars().filter(|character| !character.is_control()).take(120).collect()
}
