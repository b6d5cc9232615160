//! A tool reads the code for weaknesses on every change.

use domain::Severity;

use crate::repository::ci_steps::Signs;
use crate::repository::gate::Evidence;
use crate::repository::rule::{Rule, Verdict};
use crate::repository::view::Repository;

pub(super) const RULE: Rule = Rule {
    id: "static-analysis",
    title: "A tool looks for weaknesses in the code (SAST)",
    why: "Patterns that are known to be dangerous slip past readers; a tool finds them on each change.",
    severity: Severity::Low,
    practices: &["Scorecard SAST", "OSPS-VM-06.01", "OSPS-VM-06.02"],
    look,
};

const SIGNS: Signs = Signs {
    actions: &[
        "github/codeql-action/analyze",
        "SonarSource/",
        "sonarsource/",
        "returntocorp/semgrep-action",
        "semgrep/",
        "snyk/actions",
        "JetBrains/qodana-action",
        "facebook/pysa-action",
        "securego/gosec",
        "PyCQA/bandit-action",
        "opengrep/",
        "checkmarx/",
    ],
    commands: &[
        "semgrep",
        "opengrep",
        "bandit",
        "gosec",
        "brakeman",
        "sonar-scanner",
        "codeql",
        "snyk code",
        "qodana",
        "pysa",
        "psalm --taint-analysis",
        "findsecbugs",
        "mvn spotbugs:check",
    ],
};

fn look(repository: &Repository<'_>) -> Verdict {
    let mut seen = SIGNS.in_ci(repository);
    let gitlab = repository.pipelines.iter().filter(|pipeline| pipeline.system.name == "GitLab CI");
    for pipeline in gitlab {
        let includes = pipeline.root.as_ref().and_then(|root| root.get("include"));
        let templates = includes.map(|include| include.one_or_many()).unwrap_or_default().iter();
        let sast = templates
            .filter(|each| each.get("template").and_then(|name| name.text()).is_some_and(|name| name.contains("SAST")));
        seen.extend(sast.map(|each| Evidence::at(&pipeline.file, each.line, "GitLab's SAST template")));
    }
    let hint = "Add CodeQL (github/codeql-action) or Semgrep to the pipeline. Where the host runs it by a setting of the repository \
        (CodeQL's default setup), no file shows that.";
    Verdict::shown_by(seen, "No step of a pipeline looks for weaknesses in the code.", hint)
}
