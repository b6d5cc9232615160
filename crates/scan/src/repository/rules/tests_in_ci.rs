//! The tests run by themselves when the code changes.

use domain::Severity;

use crate::repository::ci_steps::Signs;
use crate::repository::gate::Evidence;
use crate::repository::rule::{Rule, Verdict};
use crate::repository::view::Repository;

pub(super) const RULE: Rule = Rule {
    id: "tests-in-ci",
    title: "The tests run on every change",
    why: "Tests that somebody must remember to run are forgotten on the day they are needed.",
    severity: Severity::Low,
    practices: &["Scorecard CI-Tests", "OSPS-QA-06.01", "OSPS-QA-03.01"],
    look,
};

pub(crate) const SIGNS: Signs = Signs {
    actions: &["cypress-io/github-action", "gradle/gradle-build-action"],
    commands: &[
        "cargo test",
        "cargo nextest",
        "cargo llvm-cov",
        "cargo tarpaulin",
        "npm test",
        "npm t",
        "npm run test",
        "pnpm test",
        "pnpm run test",
        "yarn test",
        "yarn run test",
        "bun test",
        "bun run test",
        "deno test",
        "vitest",
        "jest",
        "mocha",
        "ava",
        "playwright",
        "cypress run",
        "node --test",
        "pytest",
        "tox",
        "nox",
        "unittest",
        "python manage.py test",
        "go test",
        "gotestsum",
        "mvn test",
        "mvn verify",
        "mvn package",
        "mvn install",
        "mvnw test",
        "mvnw verify",
        "mvnw package",
        "gradle test",
        "gradle check",
        "gradle build",
        "gradlew test",
        "gradlew check",
        "gradlew build",
        "sbt test",
        "make test",
        "make check",
        "make tests",
        "just test",
        "just check",
        "task test",
        "ctest",
        "meson test",
        "bazel test",
        "dotnet test",
        "rspec",
        "rake test",
        "rake spec",
        "rails test",
        "phpunit",
        "pest",
        "composer test",
        "mix test",
        "swift test",
        "xcodebuild test",
        "dart test",
        "flutter test",
        "rebar3 eunit",
        "stack test",
        "cabal test",
        "bats",
        "zig build test",
        "test",
    ],
};

fn look(repository: &Repository<'_>) -> Verdict {
    let hint =
        "Add a workflow that runs the tests on each push and pull request, for example `.github/workflows/ci.yml`.";
    if !repository.has_ci() {
        return Verdict::shown_by(Vec::new(), "No pipeline was found, so nothing runs the tests by itself.", hint);
    }
    let mut seen: Vec<Evidence> = SIGNS.in_ci(repository);
    seen.extend(in_scripts_of_jenkins(repository));
    if !seen.is_empty() {
        return Verdict::Pass(seen);
    }
    let names: Vec<&str> = repository.workflows.iter().map(|workflow| workflow.file.as_str()).take(5).collect();
    let reason = format!("No step of the pipeline is known here as a run of tests ({}).", names.join(", "));
    Verdict::Unknown { reason, who: "Whoever looks after the pipeline: look whether one of its steps runs the tests." }
}

/// Pipelines that are no YAML are read as text.
fn in_scripts_of_jenkins(repository: &Repository<'_>) -> Vec<Evidence> {
    let mut found = Vec::new();
    for pipeline in repository.pipelines.iter().filter(|pipeline| !pipeline.system.is_yaml) {
        let Some(text) = repository.tree.file(&pipeline.file).and_then(|file| repository.text(file)) else { continue };
        let runs = |line: &str| line.split(['\'', '"']).any(|part| SIGNS.is_in(part));
        let at = (1_u32..).zip(text.lines()).find(|(_, line)| runs(line));
        found.extend(at.map(|(line, _)| Evidence::at(&pipeline.file, line, "runs tests")));
    }
    found
}
