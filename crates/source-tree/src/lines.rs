//! Which lines of a text are new.

use std::collections::HashMap;
use std::ops::Range;

use imara_diff::{Algorithm, Diff, InternedInput};

/// Texts with more lines are not compared in order, which could take a time that grows with their product.
const MOST_IN_ORDER: u32 = 50_000;

/// The new lines of one file, as ranges from 0.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Lines {
    All,
    Some(Vec<Range<u32>>),
}

impl Lines {
    /// Those of `after` that are not in `before`. A line's end (with or without a carriage return) is no part of it.
    pub(crate) fn added(before: &[u8], after: &[u8]) -> Self {
        let input = InternedInput::new(Split(before), Split(after));
        if input.before.len().max(input.after.len()) > MOST_IN_ORDER as usize {
            return Self::more_often(before, after);
        }
        let mut diff = Diff::compute(Algorithm::Myers, &input);
        diff.postprocess_no_heuristic(&input);
        Self::Some(diff.hunks().map(|hunk| hunk.after).filter(|range| !range.is_empty()).collect())
    }

    /// Those that are there more often than before, the first of each kind being the old ones.
    fn more_often(before: &[u8], after: &[u8]) -> Self {
        use imara_diff::TokenSource as _;
        let mut old: HashMap<&[u8], u32> = HashMap::new();
        Split(before).tokenize().for_each(|line| *old.entry(line).or_default() += 1);
        let mut ranges: Vec<Range<u32>> = Vec::new();
        for (number, line) in (0_u32..).zip(Split(after).tokenize()) {
            match old.get_mut(line).filter(|left| **left > 0) {
                Some(left) => *left -= 1,
                None => match ranges.last_mut().filter(|last| last.end == number) {
                    Some(last) => last.end = number + 1,
                    None => ranges.push(number..number + 1),
                },
            }
        }
        Self::Some(ranges)
    }

    /// Whether a line (from 1) is among them.
    pub(crate) fn hold(&self, line: u32) -> bool {
        let Self::Some(ranges) = self else { return true };
        let line = line.saturating_sub(1);
        let after = ranges.partition_point(|range| range.end <= line);
        ranges.get(after).is_some_and(|range| range.contains(&line))
    }
}

struct Split<'a>(&'a [u8]);

impl<'a> imara_diff::TokenSource for Split<'a> {
    type Token = &'a [u8];
    type Tokenizer = std::iter::Map<std::slice::Split<'a, u8, fn(&u8) -> bool>, fn(&'a [u8]) -> &'a [u8]>;

    fn tokenize(&self) -> Self::Tokenizer {
        let is_end: fn(&u8) -> bool = |byte| *byte == b'\n';
        let plain: fn(&'a [u8]) -> &'a [u8] = |line| line.strip_suffix(b"\r").unwrap_or(line);
        self.0.split(is_end).map(plain)
    }

    fn estimate_tokens(&self) -> u32 {
        u32::try_from(self.0.len() / 32).unwrap_or(u32::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn added(before: &str, after: &str) -> Vec<u32> {
        let lines = Lines::added(before.as_bytes(), after.as_bytes());
        (1..=after.lines().count() as u32).filter(|line| lines.hold(*line)).collect()
    }

    #[test]
    fn new_lines_are_told_from_old_ones_that_moved_down() {
        assert_eq!(added("a\nb\nc\n", "x\na\nb\ny\nc\n"), [1, 4]);
        assert_eq!(added("", "a\nb\n"), [1, 2]);
        assert_eq!(added("a\nb", "a\n"), [0_u32; 0]);
        assert_eq!(added("a\r\nb\r\n", "a\nb\nc\n"), [3]);
        assert_eq!(added("a\na\na\n", "a\na\na\na\n").len(), 1);
        assert!(Lines::All.hold(7));
    }

    #[test]
    fn texts_that_share_nothing_take_no_quadratic_time() {
        let text = |seed: u32| {
            (0..2_000_000_u32).map(|n| format!("{}\n", (n % 10_007 * 7919 + seed) % 97)).collect::<String>()
        };
        let lines = Lines::added(text(1).as_bytes(), text(50).as_bytes());
        assert!(matches!(lines, Lines::Some(_)));
        let many = "a\n".repeat(MOST_IN_ORDER as usize + 1);
        let lines = Lines::added(many.as_bytes(), format!("b\n{many}c\n").as_bytes());
        assert!(lines.hold(1) && !lines.hold(2) && lines.hold(MOST_IN_ORDER + 3));
    }
}
