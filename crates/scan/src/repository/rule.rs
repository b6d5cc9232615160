//! What a rule is made of, and what it can say.

use domain::{Confidence, Finding, FindingKind, Severity, without_credentials};
use sha2::{Digest as _, Sha256};

use super::gate::{Evidence, Gate, GateStatus};
use super::view::Repository;

/// How many places a gate names; the findings have them all.
const SHOWN_EVIDENCE: usize = 10;

/// A rule: data, and the function that looks.
pub(crate) struct Rule {
    /// Its name in findings.
    pub(crate) id: &'static str,
    /// What a good repository has.
    pub(crate) title: &'static str,
    /// What it protects from, in plain words.
    pub(crate) why: &'static str,
    /// How bad it is where it fails, unless a flaw says otherwise.
    pub(crate) severity: Severity,
    /// The practices of the field that ask for it: Scorecard's checks and OSPS Baseline's controls.
    pub(crate) practices: &'static [&'static str],
    /// Looks.
    pub(crate) look: fn(&Repository<'_>) -> Verdict,
}

/// What a rule sees.
pub(crate) enum Verdict {
    /// It stands, as these show.
    Pass(Vec<Evidence>),
    /// It does not.
    Fail(Vec<Flaw>),
    /// Files cannot show it: why not, and who must look where.
    Unknown { reason: String, who: &'static str },
}

impl Verdict {
    /// Passes where there is no flaw.
    pub(crate) fn of(flaws: Vec<Flaw>, evidence: impl FnOnce() -> Vec<Evidence>) -> Self {
        if flaws.is_empty() { Self::Pass(evidence()) } else { Self::Fail(flaws) }
    }

    /// Passes where something shows it, and lacks it as a whole where nothing does.
    pub(crate) fn shown_by(evidence: Vec<Evidence>, lacks: &str, hint: &str) -> Self {
        if evidence.is_empty() { Self::Fail(vec![Flaw::lack(lacks, hint)]) } else { Self::Pass(evidence) }
    }
}

/// One thing that is wrong.
pub(crate) struct Flaw {
    pub(crate) file: Option<String>,
    pub(crate) line: Option<u32>,
    /// What it is about whatever the line: part of the fingerprint.
    pub(crate) about: String,
    pub(crate) message: String,
    pub(crate) hint: String,
    /// Where it is not the rule's.
    pub(crate) severity: Option<Severity>,
    pub(crate) confidence: Confidence,
}

impl Flaw {
    /// Something wrong at a line.
    pub(crate) fn at(file: &str, line: u32, about: &str, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self {
            file: Some(file.to_owned()),
            line: Some(line),
            about: about.to_owned(),
            message: message.into(),
            hint: hint.into(),
            severity: None,
            confidence: Confidence::High,
        }
    }

    /// Something wrong with a file as a whole.
    pub(crate) fn file(file: &str, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { line: None, ..Self::at(file, 0, "", message, hint) }
    }

    /// Something that the project as a whole lacks.
    pub(crate) fn lack(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { file: None, line: None, ..Self::at("", 0, "", message, hint) }
    }

    /// As bad as this, and not as the rule says.
    pub(crate) fn severity(self, severity: Severity) -> Self {
        Self { severity: Some(severity), ..self }
    }

    /// As sure as this.
    pub(crate) fn confidence(self, confidence: Confidence) -> Self {
        Self { confidence, ..self }
    }
}

impl Rule {
    /// Looks, and puts it into the words of all checks.
    pub(crate) fn judge(&self, repository: &Repository<'_>) -> (Gate, Vec<Finding>) {
        let (status, mut evidence, hint, flaws) = match (self.look)(repository) {
            Verdict::Pass(evidence) => (GateStatus::Pass, evidence, String::new(), Vec::new()),
            Verdict::Unknown { reason, who } => {
                (GateStatus::Unknown, vec![Evidence::note(reason)], who.to_owned(), Vec::new())
            }
            Verdict::Fail(flaws) => {
                let seen = |flaw: &Flaw| match (&flaw.file, flaw.line) {
                    (Some(file), Some(line)) => Evidence::at(file, line, flaw.message.as_str()),
                    (Some(file), None) => Evidence::file(file, flaw.message.as_str()),
                    (None, _) => Evidence::note(flaw.message.as_str()),
                };
                let hint = flaws.first().map(|flaw| flaw.hint.clone()).unwrap_or_default();
                (GateStatus::Fail, flaws.iter().map(seen).collect(), hint, flaws)
            }
        };
        evidence.truncate(SHOWN_EVIDENCE);
        let gate = Gate {
            id: self.id.to_owned(),
            title: self.title.to_owned(),
            why: self.why.to_owned(),
            status,
            evidence,
            hint,
            practices: self.practices.iter().map(|&name| name.to_owned()).collect(),
        };
        (gate, flaws.into_iter().map(|flaw| self.finding(flaw)).collect())
    }

    fn finding(&self, flaw: Flaw) -> Finding {
        let fingerprint = self.fingerprint(&flaw);
        Finding {
            kind: FindingKind::Repository,
            rule: self.id.to_owned(),
            file: flaw.file,
            line: flaw.line,
            column: None,
            severity: flaw.severity.unwrap_or(self.severity),
            confidence: flaw.confidence,
            fingerprint,
            message: without_credentials(&flaw.message).into_owned(),
            hint: flaw.hint,
            engines: vec!["smart-begin".to_owned()],
            commit: None,
            redacted: None,
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

    /// The same while the file and what is wrong are, on whatever line.
    fn fingerprint(&self, flaw: &Flaw) -> String {
        let mut hash = Sha256::new();
        for part in ["repository", self.id, flaw.file.as_deref().unwrap_or_default(), &flaw.about] {
            hash.update(part.as_bytes());
            hash.update([0]);
        }
        hash.finalize().iter().take(16).map(|byte| format!("{byte:02x}")).collect()
    }
}
