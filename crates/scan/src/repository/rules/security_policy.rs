//! The project says where its weaknesses are reported, and what happens then.

use std::sync::LazyLock;

use domain::Severity;
use regex::Regex;

use crate::repository::gate::Evidence;
use crate::repository::rule::{Flaw, Rule, Verdict};
use crate::repository::view::Repository;

pub(super) const RULE: Rule = Rule {
    id: "security-policy",
    title: "A security policy says where and how to report weaknesses",
    why: "Whoever finds a hole in your product and no address writes about it in public, or tells nobody.",
    severity: Severity::Low,
    practices: &["Scorecard Security-Policy", "OSPS-VM-01.01", "OSPS-VM-02.01", "OSPS-VM-03.01"],
    look,
};

const NAMES: [&str; 17] = [
    "SECURITY.md",
    ".github/SECURITY.md",
    "docs/SECURITY.md",
    ".gitlab/SECURITY.md",
    "SECURITY.markdown",
    ".github/SECURITY.markdown",
    "SECURITY.rst",
    "docs/SECURITY.rst",
    "doc/SECURITY.rst",
    "SECURITY.adoc",
    ".github/SECURITY.adoc",
    "docs/SECURITY.adoc",
    "SECURITY.txt",
    "SECURITY",
    ".well-known/security.txt",
    "security.txt",
    "docs/security-policy.md",
];

/// Letters besides addresses from which a text says something, as Scorecard counts it.
const LEAST_TEXT: usize = 60;

static ADDRESS: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?i)https?://[^\s)>\]]+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+").ok());
static WORDS: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"(?i)vuln|disclos|\bdays?\b|\bhours?\b").ok());

fn look(repository: &Repository<'_>) -> Verdict {
    let Some(file) = repository.any_of(&NAMES) else {
        let hint = "Add SECURITY.md: an e-mail address or a link for private reports, which versions are looked after, and in how \
            many days you answer.";
        return Verdict::Fail(vec![Flaw::lack("Nothing says where a weakness is reported.", hint)]);
    };
    let Some(text) = repository.text(file) else {
        let reason = format!("{} could not be read.", file.name);
        return Verdict::Unknown { reason, who: "Make the file readable, then check again." };
    };
    let (Some(address), Some(words)) = (&*ADDRESS, &*WORDS) else {
        return Verdict::Unknown { reason: "The rule itself is broken.".to_owned(), who: "Report this." };
    };
    let flaw = |about: &str, message: &str, hint: &str| Flaw {
        about: about.to_owned(),
        ..Flaw::file(&file.name, message, hint)
    };
    let mut flaws = Vec::new();
    if !address.is_match(&text) {
        let hint = "Write an e-mail address, or the link to your host's form for private reports.";
        flaws.push(flaw("address", "The policy names no address or link to report to.", hint));
    }
    let prose = address.replace_all(&text, "").chars().filter(|letter| letter.is_alphanumeric()).count();
    if prose < LEAST_TEXT {
        let hint = "Say in a few sentences how to report, what to add, and what happens then.";
        flaws.push(flaw("text", "The policy hardly says anything.", hint));
    }
    if words.find_iter(&text).take(2).count() < 2 {
        let hint = "Say how vulnerabilities are disclosed, and in how many days somebody answers.";
        flaws.push(flaw("disclosure", "The policy says nothing of disclosure or of time.", hint));
    }
    let name = file.name.clone();
    Verdict::of(flaws, || vec![Evidence::file(&name, "has an address, says how to report, and what happens then")])
}
