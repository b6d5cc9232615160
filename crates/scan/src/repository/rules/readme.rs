//! A first page says what this is and how to use it.

use domain::Severity;

use crate::repository::gate::Evidence;
use crate::repository::rule::{Flaw, Rule, Verdict};
use crate::repository::view::Repository;

pub(super) const RULE: Rule = Rule {
    id: "readme",
    title: "A first page says what this is and how it is used",
    why: "Whoever takes the project over, or thinks of using it, begins here.",
    severity: Severity::Low,
    practices: &["OSPS-DO-01.01"],
    look,
};

const NAMES: [&str; 8] = [
    "README.md",
    "README",
    "README.rst",
    "README.txt",
    "README.adoc",
    ".github/README.md",
    "docs/README.md",
    "README.markdown",
];

fn look(repository: &Repository<'_>) -> Verdict {
    let hint = "Add README.md: what it is, how to start it, how to change it.";
    let Some(file) = repository.any_of(&NAMES) else {
        return Verdict::Fail(vec![Flaw::lack("There is no first page.", hint)]);
    };
    let letters =
        repository.text(file).unwrap_or_default().chars().filter(|letter| letter.is_alphanumeric()).take(200).count();
    if letters < 200 {
        return Verdict::Fail(vec![Flaw::file(&file.name, "The first page hardly says anything.", hint)]);
    }
    Verdict::Pass(vec![Evidence::file(&file.name, "the first page")])
}
