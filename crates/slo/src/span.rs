//! Lengths of time as the file and Prometheus write them: `5m`, `3d`.

use std::fmt;
use std::str::FromStr;

const UNITS: [(char, u64); 4] = [('d', 86_400), ('h', 3_600), ('m', 60), ('s', 1)];

/// No length of time in the file is longer: ten years.
const LONGEST: u64 = 3_650 * 86_400;

/// A length of time in whole seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Span(u64);

impl Span {
    /// So many seconds.
    #[must_use]
    pub const fn seconds(seconds: u64) -> Self {
        Self(seconds)
    }

    /// So many minutes.
    #[must_use]
    pub const fn minutes(minutes: u64) -> Self {
        Self(minutes.saturating_mul(60))
    }

    /// Its seconds.
    #[must_use]
    pub const fn as_seconds(self) -> u64 {
        self.0
    }

    /// Its seconds, to reckon with times that may lie before 1970.
    #[must_use]
    pub fn signed(self) -> i64 {
        i64::try_from(self.0).unwrap_or(i64::MAX)
    }
}

/// As one number with the largest unit that leaves no rest.
impl fmt::Display for Span {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let fits = UNITS.iter().find(|(_, size)| self.0 > 0 && self.0.is_multiple_of(*size));
        let (unit, size) = fits.unwrap_or(&('s', 1));
        write!(formatter, "{}{unit}", self.0 / size)
    }
}

/// Why a text is no length of time.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no length of time: write a whole number with s, m, h or d, such as 5m, of ten years at most")]
pub struct NoSpan(String);

impl FromStr for Span {
    type Err = NoSpan;

    fn from_str(text: &str) -> Result<Self, NoSpan> {
        let refused = || NoSpan(text.chars().take(40).collect());
        let unit = text.chars().last().ok_or_else(refused)?;
        let (_, size) = UNITS.iter().find(|(letter, _)| *letter == unit).ok_or_else(refused)?;
        let number = &text[..text.len() - unit.len_utf8()];
        if !number.chars().all(|each| each.is_ascii_digit()) {
            return Err(refused());
        }
        let seconds = number.parse::<u64>().ok().and_then(|number| number.checked_mul(*size));
        seconds.filter(|seconds| *seconds <= LONGEST).map(Self).ok_or_else(refused)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_length_of_time_is_read_and_written() {
        for (text, seconds) in [("5m", 300), ("3d", 259_200), ("90s", 90), ("0s", 0), ("36h", 129_600)] {
            assert_eq!(text.parse::<Span>().unwrap().as_seconds(), seconds);
            assert_eq!(Span::seconds(seconds).to_string(), text);
        }
        for bad in ["", "5", "m", "-5m", "+5m", "5 m", "1.5h", "5w", "99999999999999999999d", "3651d", "5é"] {
            assert!(bad.parse::<Span>().is_err(), "{bad}");
        }
    }
}
