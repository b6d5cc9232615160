//! Independent auditors look at every first commit: no finding.

use std::path::Path;

use testkit::Run;

use crate::program::Home;

/// Answers that put odd text into every place that takes text.
const HOSTILE: [&str; 14] = [
    "--description",
    r#"A "quoted" \ <b>service</b> | with ${{ github.token }} and `code` * _x_ # 日本"#,
    "--goal",
    "1. Fewer | *late* payments -- <really>",
    "--goal=- Joy: http://example.org",
    "--for",
    "strategy-people,vibe-coders,non-technical-founders",
    "--author",
    "Ada \"the first\" O'Neil <ada@example.org>",
    "--owner",
    "@example/team",
    "--contact",
    "https://example.org/security",
    "--license=MIT",
];

/// Begins a project as JSON-checked by the program itself, in `work/NAME`.
fn begun(home: &Home, stack: &str, more: &[&str]) -> std::path::PathBuf {
    home.begin("graded-service", &[&["--stack", stack, "--yes"], more].concat());
    home.work().join("graded-service")
}

#[track_caller]
fn no_finding(project: &Path, auditor: &str, arguments: &[&str]) {
    let Some(program) = testkit::tool(auditor) else { return };
    let outcome = Run::new(program).args(arguments).folder(project).run();
    assert!(outcome.ok(), "{auditor} {arguments:?}: {}\n{}\n{}", outcome.status, outcome.stdout, outcome.stderr);
}

fn grade(stack: &str, more: &[&str]) {
    let home = Home::new();
    let project = begun(&home, stack, more);
    let Some(shellcheck) = testkit::tool("shellcheck") else { return };
    no_finding(&project, "zizmor", &["--offline", "--no-progress", "--persona=pedantic", "."]);
    no_finding(&project, "actionlint", &["-shellcheck", shellcheck.to_str().unwrap()]);
    no_finding(&project, "hadolint", &["--failure-threshold", "info", "Dockerfile"]);
    no_finding(&project, "gitleaks", &["git", "--no-banner", "--redact", "."]);
    no_finding(&project, "yamllint", &["--strict", "."]);
    no_finding(
        &project,
        "check-jsonschema",
        &["--builtin-schema", "vendor.github-workflows", ".github/workflows/ci.yml"],
    );
    no_finding(&project, "check-jsonschema", &["--builtin-schema", "vendor.dependabot", ".github/dependabot.yml"]);
    no_finding(&project, "check-jsonschema", &["--builtin-schema", "vendor.compose-spec", "compose.yaml"]);
    no_finding(&project, "markdownlint-cli2", &["**/*.md"]);
    no_finding(&project, "prek", &["validate-config", ".pre-commit-config.yaml"]);
    no_finding(&project, "pre-commit", &["validate-config", ".pre-commit-config.yaml"]);
    let scripts = std::fs::read_dir(project.join("scripts")).unwrap();
    let shell = |path: &Path| {
        std::fs::read_to_string(path)
            .is_ok_and(|text| text.starts_with("#!/bin/sh") || text.starts_with("#!/usr/bin/env"))
    };
    for script in scripts.map(|entry| entry.unwrap().path()).filter(|path| shell(path)) {
        no_finding(&project, "shellcheck", &[script.to_str().unwrap()]);
    }
    testkit::not_run(&format!(
        "the {stack} image: linted, not built; the tests have no container engine and no base images"
    ));
}

#[test]
fn auditors_find_nothing_in_typescript() {
    grade("typescript", &[]);
    grade("typescript", &HOSTILE);
}

#[test]
fn auditors_find_nothing_in_python() {
    grade("python", &[]);
    grade("python", &HOSTILE);
}

#[test]
fn auditors_find_nothing_in_rust() {
    grade("rust", &[]);
    grade("rust", &HOSTILE);
}

/// The auditors are awake: each finds what was planted for it.
#[test]
fn auditors_find_what_is_planted() {
    let home = Home::new();
    let project = begun(&home, "python", &[]);
    let finds = |auditor: &str, arguments: &[&str], file: &str, change: &dyn Fn(&str) -> String| {
        let Some(program) = testkit::tool(auditor) else { return };
        let path = project.join(file);
        let before = std::fs::read_to_string(&path).unwrap();
        std::fs::write(&path, change(&before)).unwrap();
        let outcome = Run::new(program).args(arguments).folder(&project).run();
        std::fs::write(&path, before).unwrap();
        assert!(!outcome.ok(), "{auditor} does not see the fault in {file}\n{}\n{}", outcome.stdout, outcome.stderr);
    };
    let unpinned = |text: &str| {
        let at = text.find("uses: actions/checkout@").unwrap() + "uses: actions/checkout@".len();
        format!("{}v7{}", &text[..at], &text[at + 40..])
    };
    finds("zizmor", &["--offline", "--no-progress", "--persona=pedantic", "."], ".github/workflows/ci.yml", &unpinned);
    finds("actionlint", &[], ".github/workflows/ci.yml", &|text| text.replace("runs-on:", "runs-off:"));
    finds("hadolint", &["--failure-threshold", "info", "Dockerfile"], "Dockerfile", &|text| {
        format!("{text}RUN cd /tmp && sudo ls\n")
    });
    finds("yamllint", &["--strict", "."], "compose.yaml", &|text| format!("{text}services: {{}}\n"));
    finds("markdownlint-cli2", &["**/*.md"], "README.md", &|text| format!("{text}# Twice\n\n\n\n# Twice\n"));
    finds(
        "check-jsonschema",
        &["--builtin-schema", "vendor.dependabot", ".github/dependabot.yml"],
        ".github/dependabot.yml",
        &|text| text.replace("version: 2", "version: 3"),
    );
}
