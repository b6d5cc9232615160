//! How long clients may keep an answer.

/// Lists and descriptions change with the program's version only.
pub(crate) const LONG_TTL_MS: u64 = 60 * 60 * 1000;
