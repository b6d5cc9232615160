//! The program is tried with input that nobody thought of.

use domain::Severity;

use crate::repository::gate::Evidence;
use crate::repository::rule::{Rule, Verdict};
use crate::repository::view::{Repository, evidence};

pub(super) const RULE: Rule = Rule {
    id: "fuzzing",
    title: "Fuzz tests try input that nobody thought of",
    why: "Most holes are found by input that no test had. A fuzzer makes such input by the million.",
    severity: Severity::Low,
    practices: &["Scorecard Fuzzing"],
    look,
};

fn look(repository: &Repository<'_>) -> Verdict {
    let mut seen = evidence(&repository.survey.fuzz);
    let lite = repository.any_of(&[".clusterfuzzlite/Dockerfile", ".clusterfuzzlite/project.yaml"]);
    seen.extend(lite.map(|file| Evidence::file(&file.name, "ClusterFuzzLite")));
    let hint = "Add a fuzz test for what reads input of others: cargo-fuzz (Rust), func FuzzX (Go), fast-check (TypeScript), Atheris \
        (Python), Jazzer (Java).";
    Verdict::shown_by(seen, "No fuzz test was found.", hint)
}
