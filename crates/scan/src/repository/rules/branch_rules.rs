//! What the host insists on before a change gets in. Files cannot show it.

use domain::Severity;

use crate::repository::rule::{Rule, Verdict};
use crate::repository::view::Repository;

pub(super) const RULE: Rule = Rule {
    id: "branch-rules",
    title: "The main branch takes reviewed changes alone",
    why: "Whoever takes over one account can change the product, if nothing stands between a push and the main branch.",
    severity: Severity::High,
    practices: &["Scorecard Branch-Protection", "OSPS-AC-03.01", "OSPS-AC-03.02"],
    look,
};

fn look(repository: &Repository<'_>) -> Verdict {
    let wish = repository.any_of(&[".github/settings.yml", ".github/settings.yaml", ".asf.yaml"]);
    let wish = wish.or_else(|| repository.named(|name| name.starts_with(".github/rulesets/")).into_iter().next());
    let reason = match wish {
        Some(file) => format!("{} says what is wished; whether the host enforces it is not in the files.", file.name),
        None => "The rules of branches are settings of the host, not files.".to_owned(),
    };
    let who = "An administrator of the repository on its host: Settings, then Rules or Branches. Ask for: no force push, no deletion, \
        a review, and the pipeline's checks, for everybody.";
    Verdict::Unknown { reason, who }
}
