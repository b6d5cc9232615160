//! The names of log files. What is not named exactly so is not ours: it is never read, and never removed.

use std::fmt;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

const PREFIX: &str = "smart-begin-";
const PLAIN: &str = ".jsonl";
const PACKED: &str = ".jsonl.gz";
const TIME: &str = "%Y%m%dT%H%M%S%.3f";

/// The name of a log file: when its first line was due, whose it is, and whether it is compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct FileName {
    /// To the millisecond.
    pub(crate) start: Timestamp,
    process: u32,
    random: u32,
    /// Whether it is compressed.
    pub(crate) packed: bool,
}

impl FileName {
    /// A name that no other file has.
    pub(crate) fn new(now: Timestamp) -> Self {
        let mut random = [0; 4];
        // Without chance the name is still the process's own; taken names are refused where the file is made.
        let _ = getrandom::fill(&mut random);
        let start = Timestamp::from_millisecond(now.as_millisecond()).unwrap_or(now);
        Self { start, process: std::process::id(), random: u32::from_le_bytes(random), packed: false }
    }

    /// Reads a name; none where it is not exactly what [`fmt::Display`] writes.
    pub(crate) fn parse(name: &str) -> Option<Self> {
        let (stem, packed) = match name.strip_suffix(PACKED) {
            Some(stem) => (stem, true),
            None => (name.strip_suffix(PLAIN)?, false),
        };
        let mut parts = stem.strip_prefix(PREFIX)?.split('-');
        let (time, process, random) = (parts.next()?, parts.next()?, parts.next()?);
        let start = DateTime::strptime(TIME, time.strip_suffix('Z')?).ok()?.to_zoned(TimeZone::UTC).ok()?.timestamp();
        let parsed =
            Self { start, process: process.parse().ok()?, random: u32::from_str_radix(random, 16).ok()?, packed };
        (parsed.to_string() == name).then_some(parsed)
    }

    /// The same file, compressed.
    pub(crate) fn packed(self) -> Self {
        Self { packed: true, ..self }
    }

    /// The same file as it is written.
    pub(crate) fn plain(self) -> Self {
        Self { packed: false, ..self }
    }

    /// What the compressed file is called while it is made.
    pub(crate) fn draft(self) -> String {
        format!(".{}.part", self.packed())
    }

    /// Whether a file of this name is one that was being compressed.
    pub(crate) fn is_draft(name: &str) -> bool {
        let inner = name.strip_prefix('.').and_then(|name| name.strip_suffix(".part"));
        inner.and_then(Self::parse).is_some_and(|name| name.packed)
    }
}

impl fmt::Display for FileName {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        let start = self.start.to_zoned(TimeZone::UTC).strftime(TIME);
        let end = if self.packed { PACKED } else { PLAIN };
        write!(to, "{PREFIX}{start}Z-{}-{:08x}{end}", self.process, self.random)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_read_as_it_is_written_and_no_other() {
        let name = FileName::new(Timestamp::now());
        let text = name.to_string();
        assert_eq!(FileName::parse(&text), Some(name), "{text}");
        assert_eq!(FileName::parse(&name.packed().to_string()), Some(name.packed()));
        assert!(FileName::is_draft(&name.draft()) && !FileName::is_draft(&text));
        for other in [
            "",
            "x.jsonl",
            "../smart-begin-1.jsonl",
            &format!("{text}.bak"),
            &text.replace("-0", "-00"),
            &text.to_uppercase(),
        ] {
            if other != text {
                assert_eq!(FileName::parse(other), None, "{other}");
            }
        }
    }

    #[test]
    fn names_sort_by_time() {
        let (early, late) =
            (Timestamp::from_second(1_700_000_000).unwrap(), Timestamp::from_second(1_800_000_000).unwrap());
        let (early, late) = (FileName::new(early), FileName::new(late));
        assert!(early < late && early.to_string() < late.to_string());
    }
}
