//! A tool looks for secrets on every change.

use domain::Severity;

use crate::repository::ci_steps::Signs;
use crate::repository::gate::Evidence;
use crate::repository::rule::{Rule, Verdict};
use crate::repository::view::Repository;

pub(super) const RULE: Rule = Rule {
    id: "secret-scanning",
    title: "A tool looks for secrets before they are published",
    why: "A key that was committed once stays in the history, and is found by strangers within minutes.",
    severity: Severity::Low,
    practices: &["OSPS-BR-07.01"],
    look,
};

const SIGNS: Signs = Signs {
    actions: &[
        "gitleaks/gitleaks-action",
        "trufflesecurity/trufflehog",
        "GitGuardian/ggshield-action",
        "Yelp/detect-secrets",
    ],
    commands: &[
        "gitleaks",
        "betterleaks",
        "trufflehog",
        "kingfisher",
        "detect-secrets",
        "detect-secrets-hook",
        "ggshield",
        "smart-begin check",
        "git-secrets",
        "noseyparker",
        "trivy secret",
    ],
};
const HOOKS: [&str; 7] =
    ["gitleaks", "betterleaks", "trufflehog", "detect-secrets", "ggshield", "kingfisher", "smart-begin"];

fn look(repository: &Repository<'_>) -> Verdict {
    let mut seen = SIGNS.in_ci(repository);
    if let Some(file) = repository.any_of(&[".pre-commit-config.yaml", ".pre-commit-config.yml"])
        && let Some(text) = repository.text(file)
    {
        let shown = (1_u32..).zip(text.lines()).find(|(_, line)| HOOKS.iter().any(|hook| line.contains(hook)));
        seen.extend(shown.map(|(line, _)| Evidence::at(&file.name, line, "a hook before each commit")));
    }
    let hint =
        "Run `smart-begin check --staged` as a hook before each commit, and `smart-begin check` in the pipeline.";
    Verdict::shown_by(seen, "Neither the pipeline nor a hook looks for secrets.", hint)
}
