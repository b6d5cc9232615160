//! What a sink is given at once.

/// One entry of the log, as a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its number in the log.
    pub number: u64,
    /// When it happened, in milliseconds since 1970 (UTC).
    pub at_ms: i64,
    /// What happened, in one word of ASCII.
    pub action: String,
    /// All of it: one JSON object on one line, without a newline.
    pub line: String,
}

/// Entries in the order of their numbers; never empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch {
    entries: Vec<Entry>,
}

impl Batch {
    /// A batch; none of no entries, and none whose numbers do not rise.
    #[must_use]
    pub fn new(entries: Vec<Entry>) -> Option<Self> {
        let rises = entries.windows(2).all(|pair| matches!(pair, [one, next] if one.number < next.number));
        (!entries.is_empty() && rises).then_some(Self { entries })
    }

    /// The entries.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The number of the first.
    #[must_use]
    pub fn first(&self) -> u64 {
        self.entries.first().map_or(0, |entry| entry.number)
    }

    /// The number of the last.
    #[must_use]
    pub fn last(&self) -> u64 {
        self.entries.last().map_or(0, |entry| entry.number)
    }

    /// When the last of them happened, in milliseconds since 1970 (UTC).
    #[must_use]
    pub fn at_ms(&self) -> i64 {
        self.entries.last().map_or(0, |entry| entry.at_ms)
    }
}
