//! It is written down what each release changed.

use domain::Severity;

use super::packaging;
use crate::repository::ci_steps::Signs;
use crate::repository::gate::Evidence;
use crate::repository::rule::{Rule, Verdict};
use crate::repository::view::Repository;

pub(super) const RULE: Rule = Rule {
    id: "changelog",
    title: "It is written down what each release changed",
    why: "Users cannot tell whether an upgrade mends a hole or breaks their work.",
    severity: Severity::Low,
    practices: &["OSPS-BR-04.01"],
    look,
};

const NAMES: [&str; 10] = [
    "CHANGELOG.md",
    "CHANGELOG",
    "CHANGELOG.rst",
    "CHANGELOG.txt",
    "CHANGES.md",
    "CHANGES",
    "CHANGES.rst",
    "HISTORY.md",
    "NEWS.md",
    "docs/CHANGELOG.md",
];
/// What writes notes of releases on the host.
const WRITES: Signs = Signs {
    actions: &[
        "googleapis/release-please-action",
        "google-github-actions/release-please-action",
        "release-drafter/release-drafter",
        "release-plz/action",
        "changesets/action",
    ],
    commands: &["semantic-release", "git-cliff", "gh release create --generate-notes", "towncrier"],
};

fn look(repository: &Repository<'_>) -> Verdict {
    let mut seen: Vec<Evidence> =
        repository.any_of(&NAMES).map(|file| Evidence::file(&file.name, "tells of changes")).into_iter().collect();
    seen.extend(
        repository
            .named(|name| name.starts_with(".changeset/"))
            .first()
            .map(|file| Evidence::file(&file.name, "Changesets")),
    );
    seen.extend(WRITES.in_ci(repository));
    if seen.is_empty() && !packaging::SIGNS.in_ci(repository).is_empty() {
        return Verdict::Unknown {
            reason: "No file tells of changes; releases are made, and their notes may be on the host.".to_owned(),
            who: "Whoever makes releases: look whether each has notes.",
        };
    }
    let hint = "Add CHANGELOG.md with a section a release: what is new, what changed, what was mended.";
    Verdict::shown_by(seen, "Nothing tells what a release changed.", hint)
}
