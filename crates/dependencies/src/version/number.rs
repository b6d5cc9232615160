//! Numbers in versions: of any length, because dates with times and hashes stand in them.

/// A natural number.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Number {
    /// What fits.
    Small(u64),
    /// More than 19 digits: how many, and they themselves. All of these are above the small ones.
    Large(usize, Box<str>),
}

impl Number {
    pub(super) const ZERO: Self = Self::Small(0);

    /// The number that `digits` are; it must hold nothing but ASCII digits.
    pub(super) fn of(digits: &str) -> Self {
        let digits = digits.trim_start_matches('0');
        match digits.parse() {
            _ if digits.is_empty() => Self::ZERO,
            Ok(small) if digits.len() <= 19 => Self::Small(small),
            _ => Self::Large(digits.len(), digits.into()),
        }
    }

    pub(super) fn is_zero(&self) -> bool {
        *self == Self::ZERO
    }
}

/// Whether all of `text` is ASCII digits, and there is at least one.
pub(super) fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The digits that `text` begins with, and the rest.
pub(super) fn split_digits(text: &str) -> (&str, &str) {
    text.split_at(text.bytes().take_while(u8::is_ascii_digit).count())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_any_length_are_ordered() {
        let texts = ["0", "7", "0010", "9999999999999999999", "10000000000000000000", "99999999999999999999999"];
        let numbers: Vec<Number> = texts.iter().map(|text| Number::of(text)).collect();
        assert!(numbers.is_sorted_by(|one, other| one < other), "{numbers:?}");
        assert_eq!(Number::of("000"), Number::ZERO);
    }
}
