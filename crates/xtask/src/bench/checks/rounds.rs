//! How much is measured.

/// How often, and how much.
pub(in crate::bench) struct Rounds {
    /// Pairs of measurements.
    pub(in crate::bench) pairs: usize,
    /// Millions of bytes of real source.
    pub(in crate::bench) megabytes: u64,
    /// Commits of the history.
    pub(in crate::bench) commits: usize,
    /// Files of the tree that is analysed.
    pub(in crate::bench) files: usize,
}
