//! It is written down how changes are made.

use domain::Severity;

use crate::repository::gate::Evidence;
use crate::repository::rule::{Rule, Verdict};
use crate::repository::view::Repository;

pub(super) const RULE: Rule = Rule {
    id: "contributing",
    title: "It is written down how a change is made",
    why: "New people lose days, and break rules that nobody told them.",
    severity: Severity::Low,
    practices: &["OSPS-GV-03.01", "OSPS-GV-03.02"],
    look,
};

const NAMES: [&str; 7] = [
    "CONTRIBUTING.md",
    ".github/CONTRIBUTING.md",
    "docs/CONTRIBUTING.md",
    "CONTRIBUTING.rst",
    "CONTRIBUTING",
    "CONTRIBUTING.adoc",
    "HACKING.md",
];

fn look(repository: &Repository<'_>) -> Verdict {
    let found = repository.any_of(&NAMES).map(|file| Evidence::file(&file.name, "says how changes are made"));
    let hint = "Add CONTRIBUTING.md: what to install, how to run the tests, what a change needs before it gets in.";
    Verdict::shown_by(found.into_iter().collect(), "Nothing says how a change is made.", hint)
}
