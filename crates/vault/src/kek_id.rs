//! Names a key-encryption key, so that a record says which one it needs.

use std::fmt;
use std::str::FromStr;

/// Longest id.
pub(crate) const MAX_KEK_ID_BYTES: usize = 200;

/// Names a key-encryption key: `local:` and a fingerprint, or `transit:MOUNT/NAME:vN`. It is no secret.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KekId(String);

impl KekId {
    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A text that is no id of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this is no id of a key-encryption key")]
pub struct NotAKekId;

impl FromStr for KekId {
    type Err = NotAKekId;

    fn from_str(text: &str) -> Result<Self, NotAKekId> {
        let fits = (1..=MAX_KEK_ID_BYTES).contains(&text.len());
        let plain = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-:/".contains(&byte));
        if fits && plain { Ok(Self(text.to_owned())) } else { Err(NotAKekId) }
    }
}

impl fmt::Display for KekId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}
