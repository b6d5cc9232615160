//! The bounds of a program.

use std::time::Duration;

/// The bounds of a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// How long it may run. Then its process group is asked to end (SIGTERM).
    pub time: Duration,
    /// How long it may take to end after that. Then it is ended (SIGKILL).
    pub grace: Duration,
    /// How much of its stdout is kept, and as much of its stderr. It may write more; that is thrown away.
    pub output_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { time: Duration::from_secs(60), grace: Duration::from_secs(5), output_bytes: 64 << 10 }
    }
}
