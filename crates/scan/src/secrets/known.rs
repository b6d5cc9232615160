//! What gitleaks was told to leave alone: its `.gitleaksignore`, and a report of its own that serves as a baseline.
//!
//! An ignore file names places, so it says nothing of a secret that has moved. A report holds the values, so what it knows is
//! known wherever it stands, and a new secret in its place is seen.

use std::collections::HashMap;

use serde::Deserialize;

use super::finding::Finding;
use super::fingerprint::FingerprintKey;

/// Findings that are known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Known {
    /// Each with the number of the file that it is from, among `sources`.
    values: HashMap<String, usize>,
    places: HashMap<Place, usize>,
    sources: Vec<String>,
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
            known.places.insert(place(line).ok_or_else(problem)?, 0);
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
                known.places.insert(Place { commit, file: each.file, rule: each.rule, line: each.start_line }, 0);
            } else {
                known.values.insert(key.fingerprint(&each.rule, each.secret.as_bytes()), 0);
            }
        }
        Ok(known)
    }

    /// Takes in what another file knows, which is called `source` from then on. What is known already stays from where it was.
    pub fn add(&mut self, other: Self, source: &str) {
        let number = self.sources.len();
        self.sources.push(source.to_owned());
        for value in other.values.into_keys() {
            self.values.entry(value).or_insert(number);
        }
        for place in other.places.into_keys() {
            self.places.entry(place).or_insert(number);
        }
    }

    /// The same text for the same findings from the same files.
    pub(crate) fn name(&self) -> String {
        let mut values: Vec<_> = self.values.iter().collect();
        let mut places: Vec<_> = self.places.iter().map(|each| format!("{each:?}")).collect();
        values.sort_unstable();
        places.sort_unstable();
        format!("{values:?}{places:?}{:?}", self.sources)
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

    /// Where a finding is known from: the file that was named, or nothing where none was. None where it is not known.
    pub(crate) fn covers(&self, finding: &Finding, commit: Option<&str>) -> Option<Option<&str>> {
        let source = |number: &usize| self.sources.get(*number).map(String::as_str);
        if let Some(number) = self.values.get(&finding.fingerprint) {
            return Some(source(number));
        }
        if self.places.is_empty() {
            return None;
        }
        let at = |commit: Option<&str>| Place {
            commit: commit.map(str::to_owned),
            file: finding.file.clone(),
            rule: finding.rule.clone(),
            line: finding.line,
        };
        let found = self.places.get(&at(None)).or_else(|| self.places.get(&at(Some(commit?))));
        found.map(source)
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
