//! Scans bytes, readers and files with a set of rules.

use std::io::Read;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use source_tree::SourceFile;

use super::archive_limits::ArchiveLimits;
use super::chunk::{self, Located, Manner};
use super::compiled::Compiled;
use super::finding::{Finding, Suppression, redact};
use super::fingerprint::FingerprintKey;
use super::known::Known;
use super::matching::lines_of;
use super::pieces::{self, Buffer, Piece, Take};
use super::place::Place;
use super::rule_set::RuleSet;
use super::rules_file::RulesError;

/// The comment that asks for a line not to be reported.
const ALLOW: &[u8] = b"gitleaks:allow";

/// What to do about a secret, where its rule says nothing else.
const HINT: &str = "Whoever can read this file can use it, and taking it out leaves it in the history: first revoke it where it was \
                    issued and make a new one, then take it out of the file and keep the new one with `smart-begin secret`";

/// How a scan goes.
#[derive(Debug)]
pub struct Options {
    /// What fingerprints are made with.
    pub key: FingerprintKey,
    /// Whether `gitleaks:allow` on a line counts. It is written by whoever writes the scanned text.
    pub honour_comments: bool,
    /// What gitleaks was told to leave alone, where the caller goes by that.
    pub known: Option<Known>,
    /// How far archives are looked into; without it they are looked at as the bytes they are.
    pub archives: Option<ArchiveLimits>,
    /// How often what was unwrapped (base64, hex, URL) is unwrapped again; 0 turns it off.
    pub decode_depth: usize,
    /// Past so many findings a file is given up, which its outcome says.
    pub findings_per_file: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            key: FingerprintKey::public(),
            honour_comments: false,
            known: None,
            archives: None,
            decode_depth: 3,
            findings_per_file: 10_000,
        }
    }
}

/// What a file holds.
#[derive(Debug, Default)]
pub struct Outcome {
    /// What is to be reported. One that asks not to be, where that does not count, bears its `suppression`.
    pub findings: Vec<Finding>,
    /// What is not, each with why.
    pub suppressed: Vec<Finding>,
    /// How many bytes were looked at.
    pub bytes: u64,
    /// The file holds more findings than were kept.
    pub incomplete: bool,
    /// An allowlist of the rules file covers the whole file, so it was not looked at.
    pub allowed_whole: bool,
}

/// Rules, ready to scan any number of files from any number of threads.
#[derive(Debug)]
pub struct Scanner {
    compiled: Arc<Compiled>,
    options: Options,
}

/// What is known of a value that another scanner found.
pub(crate) struct Judged {
    pub(crate) fingerprint: String,
    pub(crate) redacted: String,
    /// Severity and confidence of our rule of that name, where there is one.
    pub(crate) rule: Option<(domain::Severity, domain::Confidence)>,
}

/// The memory of one worker: a scan from file to file uses the same.
#[derive(Default)]
pub struct Scratch(Buffer);

impl Scanner {
    /// Makes rules ready.
    ///
    /// # Errors
    /// A rule that cannot be used.
    pub fn new(rules: &RuleSet, options: Options) -> Result<Self, RulesError> {
        Ok(Self { compiled: Arc::new(Compiled::new(rules)?), options })
    }

    /// The shipped rules, made ready once in a process. A thread that asks for them early saves others the wait.
    ///
    /// # Errors
    /// A rule that cannot be used.
    pub fn shipped(options: Options) -> Result<Self, RulesError> {
        static SHIPPED: OnceLock<Result<Arc<Compiled>, RulesError>> = OnceLock::new();
        let make = || RuleSet::shipped().and_then(Compiled::new).map(Arc::new);
        let compiled = SHIPPED.get_or_init(make).clone()?;
        Ok(Self { compiled, options })
    }

    /// What is known of a value that another scanner found by a rule: it bears the same fingerprint as if it were found here.
    pub(crate) fn judge(&self, rule: &str, value: &[u8]) -> Judged {
        let ready = self.compiled.rules.iter().find(|ready| ready.rule.id == rule);
        let prefix = ready.map_or(&[][..], |ready| &ready.prefix);
        Judged {
            // Rules of other names have nothing to do with ours: only the value tells that two of them see the same.
            fingerprint: self
                .options
                .key
                .fingerprint(if ready.is_some() { rule } else { "another engine's rule" }, value),
            redacted: redact(value, prefix),
            rule: ready.map(|ready| (ready.rule.severity, ready.rule.confidence)),
        }
    }

    /// Names all that decides what is found: this program, the rules, and how they are used.
    pub(crate) fn version(&self) -> String {
        use sha2::{Digest as _, Sha256};
        let mut hash = Sha256::new_with_prefix(env!("CARGO_PKG_VERSION"));
        for ready in &self.compiled.rules {
            hash.update(format!("{:?}\0", ready.rule));
        }
        let Options { key, honour_comments, decode_depth, findings_per_file, known, .. } = &self.options;
        if let Some(known) = known {
            hash.update(known.name());
        }
        let how = (key.name(), honour_comments, decode_depth, findings_per_file);
        hash.update(format!("{:?}{how:?}", self.compiled.allowlists));
        hash.finalize()[..16].iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// Scans bytes under a name; `commit` is for allowlists that name commits.
    #[must_use]
    pub fn scan_bytes(&self, name: &str, commit: Option<&str>, bytes: &[u8], scratch: &mut Scratch) -> Outcome {
        self.scan(Place::of(name, commit), &AtomicBool::new(false), &mut |take| {
            pieces::each_of(bytes, &mut scratch.0, take)
        })
        .unwrap_or_default()
    }

    /// Scans a file of any size; `cancelled` ends it within a piece.
    ///
    /// # Errors
    /// It cannot be opened or read, or is no regular file.
    pub fn scan_file(
        &self,
        file: &SourceFile,
        cancelled: &AtomicBool,
        scratch: &mut Scratch,
    ) -> std::io::Result<Outcome> {
        self.scan_input(Place::of(&file.name, None), &mut *file.open()?, cancelled, scratch)
    }

    pub(crate) fn scan_input(
        &self,
        place: Place<'_>,
        input: &mut dyn Read,
        cancelled: &AtomicBool,
        scratch: &mut Scratch,
    ) -> std::io::Result<Outcome> {
        self.scan(place, cancelled, &mut |take| pieces::each(input, &mut scratch.0, take))
    }

    /// How far archives are looked into.
    pub(crate) fn archives(&self) -> Option<ArchiveLimits> {
        self.options.archives
    }

    /// Scans what a reader gives.
    ///
    /// # Errors
    /// The reader's.
    pub fn scan_reader(
        &self,
        name: &str,
        commit: Option<&str>,
        input: &mut dyn Read,
        scratch: &mut Scratch,
    ) -> std::io::Result<Outcome> {
        self.scan_input(Place::of(name, commit), input, &AtomicBool::new(false), scratch)
    }

    fn scan(
        &self,
        place: Place<'_>,
        cancelled: &AtomicBool,
        cut: &mut dyn FnMut(&mut Take<'_>) -> std::io::Result<u64>,
    ) -> std::io::Result<Outcome> {
        let mut outcome = Outcome::default();
        if self.compiled.allowlists.iter().any(|allow| allow.covers_file(&place)) {
            outcome.allowed_whole = true;
            return Ok(outcome);
        }
        let mut all = self.by_path(&place);
        let limit = self.options.findings_per_file;
        let mut incomplete = false;
        outcome.bytes = cut(&mut |piece| {
            self.look(&place, &piece, &mut all);
            incomplete = all.len() > limit;
            !incomplete && !cancelled.load(Ordering::Relaxed)
        })?;
        all.truncate(limit);
        outcome.incomplete = incomplete;
        self.only_with_required(&mut all);
        for (_, mut finding) in all {
            let known = self.options.known.as_ref().and_then(|known| known.covers(&finding, place.commit));
            if let Some(source) = known {
                finding.suppression = Some(Suppression::Known { source: source.map(str::to_owned) });
            }
            if self.is_honoured(finding.suppression.as_ref()) {
                outcome.suppressed.push(finding);
            } else {
                outcome.findings.push(finding);
            }
        }
        Ok(outcome)
    }

    fn look(&self, place: &Place<'_>, piece: &Piece<'_>, all: &mut Vec<(usize, Finding)>) {
        let manner = Manner { depth: self.options.decode_depth, binary: piece.binary };
        let mut line = Line { at: 0, number: piece.lines_before + 1 };
        for located in chunk::look(&self.compiled, piece.text, place, manner) {
            if located.at.start >= piece.from && located.at.start < piece.to {
                all.push((located.rule, self.finding(place, piece, located, &mut line)));
            }
        }
    }

    fn finding(&self, place: &Place<'_>, piece: &Piece<'_>, located: Located, line: &mut Line) -> Finding {
        let ready = &self.compiled.rules[located.rule];
        let number = line.move_to(piece.text, located.at.start);
        let end = number + memchr::memchr_iter(b'\n', &piece.text[located.at.clone()]).count();
        let fingerprint = self.options.key.fingerprint(&ready.rule.id, &located.value);
        let comment = memchr::memmem::find(lines_of(piece.text, &located.at), ALLOW).is_some();
        let suppression = match located.allowed_by {
            Some(description) => Some(Suppression::Allowlist { description }),
            None => comment.then_some(Suppression::Comment),
        };
        Finding {
            rule: ready.rule.id.clone(),
            description: ready.rule.description.clone(),
            hint: ready.rule.hint.clone().unwrap_or_else(|| HINT.to_owned()),
            file: place.path.to_owned(),
            line: number,
            column: column(piece, located.at.start),
            end_line: end,
            severity: ready.rule.severity,
            confidence: located.confidence,
            fingerprint,
            redacted: redact(&located.value, &ready.prefix),
            decoded: located.decoded,
            suppression,
        }
    }

    fn by_path(&self, place: &Place<'_>) -> Vec<(usize, Finding)> {
        let matches = |rule: &&usize| {
            self.compiled.rules[**rule].path.as_ref().is_some_and(|path| path.is_match(place.path.as_bytes()))
        };
        let found = self.compiled.by_path.iter().filter(matches).map(|rule| {
            let located = Located {
                rule: *rule,
                at: 0..0,
                value: place.path.as_bytes().to_vec(),
                named_at: 0,
                confidence: self.compiled.rules[*rule].rule.confidence,
                decoded: Vec::new(),
                allowed_by: None,
            };
            let piece = Piece { text: b"", from: 0, to: 0, lines_before: 0, columns_before: 0, binary: false };
            let finding = self.finding(place, &piece, located, &mut Line { at: 0, number: 0 });
            (*rule, Finding { column: 0, ..finding })
        });
        found.collect()
    }

    /// Rules may require that others matched nearby, and some exist for that alone.
    fn only_with_required(&self, all: &mut Vec<(usize, Finding)>) {
        let rules = &self.compiled.rules;
        if !all.iter().any(|(rule, _)| rules[*rule].rule.skip_report || !rules[*rule].rule.required.is_empty()) {
            return;
        }
        let places: Vec<(String, usize, usize)> =
            all.iter().map(|(_, finding)| (finding.rule.clone(), finding.line, finding.column)).collect();
        all.retain(|(rule, finding)| {
            let rule = &rules[*rule].rule;
            let near = |required: &super::rule::Required| {
                places.iter().any(|(id, line, column)| {
                    *id == required.id
                        && required.within_lines.is_none_or(|most| line.abs_diff(finding.line) <= most)
                        && required.within_columns.is_none_or(|most| column.abs_diff(finding.column) <= most)
                })
            };
            !rule.skip_report && rule.required.iter().all(near)
        });
    }

    fn is_honoured(&self, suppression: Option<&Suppression>) -> bool {
        match suppression {
            None => false,
            // Both come from the caller: giving them is allowing them.
            Some(Suppression::Allowlist { .. } | Suppression::Known { .. }) => true,
            Some(Suppression::Comment) => self.options.honour_comments,
        }
    }
}

/// Counts lines forward, so that each is counted once.
struct Line {
    at: usize,
    number: usize,
}

impl Line {
    fn move_to(&mut self, text: &[u8], at: usize) -> usize {
        if at > self.at {
            self.number += memchr::memchr_iter(b'\n', &text[self.at..at]).count();
            self.at = at;
        }
        self.number
    }
}

fn column(piece: &Piece<'_>, at: usize) -> usize {
    match memchr::memrchr(b'\n', &piece.text[..at]) {
        Some(newline) => pieces::characters(&piece.text[newline + 1..at]) + 1,
        None => piece.columns_before + pieces::characters(&piece.text[..at]) + 1,
    }
}
