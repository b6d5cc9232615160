//! Which bounds were held, so that nobody believes in one that was not.

/// Whether a bound was held.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Held {
    /// There was none to hold.
    #[default]
    NotAsked,
    /// By the kernel.
    Yes,
    /// Not, and why.
    No(&'static str),
}

/// Which of the bounds that were asked for were held.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Enforced {
    /// The memory of each process.
    pub memory: Held,
    /// The processor time of each process.
    pub cpu: Held,
    /// The size of files.
    pub file_size: Held,
    /// The number of processes.
    pub processes: Held,
    /// The number of open files of each process.
    pub open_files: Held,
    /// No network.
    pub network: Held,
}

impl Enforced {
    /// What was asked for and not held, as sentences: `memory limit NOT ENFORCED: …`.
    #[must_use]
    pub fn not_enforced(&self) -> Vec<String> {
        let all = [
            ("memory limit", self.memory),
            ("CPU limit", self.cpu),
            ("file size limit", self.file_size),
            ("process limit", self.processes),
            ("open file limit", self.open_files),
            ("no network", self.network),
        ];
        let said = |(what, held)| match held {
            Held::No(why) => Some(format!("{what} NOT ENFORCED: {why}")),
            Held::Yes | Held::NotAsked => None,
        };
        all.into_iter().filter_map(said).collect()
    }
}
