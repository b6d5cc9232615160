//! What a check for secrets saw, in the words that all checks share.

use domain::{CommitInfo, Confidence, Finding as Told, FindingKind, NotRun, Suppressed};

use super::finding::{Encoding, Finding, Suppression};
use super::scanner::Outcome;

/// The name of this check in answers.
const CHECK: &str = "secrets";
/// Past so many findings the rest is only said to be more: whoever has so many needs no list.
pub(crate) const MOST_FINDINGS: usize = 100_000;
/// Past so many files that could not be read the rest is counted.
const MOST_NOT_RUN: usize = 1_000;

/// What a check for secrets saw.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SecretsSeen {
    /// Secrets, in the order of their places.
    pub findings: Vec<Told>,
    /// Secrets that somebody asked not to be reported, where the caller allows that.
    pub suppressed: Vec<Suppressed>,
    /// What was not looked at.
    pub not_run: Vec<NotRun>,
    /// Files that were looked at.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
    allowed_files: u64,
    an_allowed_file: Option<String>,
    not_named: u64,
    left_out: u64,
}

impl SecretsSeen {
    /// Takes in what a file holds, or held in a commit.
    pub(crate) fn add(&mut self, name: &str, outcome: Outcome, commit: Option<&CommitInfo>) {
        if outcome.allowed_whole {
            self.allowed_files += 1;
            if self.an_allowed_file.as_deref().is_none_or(|known| name < known) {
                self.an_allowed_file = Some(name.to_owned());
            }
            return;
        }
        self.files += 1;
        self.bytes += outcome.bytes;
        if outcome.incomplete {
            let reason = "it holds more findings than are kept of one file".to_owned();
            self.not_looked_at(Some(name), reason, "Look at the file: it is a list of secrets, or not what it seems");
        }
        for finding in outcome.findings {
            if self.has_room() {
                self.findings.push(told(finding, commit));
            }
        }
        for finding in outcome.suppressed {
            if self.has_room() {
                let (suppressed_by, reason) = asked_by(finding.suppression.as_ref());
                self.suppressed.push(Suppressed { finding: told(finding, commit), suppressed_by, reason });
            }
        }
    }

    /// A file that could not be read.
    pub(crate) fn unreadable(&mut self, name: &str, why: &str) {
        let file = (!name.is_empty()).then_some(name);
        self.not_looked_at(
            file,
            format!("it could not be read: {why}"),
            "Give the check the right to read it, or remove it",
        );
    }

    /// A part of the check that did not take place.
    pub(crate) fn not_looked_at(&mut self, file: Option<&str>, reason: String, hint: &str) {
        if self.not_run.len() >= MOST_NOT_RUN {
            self.not_named += 1;
            return;
        }
        let (check, file) = (CHECK.to_owned(), file.map(str::to_owned));
        self.not_run.push(NotRun { check, file, reason, hint: hint.to_owned() });
    }

    /// Joins what two workers saw.
    pub(crate) fn join(&mut self, other: Self) {
        self.files += other.files;
        self.bytes += other.bytes;
        self.allowed_files += other.allowed_files;
        self.not_named += other.not_named;
        self.left_out += other.left_out;
        self.findings.extend(other.findings);
        self.suppressed.extend(other.suppressed);
        self.not_run.extend(other.not_run);
        let mine = self.an_allowed_file.take().into_iter().chain(other.an_allowed_file);
        self.an_allowed_file = mine.min();
    }

    /// Puts all in order, and says in words what was only counted.
    pub(crate) fn finish(mut self) -> Self {
        self.findings.sort_by(|left, right| place(left).cmp(&place(right)));
        self.suppressed.sort_by(|left, right| place(&left.finding).cmp(&place(&right.finding)));
        self.not_run.sort_by(|left, right| left.file.cmp(&right.file));
        self.left_out += shorten(&mut self.findings, MOST_FINDINGS) + shorten(&mut self.suppressed, MOST_FINDINGS);
        self.not_named += shorten(&mut self.not_run, MOST_NOT_RUN);
        if let Some(file) = self.an_allowed_file.take() {
            let reason = format!("an allowlist of the rules file covers {} files, such as {file}", self.allowed_files);
            self.say(reason, "Narrow the `paths` of the allowlist if they should be looked at");
        }
        if self.not_named > 0 {
            let reason = format!("{} more files could not be looked at", self.not_named);
            self.say(reason, "Mend the named ones first, then check again");
        }
        if self.left_out > 0 {
            let reason = format!("{} more findings are not listed", self.left_out);
            self.say(reason, "Mend the listed ones first, or accept them into a baseline, then check again");
        }
        (self.allowed_files, self.not_named, self.left_out) = (0, 0, 0);
        self
    }

    fn has_room(&mut self) -> bool {
        let room = self.findings.len() + self.suppressed.len() < MOST_FINDINGS;
        self.left_out += u64::from(!room);
        room
    }

    fn say(&mut self, reason: String, hint: &str) {
        self.not_run.push(NotRun { check: CHECK.to_owned(), file: None, reason, hint: hint.to_owned() });
    }
}

fn place(told: &Told) -> (Option<&str>, Option<u32>, Option<u32>, &str, Option<&str>) {
    let commit = told.commit.as_ref().map(|commit| commit.id.as_str());
    (told.file.as_deref(), told.line, told.column, &told.rule, commit)
}

fn shorten<T>(all: &mut Vec<T>, most: usize) -> u64 {
    let more = all.len().saturating_sub(most);
    all.truncate(most);
    more as u64
}

fn asked_by(suppression: Option<&Suppression>) -> (String, Option<String>) {
    match suppression {
        Some(Suppression::Allowlist { description }) => ("allowlist".to_owned(), description.clone()),
        Some(Suppression::Known { source }) => {
            let from = source.as_ref().map(|source| format!(" by {source}")).unwrap_or_default();
            ("gitleaks".to_owned(), Some(format!("known to gitleaks{from}")))
        }
        Some(Suppression::Comment) | None => ("gitleaks:allow".to_owned(), None),
    }
}

/// A finding of the engine in the words of all checks.
fn told(finding: Finding, commit: Option<&CommitInfo>) -> Told {
    let message = message(&finding);
    let number = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    let in_text = finding.line > 0;
    Told {
        kind: FindingKind::Secret,
        rule: finding.rule,
        file: Some(finding.file),
        line: in_text.then(|| number(finding.line)),
        column: in_text.then(|| number(finding.column)),
        severity: finding.severity,
        confidence: finding.confidence,
        fingerprint: finding.fingerprint,
        message,
        hint: finding.hint,
        engines: vec!["smart-begin".to_owned()],
        commit: commit.cloned(),
        redacted: in_text.then_some(finding.redacted),
        package: None,
        ecosystem: None,
        version: None,
        advisory: None,
        aliases: Vec::new(),
        fixed: None,
        score: None,
        epss: None,
        direct: None,
        dev: None,
    }
}

fn message(finding: &Finding) -> String {
    let what = &finding.description;
    if finding.line == 0 {
        return format!("This file is a secret by itself: {what}.");
    }
    let mut message = match finding.confidence {
        Confidence::High => format!("A secret is written here: {what}."),
        Confidence::Medium => format!("This is probably a secret: {what}."),
        Confidence::Low => format!("This may be a secret, or a made-up one: {what}."),
    };
    if !finding.decoded.is_empty() {
        let names: Vec<&str> = finding.decoded.iter().map(|encoding| wrapping(*encoding)).collect();
        message.push_str(&format!(" It is wrapped ({}), which hides it from nobody.", names.join(" in ")));
    }
    if finding.suppression == Some(Suppression::Comment) {
        message
            .push_str(" The line asks not to be reported (gitleaks:allow); this check does not take that from files.");
    }
    message
}

fn wrapping(encoding: Encoding) -> &'static str {
    match encoding {
        Encoding::Base64 => "base64",
        Encoding::Hex => "hexadecimal",
        Encoding::Url => "URL encoding",
    }
}
