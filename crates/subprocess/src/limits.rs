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
    /// What it may use of the machine.
    pub resources: Resources,
    /// Whether it may use the network.
    pub network: Network,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            time: Duration::from_secs(60),
            grace: Duration::from_secs(5),
            output_bytes: 64 << 10,
            resources: Resources::default(),
            network: Network::Allowed,
        }
    }
}

/// What a program may use of the machine, and each that it starts. None is as much as this process itself.
///
/// The kernel holds these where it can; [`Ended::enforced`](crate::Ended::enforced) tells what it did not hold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Resources {
    /// Memory that one process may write to. Address space that is only set aside does not count: some runtimes set
    /// aside more than any machine has.
    pub memory_bytes: Option<u64>,
    /// Time on processors that one process may use, in whole seconds.
    pub cpu: Option<Duration>,
    /// The size of one file that is written.
    pub file_bytes: Option<u64>,
    /// Processes and threads beyond those that the user has at the start.
    pub processes: Option<u64>,
    /// Files that one process may have open at once.
    pub open_files: Option<u64>,
}

impl Resources {
    pub(crate) fn are_limited(self) -> bool {
        self != Self::default()
    }
}

/// Whether a program may use the network.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Network {
    /// As this process itself.
    #[default]
    Allowed,
    /// Not at all, not even to reach this machine: it gets a network namespace of its own with nothing in it.
    Denied,
}
