//! Style and frequent mistakes are looked at by a tool.

use domain::Severity;

use crate::repository::ci_steps::Signs;
use crate::repository::rule::{Rule, Verdict};
use crate::repository::view::Repository;

pub(super) const RULE: Rule = Rule {
    id: "linting",
    title: "A linter looks at every change",
    why: "Frequent mistakes and quarrels about style are left to a tool, which never tires.",
    severity: Severity::Low,
    practices: &["OSPS-QA-03.01"],
    look,
};

const SIGNS: Signs = Signs {
    actions: &[
        "golangci/golangci-lint-action",
        "super-linter/super-linter",
        "github/super-linter",
        "astral-sh/ruff-action",
        "biomejs/setup-biome",
        "pre-commit/action",
        "oxsecurity/megalinter",
    ],
    commands: &[
        "cargo clippy",
        "cargo fmt",
        "eslint",
        "biome",
        "oxlint",
        "prettier",
        "npm run lint",
        "pnpm lint",
        "pnpm run lint",
        "yarn lint",
        "ruff",
        "flake8",
        "pylint",
        "mypy",
        "pyright",
        "black",
        "golangci-lint",
        "go vet",
        "gofmt",
        "staticcheck",
        "rubocop",
        "standardrb",
        "phpstan",
        "phpcs",
        "php-cs-fixer",
        "ktlint",
        "detekt",
        "gradlew spotlessCheck",
        "mvn spotless:check",
        "mvn checkstyle:check",
        "dotnet format",
        "mix credo",
        "mix format",
        "swiftlint",
        "dart analyze",
        "flutter analyze",
        "make lint",
        "just lint",
        "pre-commit run",
        "prek run",
        "shellcheck",
        "deno lint",
    ],
};

fn look(repository: &Repository<'_>) -> Verdict {
    let hint = "Run your language's linter and formatter in the pipeline, with warnings as errors.";
    Verdict::shown_by(SIGNS.in_ci(repository), "No step of a pipeline runs a linter.", hint)
}
