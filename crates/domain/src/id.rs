//! Identifiers: random, unguessable, and readable aloud.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Crockford's base-32 digits in lower case: no letter that is taken for a digit.
const DIGITS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// Why a text is not an identifier, or why none could be made.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum IdError {
    /// The text has not the form of this kind of identifier.
    #[error("not a {0} id")]
    Malformed(&'static str),
    /// The operating system gave no random bytes.
    #[error("the operating system gave no random bytes")]
    NoRandomness,
}

/// `count` random base-32 digits, five bits each.
fn random_digits(count: usize) -> Result<String, IdError> {
    let mut bytes = vec![0_u8; count];
    getrandom::fill(&mut bytes).map_err(|_| IdError::NoRandomness)?;
    Ok(bytes.iter().map(|byte| char::from(DIGITS[usize::from(byte & 31)])).collect())
}

fn is_digits(text: &str, count: usize) -> bool {
    text.len() == count && text.bytes().all(|byte| DIGITS.contains(&byte))
}

/// Names one project: `prj_` and 24 base-32 digits (120 random bits).
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ProjectId(String);

impl ProjectId {
    /// A new random id.
    ///
    /// # Errors
    /// When the operating system has no randomness to give.
    pub fn random() -> Result<Self, IdError> {
        Ok(Self(format!("prj_{}", random_digits(24)?)))
    }

    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for ProjectId {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        match text.strip_prefix("prj_") {
            Some(digits) if is_digits(digits, 24) => Ok(Self(text.to_owned())),
            _ => Err(IdError::Malformed("project")),
        }
    }
}

impl TryFrom<String> for ProjectId {
    type Error = IdError;

    fn try_from(text: String) -> Result<Self, IdError> {
        text.parse()
    }
}

impl From<ProjectId> for String {
    fn from(id: ProjectId) -> Self {
        id.0
    }
}

impl fmt::Display for ProjectId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

/// Names one request in logs and events: `req_` and 16 base-32 digits.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct RequestId(String);

impl RequestId {
    /// A new random id.
    ///
    /// # Errors
    /// When the operating system has no randomness to give.
    pub fn random() -> Result<Self, IdError> {
        Ok(Self(format!("req_{}", random_digits(16)?)))
    }

    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for RequestId {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        match text.strip_prefix("req_") {
            Some(digits) if is_digits(digits, 16) => Ok(Self(text.to_owned())),
            _ => Err(IdError::Malformed("request")),
        }
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

/// A random bearer value, such as a download link's: 52 base-32 digits (260 bits). Its `Debug` hides it.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// A new random secret.
    ///
    /// # Errors
    /// When the operating system has no randomness to give.
    pub fn random() -> Result<Self, IdError> {
        Ok(Self(random_digits(52)?))
    }

    /// The value itself, to be handed to its one receiver.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl FromStr for Secret {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        if is_digits(text, 52) { Ok(Self(text.to_owned())) } else { Err(IdError::Malformed("link")) }
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Secret(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_read_back_as_they_were_written() {
        let id = ProjectId::random().unwrap();
        assert_eq!(id.as_str().parse(), Ok(id.clone()));
        assert_ne!(id, ProjectId::random().unwrap());
        let request = RequestId::random().unwrap();
        assert_eq!(request.as_str().parse(), Ok(request.clone()));
        assert_eq!("req_0".parse::<RequestId>(), Err(IdError::Malformed("request")));
    }

    #[test]
    fn what_is_no_id_is_refused() {
        for text in
            ["", "prj_", "prj_../../etc/passwd000000", "PRJ_000000000000000000000000", "prj_00000000000000000000000u"]
        {
            assert_eq!(text.parse::<ProjectId>(), Err(IdError::Malformed("project")), "{text}");
        }
    }

    #[test]
    fn a_secret_does_not_show_itself() {
        let secret = Secret::random().unwrap();
        assert!(!format!("{secret:?}").contains(secret.expose()));
        assert_eq!(secret.expose().parse(), Ok(secret.clone()));
    }
}
