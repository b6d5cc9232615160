//! Nothing is downloaded and run at once.

use std::sync::LazyLock;

use domain::Severity;
use regex::RegexSet;

use crate::repository::gate::Evidence;
use crate::repository::rule::{Flaw, Rule, Verdict};
use crate::repository::view::Repository;

pub(super) const RULE: Rule = Rule {
    id: "pinned-downloads",
    title: "No script is downloaded and run unseen",
    why: "Whoever controls the address, or the way to it, runs anything they like on the machines that build your product.",
    severity: Severity::Medium,
    practices: &["Scorecard Pinned-Dependencies"],
    look,
};

const HINT: &str = "Download to a file, compare its SHA-256 with one that stands in your repository (`sha256sum --check`), then \
    run it; or install the tool from a package with a pinned version.";

/// What fetches, and what runs what was fetched.
const PATTERNS: [&str; 4] = [
    r"(?i)\b(?:curl|wget|fetch)\b[^|;]*https?[^|;]*\|\s*(?:\S+=\S+\s+)*(?:sudo\s+(?:-\S+\s+)*)?(?:env\s+)?(?:\S*/)?(?:ba|z|da|k|fi)?sh\b",
    r"(?i)\b(?:curl|wget|fetch)\b[^|;]*https?[^|;]*\|\s*(?:sudo\s+(?:-\S+\s+)*)?(?:\S*/)?(?:python|perl|ruby|node|php)[0-9.]*\b",
    r#"(?i)(?:\b(?:ba|z|da|k)?sh|\bsource|\beval|(?:^|\s)\.)\s+(?:-\S+\s+)*["']?(?:<\(|\$\(|`)\s*(?:curl|wget)\b"#,
    r"(?i)\b(?:iwr|irm|invoke-webrequest|invoke-restmethod|downloadstring)\b.*\b(?:iex|invoke-expression)\b|\b(?:iex|invoke-expression)\b.*\b(?:iwr|irm|invoke-webrequest|invoke-restmethod|downloadstring)\b",
];

static READY: LazyLock<Option<RegexSet>> = LazyLock::new(|| RegexSet::new(PATTERNS).ok());

fn look(repository: &Repository<'_>) -> Verdict {
    let Some(patterns) = &*READY else {
        return Verdict::Unknown { reason: "The rule itself is broken.".to_owned(), who: "Report this." };
    };
    let mut flaws = Vec::new();
    for line in &repository.commands {
        if patterns.is_match(&line.text) {
            let shown: String = line.text.trim().chars().filter(|letter| !letter.is_control()).take(120).collect();
            // The command itself is not quoted: passwords and tokens stand in such lines.
            let message = "This line runs what it downloads without looking at it.".to_owned();
            flaws.push(Flaw::at(&line.file, line.line, &shown, message, HINT));
        }
    }
    Verdict::of(flaws, || vec![Evidence::note(format!("None of {} command lines does.", repository.commands.len()))])
}
