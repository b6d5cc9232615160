//! What gitleaks was told to leave alone: its `.gitleaksignore`, and a report of its own that serves as a baseline.
//!
//! An ignore file names places, so it says nothing of a secret that has moved. A report holds the values, so what it knows is
//! known wherever it stands, and a new secret in its place is seen.

use std::collections::HashSet;

use serde::Deserialize;

use super::finding::Finding;
use super::fingerprint::FingerprintKey;

/// Findings that are known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Known {
    values: HashSet<String>,
    places: HashSet<Place>,
}

/// A file that tells of nothing known.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "line {line} of the known findings {problem}. It is read as a .gitleaksignore (file:rule:line) or as a JSON report of gitleaks"
)]
pub struct KnownError {
    line: usize,
    problem: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Place {
    commit: Option<String>,
    file: String,
    rule: String,
    line: usize,
}

/// What of a report is read. gitleaks 8 writes these names.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Reported {
    #[serde(rename = "RuleID")]
    rule: String,
    file: String,
    start_line: usize,
    #[serde(default)]
    secret: String,
    #[serde(default)]
    commit: String,
}

impl Known {
    /// Reads a `.gitleaksignore` or a report of gitleaks; `key` is the scan's.
    ///
    /// # Errors
    /// It is neither.
    pub fn parse(text: &str, key: &FingerprintKey) -> Result<Self, KnownError> {
        if text.trim_start().starts_with('[') {
            return Self::of_report(text, key);
        }
        let mut known = Self::default();
        for (number, line) in text.lines().enumerate() {
            let line = line.split_once(" #").map_or(line, |(before, _)| before).trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let problem = || KnownError { line: number + 1, problem: "names no place".to_owned() };
            known.places.insert(place(line).ok_or_else(problem)?);
        }
        Ok(known)
    }

    fn of_report(text: &str, key: &FingerprintKey) -> Result<Self, KnownError> {
        let reported: Vec<Reported> = serde_json::from_str(text)
            .map_err(|error| KnownError { line: error.line(), problem: "is not as gitleaks writes it".to_owned() })?;
        let mut known = Self::default();
        for each in reported {
            if each.secret.is_empty() || each.secret.starts_with("REDACTED") || each.secret.ends_with("...") {
                let commit = Some(each.commit).filter(|commit| !commit.is_empty());
                known.places.insert(Place { commit, file: each.file, rule: each.rule, line: each.start_line });
            } else {
                known.values.insert(key.fingerprint(&each.rule, each.secret.as_bytes()));
            }
        }
        Ok(known)
    }

    /// How many findings it knows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.values.len() + self.places.len()
    }

    /// Whether it knows none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub(crate) fn covers(&self, finding: &Finding, commit: Option<&str>) -> bool {
        if self.values.contains(&finding.fingerprint) {
            return true;
        }
        if self.places.is_empty() {
            return false;
        }
        let at = |commit: Option<&str>| Place {
            commit: commit.map(str::to_owned),
            file: finding.file.clone(),
            rule: finding.rule.clone(),
            line: finding.line,
        };
        self.places.contains(&at(None)) || commit.is_some() && self.places.contains(&at(commit))
    }
}

/// `file:rule:line`, with the commit before it or without.
fn place(text: &str) -> Option<Place> {
    let (rest, line) = text.rsplit_once(':')?;
    let (rest, rule) = rest.rsplit_once(':')?;
    let is_commit = |text: &str| text.len() >= 40 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let (commit, file) = match rest.split_once(':') {
        Some((commit, file)) if is_commit(commit) => (Some(commit.to_ascii_lowercase()), file),
        _ => (None, rest),
    };
    let file = file.trim_start_matches("./").replace('\\', "/");
    (!file.is_empty() && !rule.is_empty()).then_some(())?;
    Some(Place { commit, file, rule: rule.to_owned(), line: line.parse().ok()? })
}
