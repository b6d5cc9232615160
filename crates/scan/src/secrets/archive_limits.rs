//! How far an archive may lead.

/// How far an archive is looked into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ArchiveLimits {
    /// Archives within archives; a `.tar.gz` is two.
    pub depth: usize,
    /// Files in all that a file of the tree unpacks to.
    pub entries: u64,
    /// Bytes in all that a file of the tree unpacks to.
    pub bytes: u64,
    /// How many times larger than itself it may become.
    pub ratio: u64,
    /// Zip archives larger than this are not looked into: they are held in memory.
    pub zip_bytes: u64,
}

impl Default for ArchiveLimits {
    fn default() -> Self {
        Self { depth: 4, entries: 10_000, bytes: 128 << 20, ratio: 200, zip_bytes: 32 << 20 }
    }
}
