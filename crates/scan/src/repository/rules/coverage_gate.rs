//! A build fails when too little of the code is tried by tests.

use domain::Severity;

use crate::repository::gate::Evidence;
use crate::repository::rule::{Rule, Verdict};
use crate::repository::view::{Repository, is_aside};

pub(super) const RULE: Rule = Rule {
    id: "coverage-gate",
    title: "The build fails when too little is tested",
    why: "New code without tests comes in unseen, until most of the product is untested.",
    severity: Severity::Low,
    practices: &["OSPS-QA-06.03"],
    look,
};

/// Words of commands that set a bound.
const FLAGS: [&str; 12] = [
    "--cov-fail-under",
    "--fail-under",
    "--fail-under-lines",
    "--fail-under-functions",
    "--check-coverage",
    "--coverage.thresholds",
    "--coverageThreshold",
    "--min-coverage",
    "go-test-coverage",
    "jacocoTestCoverageVerification",
    "/p:Threshold",
    "--test-coverage-lines",
];
/// Files, by the end of their names, and words in them that set a bound.
const CONFIGURED: [(&[&str], &[&str], &str); 10] = [
    (
        &["pyproject.toml", ".coveragerc", "setup.cfg", "tox.ini"],
        &["fail_under", "--cov-fail-under"],
        "coverage.py's bound",
    ),
    (
        &["package.json", "jest.config.js", "jest.config.ts", "jest.config.mjs", "jest.config.cjs"],
        &["coverageThreshold", "--check-coverage"],
        "Jest's or c8's bound",
    ),
    (
        &["vitest.config.ts", "vitest.config.js", "vitest.config.mts", "vite.config.ts", "vite.config.js"],
        &["thresholds"],
        "Vitest's bound",
    ),
    (&[".nycrc", ".nycrc.json", ".c8rc.json", ".c8rc"], &["check-coverage"], "nyc's or c8's bound"),
    (&["pom.xml"], &["jacoco", "<minimum>"], "JaCoCo's bound"),
    (
        &["build.gradle", "build.gradle.kts"],
        &["jacocoTestCoverageVerification", "koverVerify", "minBound"],
        "Gradle's bound",
    ),
    (&["codecov.yml", ".codecov.yml", "codecov.yaml", ".github/codecov.yml"], &["target:"], "Codecov's bound"),
    (&["spec_helper.rb", "test_helper.rb", ".simplecov"], &["minimum_coverage"], "SimpleCov's bound"),
    (&[".testcoverage.yml", ".testcoverage.yaml"], &["threshold"], "go-test-coverage's bound"),
    (&["scorecard.toml", "tarpaulin.toml", ".tarpaulin.toml"], &["coverage", "fail-under"], "a bound on coverage"),
];

fn look(repository: &Repository<'_>) -> Verdict {
    let mut seen: Vec<Evidence> = repository
        .command(|text| FLAGS.iter().any(|flag| text.contains(flag)))
        .map(|line| Evidence::at(&line.file, line.line, "a bound on coverage"))
        .into_iter()
        .collect();
    for (names, words, note) in CONFIGURED {
        // All words where there are two that only mean something together.
        let together = names.contains(&"pom.xml");
        for file in
            repository.named(|name| !is_aside(name) && names.iter().any(|end| is_named(name, end))).into_iter().take(50)
        {
            let Some(text) = repository.text(file) else { continue };
            if together && !words.iter().all(|word| text.contains(word)) {
                continue;
            }
            let at = (1_u32..).zip(text.lines()).find(|(_, line)| words.iter().any(|word| line.contains(word)));
            seen.extend(at.map(|(line, _)| Evidence::at(&file.name, line, note)));
        }
    }
    let hint = "Measure coverage in the pipeline and set a bound a little below what you have: --cov-fail-under (pytest), thresholds \
        (Vitest), --fail-under-lines (cargo llvm-cov).";
    Verdict::shown_by(seen, "Nothing fails when too little of the code is tried by tests.", hint)
}

fn is_named(name: &str, end: &str) -> bool {
    name == end || name.strip_suffix(end).is_some_and(|rest| rest.ends_with('/'))
}
