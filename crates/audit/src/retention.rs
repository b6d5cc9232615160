//! What retention may drop, and how the entry that tells of it says so.
//!
//! Dropped is the text of an entry and its columns; its hash stays, so that the tree and all proofs stay as they are. The
//! entry that tells of a retention names what it dropped, and is itself never dropped.

use std::ops::Range;

use serde::{Deserialize, Serialize};

/// The most ranges that one entry names: with numbers of ten digits its detail stays far below what an entry may hold.
pub const MOST_RANGES: usize = 32;

/// Numbers of entries, as ranges in order that do not touch.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ranges(Vec<Range<u64>>);

impl Ranges {
    /// Adds a number, which must be greater than all before it.
    pub fn push(&mut self, number: u64) {
        match self.0.last_mut() {
            Some(last) if last.end == number => last.end += 1,
            _ => self.0.push(number..number + 1),
        }
    }

    /// Whether `number` can be added without there being more than [`MOST_RANGES`].
    #[must_use]
    pub fn has_room_for(&self, number: u64) -> bool {
        self.0.len() < MOST_RANGES || self.0.last().is_some_and(|last| last.end == number)
    }

    /// The ranges.
    #[must_use]
    pub fn as_slice(&self) -> &[Range<u64>] {
        &self.0
    }

    /// How many numbers they hold.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.0.iter().map(|range| range.end - range.start).sum()
    }
}

/// The detail of an entry that tells of a retention.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Dropped {
    /// First and last number of each range that lost its text.
    dropped: Vec<(u64, u64)>,
    /// Entries older than this were to be dropped, in milliseconds since 1970.
    before_ms: i64,
}

impl Dropped {
    /// Tells of these ranges.
    #[must_use]
    pub fn of(ranges: &Ranges, before_ms: i64) -> Self {
        Self { dropped: ranges.0.iter().map(|range| (range.start, range.end - 1)).collect(), before_ms }
    }

    /// The text that goes into the entry.
    ///
    /// # Errors
    /// Never; an error is a fault of this program.
    pub fn detail(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string(self)
    }

    /// What the detail of an entry tells of, if it tells of a retention.
    #[must_use]
    pub fn parse(detail: &str) -> Option<Self> {
        serde_json::from_str(detail).ok()
    }

    /// The ranges, each as it was written.
    pub fn ranges(&self) -> impl Iterator<Item = Range<u64>> {
        self.dropped.iter().map(|(first, last)| *first..last.saturating_add(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_become_ranges_and_are_read_back() {
        let mut ranges = Ranges::default();
        [0, 1, 2, 5, 6, 9].into_iter().for_each(|number| ranges.push(number));
        assert_eq!((ranges.as_slice(), ranges.count()), ([0..3, 5..7, 9..10].as_slice(), 6));
        let detail = Dropped::of(&ranges, 7).detail().unwrap();
        assert_eq!(detail, r#"{"dropped":[[0,2],[5,6],[9,9]],"beforeMs":7}"#);
        assert!(Dropped::parse(&detail).unwrap().ranges().eq([0..3, 5..7, 9..10]));
        for other in [
            "",
            "{}",
            "dropped",
            r#"{"dropped":[[0,2]],"beforeMs":7,"hold":1}"#,
            r#"{"dropped":[[-1,2]],"beforeMs":7}"#,
        ] {
            assert_eq!(Dropped::parse(other), None, "{other}");
        }
    }

    #[test]
    fn the_longest_detail_fits_into_an_entry() {
        let mut ranges = Ranges::default();
        (0..MOST_RANGES as u64).for_each(|number| ranges.push(9_000_000_000 + 3 * number));
        assert!(!ranges.has_room_for(9_900_000_000));
        assert!(Dropped::of(&ranges, i64::MAX).detail().unwrap().len() < 1_000);
    }
}
