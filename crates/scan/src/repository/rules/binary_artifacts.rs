//! No compiled programs lie among the sources.

use domain::{Confidence, Severity};

use crate::repository::ci_steps::Signs;
use crate::repository::gate::Evidence;
use crate::repository::rule::{Flaw, Rule, Verdict};
use crate::repository::view::{Repository, is_aside};

pub(super) const RULE: Rule = Rule {
    id: "binary-artifacts",
    title: "No compiled programs among the sources",
    why: "Nobody can read a compiled program: what is hidden in it comes into your product unseen.",
    severity: Severity::Medium,
    practices: &["Scorecard Binary-Artifacts", "OSPS-QA-05.01", "OSPS-QA-05.02"],
    look,
};

const HINT: &str = "Take it out of the repository and build it, or install it in a pinned version, when it is needed.";
const WRAPPER: &str = "gradle-wrapper.jar";
const VALIDATION: Signs = Signs {
    actions: &["gradle/actions/wrapper-validation", "gradle/wrapper-validation-action", "gradle/actions/setup-gradle"],
    commands: &[],
};

fn look(repository: &Repository<'_>) -> Verdict {
    let mut flaws = Vec::new();
    let mut evidence = vec![Evidence::note(format!("None of {} files is one.", repository.tree.files().len()))];
    for program in &repository.survey.programs {
        let is_wrapper = program.file.rsplit('/').next() == Some(WRAPPER);
        let validated = if is_wrapper { VALIDATION.in_ci(repository) } else { Vec::new() };
        if let Some(how) = validated.into_iter().next() {
            evidence = vec![
                Evidence::file(
                    &program.file,
                    "Gradle's own starter, which the pipeline compares with the published ones",
                ),
                how,
            ];
            continue;
        }
        let flaw = if is_wrapper {
            let hint = "Add a step with gradle/actions/wrapper-validation, which compares it with the published ones.";
            let message = "Gradle's starter is a compiled program, and nothing checks that it is the published one.";
            Flaw::file(&program.file, message, hint).severity(Severity::Low)
        } else {
            Flaw::file(&program.file, format!("This is {}.", program.note), HINT)
        };
        let aside = is_aside(&program.file) || program.file.split('/').any(|part| matches!(part, "tests" | "test"));
        flaws.push(if aside { flaw.severity(Severity::Low).confidence(Confidence::Medium) } else { flaw });
    }
    Verdict::of(flaws, || evidence)
}
