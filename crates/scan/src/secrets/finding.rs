//! What a scan found: the place and the kind of a secret, never the secret.

use domain::{Confidence, Severity};
use serde::Serialize;

/// A place where a secret stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The rule that matched.
    pub rule: String,
    /// What the credential is.
    pub description: String,
    /// What to do about it.
    pub hint: String,
    /// The file, as the caller named it.
    pub file: String,
    /// The line, from 1; 0 where the file itself is the finding.
    pub line: usize,
    /// The character in the line, from 1.
    pub column: usize,
    /// The line it ends on.
    pub end_line: usize,
    /// How bad it is.
    pub severity: Severity,
    /// How sure it is.
    pub confidence: Confidence,
    /// Names rule and value; the same wherever the value stands.
    pub fingerprint: String,
    /// The value with all but its public beginning hidden.
    pub redacted: String,
    /// What it was wrapped in, the outermost first: `base64`, `hex`, `url`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub decoded: Vec<Encoding>,
    /// Somebody asked for it not to be reported. Such a finding is among the suppressed where the caller allows that, else
    /// among the findings.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub suppression: Option<Suppression>,
}

/// What a secret was wrapped in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Encoding {
    /// Base64, either alphabet.
    Base64,
    /// Hexadecimal digits.
    Hex,
    /// Percent signs, as in addresses.
    Url,
}

/// Who asked for a finding not to be reported.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "by", rename_all = "lowercase")]
pub enum Suppression {
    /// A comment on its line: `gitleaks:allow`.
    Comment,
    /// What gitleaks was told to leave alone.
    Known {
        /// The file that says so, where it was named.
        source: Option<String>,
    },
    /// An allowlist of the rules file.
    Allowlist {
        /// What the allowlist says of itself.
        #[serde(skip_serializing_if = "Option::is_none")]
        description: Option<String>,
    },
}

/// The value with all but its public beginning hidden. What a person chose shows nothing, not even its length.
pub(crate) fn redact(value: &[u8], prefix: &[u8]) -> String {
    let shown = if value.starts_with(prefix) && prefix.len() * 3 <= value.len() { prefix } else { b"" };
    let shown: String =
        shown.iter().filter(|byte| (0x21..0x7f).contains(*byte)).map(|byte| char::from(*byte)).collect();
    if value.len() < 20 {
        return format!("{shown}***");
    }
    format!("{shown}*** ({} characters)", value.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_redacted_value_shows_its_public_beginning_at_most() {
        assert_eq!(redact(b"ghp_0123456789012345678901234567890123", b"ghp_"), "ghp_*** (38 characters)");
        assert_eq!(redact(b"hunter2", b""), "***");
        assert_eq!(redact(b"abcdef", b"abc"), "***");
    }
}
