//! It is written down who looks at which change.

use domain::Severity;

use crate::repository::gate::Evidence;
use crate::repository::rule::{Flaw, Rule, Verdict};
use crate::repository::view::Repository;

pub(super) const RULE: Rule = Rule {
    id: "code-owners",
    title: "It is written down who looks at which change",
    why: "A change that nobody feels responsible for is let through by whoever has time.",
    severity: Severity::Low,
    practices: &["Scorecard Code-Review", "OSPS-QA-07.01", "OSPS-GV-01.01"],
    look,
};

const NAMES: [&str; 7] = [
    ".github/CODEOWNERS",
    "CODEOWNERS",
    "docs/CODEOWNERS",
    ".gitlab/CODEOWNERS",
    ".gitea/CODEOWNERS",
    ".forgejo/CODEOWNERS",
    "OWNERS",
];

fn look(repository: &Repository<'_>) -> Verdict {
    let hint =
        "Add .github/CODEOWNERS with a line `* @name`; and ask in the settings of the host that an owner approves.";
    let Some(file) = repository.any_of(&NAMES) else {
        return Verdict::Fail(vec![Flaw::lack("No file says who looks at changes.", hint)]);
    };
    let text = repository.text(file).unwrap_or_default();
    let rules =
        (1_u32..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty() && !line.trim_start().starts_with('#'));
    let named = rules.into_iter().find(|(_, line)| line.contains('@') || file.base_name() == "OWNERS");
    match named {
        Some((line, _)) => Verdict::Pass(vec![Evidence::at(
            &file.name,
            line,
            "names who looks; whether the host insists on it is not in the files",
        )]),
        None => Verdict::Fail(vec![Flaw::file(&file.name, "The file names nobody.", hint)]),
    }
}
