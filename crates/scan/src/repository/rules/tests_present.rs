//! There are tests.

use domain::Severity;

use crate::repository::gate::Evidence;
use crate::repository::rule::{Rule, Verdict};
use crate::repository::view::{Repository, evidence, is_aside};

pub(super) const RULE: Rule = Rule {
    id: "tests-present",
    title: "There are tests",
    why: "Without tests each change may break what worked, and users are the first to notice.",
    severity: Severity::Low,
    practices: &["OSPS-QA-06.02"],
    look,
};

fn look(repository: &Repository<'_>) -> Verdict {
    let files = repository.named(|name| !is_aside(name) && is_test(name));
    let mut seen: Vec<Evidence> =
        files.iter().take(5).map(|file| Evidence::file(&file.name, "a file of tests")).collect();
    if files.len() > 5 {
        seen.push(Evidence::note(format!("{} files of tests in all", files.len())));
    }
    seen.extend(evidence(&repository.survey.tests).into_iter().take(5));
    let hint =
        "Begin with one test of what your product must never get wrong; then add one for each mistake that is found.";
    Verdict::shown_by(seen, "No test was found.", hint)
}

/// Whether a name is by the custom of its language one of tests.
pub(crate) fn is_test(name: &str) -> bool {
    let base = name.rsplit('/').next().unwrap_or(name);
    let Some((stem, ending)) = base.rsplit_once('.') else { return false };
    let folder = |wanted: &[&str]| name.split('/').rev().skip(1).any(|part| wanted.contains(&part));
    match ending {
        "py" => stem.starts_with("test_") || stem.ends_with("_test"),
        "go" => stem.ends_with("_test"),
        "js" | "mjs" | "cjs" | "jsx" | "ts" | "mts" | "cts" | "tsx" => {
            stem.ends_with(".test") || stem.ends_with(".spec") || stem.ends_with(".cy") || folder(&["__tests__"])
        }
        "rs" => folder(&["tests"]),
        "java" | "kt" | "scala" | "groovy" => name.contains("src/test/") || name.contains("src/androidTest/"),
        "rb" => stem.ends_with("_spec") || stem.ends_with("_test") || stem.starts_with("test_"),
        "php" => stem.ends_with("Test"),
        "cs" | "fs" | "vb" => stem.ends_with("Tests") || stem.ends_with("Test"),
        "c" | "cc" | "cpp" | "cxx" => {
            folder(&["test", "tests"]) || stem.ends_with("_test") || stem.starts_with("test_")
        }
        "exs" | "dart" | "lua" => stem.ends_with("_test") || stem.ends_with("_spec"),
        "swift" => stem.ends_with("Tests"),
        "bats" | "feature" => true,
        _ => false,
    }
}
