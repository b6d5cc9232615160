//! What workflows may, and what they run.

use super::{CI, finds, is_unknown, workflow};

#[test]
fn tokens_may_no_more_than_they_need() {
    let job = "jobs:\n  a:\n    runs-on: x\n";
    let file = |head: &str| format!("on: push\n{head}{job}");
    finds(&[(CI, &file("permissions: {}\n"))], "token-permissions", &[]);
    finds(&[(CI, &file("permissions: read-all\n"))], "token-permissions", &[]);
    finds(&[(CI, &file("permissions:\n  contents: read\n"))], "token-permissions", &[]);
    finds(&[(CI, &file(""))], "token-permissions", &[&format!("{CI}:3 medium")]);
    finds(&[(CI, &file("permissions: write-all\n"))], "token-permissions", &[&format!("{CI}:2 high")]);
    finds(&[(CI, &file("permissions:\n  contents: write\n"))], "token-permissions", &[&format!("{CI}:3 medium")]);
    let of_job = "on: push\njobs:\n  a:\n    permissions: { contents: write }\n  b:\n    permissions: write-all\n";
    finds(&[(CI, of_job)], "token-permissions", &[&format!("{CI}:6 high")]);
    finds(&[("README.md", "")], "token-permissions", &[]);
    is_unknown(&[(".gitlab-ci.yml", "test: { script: make }\n")], "token-permissions");
    is_unknown(&[(CI, "a: [")], "token-permissions");
}

#[test]
fn no_privileged_workflow_checks_out_a_strangers_code() {
    let rule = "untrusted-checkout";
    let checkout =
        "      - uses: actions/checkout@v4\n        with:\n          ref: ${{ github.event.pull_request.head.sha }}\n";
    finds(&[(CI, &workflow("pull_request_target", checkout))], rule, &[&format!("{CI}:9 critical")]);
    finds(&[(CI, &workflow("[push, pull_request_target]", checkout))], rule, &[&format!("{CI}:9 critical")]);
    finds(
        &[(CI, &workflow("{ pull_request_target: { types: [opened] } }", checkout))],
        rule,
        &[&format!("{CI}:9 critical")],
    );
    finds(&[(CI, &workflow("pull_request", checkout))], rule, &[]);
    finds(&[(CI, &workflow("pull_request_target", "      - uses: actions/checkout@v4\n"))], rule, &[]);
    let of_run =
        "      - uses: actions/checkout@v4\n        with:\n          ref: ${{ github.event.workflow_run.head_sha }}\n";
    finds(&[(CI, &workflow("workflow_run", of_run))], rule, &[&format!("{CI}:9 high")]);
    let by_hand = "      - run: |\n          gh pr checkout 1\n          make\n";
    finds(&[(CI, &workflow("issue_comment", by_hand))], rule, &[&format!("{CI}:8 high")]);
    let head = "      - run: git fetch origin ${{ github.head_ref }}\n";
    finds(&[(CI, &workflow("pull_request_target", head))], rule, &[&format!("{CI}:7 critical")]);
}

#[test]
fn no_script_is_put_together_from_strangers_text() {
    let rule = "script-injection";
    let run = |expression: &str| {
        workflow("issues", &format!("      - run: |\n          true\n          echo \"${{{{ {expression} }}}}\"\n"))
    };
    for bad in [
        "github.event.issue.title",
        "github.event.pull_request.body",
        "github.head_ref",
        "github.event.commits[0].message",
        "github.event.commits.*.author.email",
        "github['event']['comment']['body']",
        "format('x{0}', github.event.review.body)",
        "toJSON(github.event)",
        "github.event.workflow_run.head_branch",
        "github.event.issue.title == 'x' && github.event.issue.body",
    ] {
        finds(&[(CI, &run(bad))], rule, &[&format!("{CI}:9 high")]);
    }
    for good in [
        "github.sha",
        "github.event.number",
        "contains(github.event.issue.title, 'x')",
        "github.event.issue.title == 'x'",
        "steps.x.outputs.github.head_ref_x",
        "env.TITLE",
    ] {
        finds(&[(CI, &run(good))], rule, &[]);
    }
    finds(&[(CI, &run("inputs.name"))], rule, &[&format!("{CI}:9 low")]);
    let by_variable = workflow(
        "issues",
        "      - env:\n          TITLE: ${{ github.event.issue.title }}\n        run: echo \"$TITLE\"\n",
    );
    finds(&[(CI, &by_variable)], rule, &[]);
    let pasted = by_variable.replace("$TITLE", "${{ env.TITLE }}");
    finds(&[(CI, &pasted)], rule, &[&format!("{CI}:9 high")]);
    let script = workflow(
        "issues",
        "      - uses: actions/github-script@v7\n        with:\n          script: |\n            const x = 1;\n            log(`${{ github.event.issue.title }}`);\n",
    );
    finds(&[(CI, &script)], rule, &[&format!("{CI}:11 high")]);
    let action = "runs:\n  using: composite\n  steps:\n    - run: echo ${{ github.head_ref }}\n      shell: bash\n";
    finds(&[(".github/actions/a/action.yml", action)], rule, &[".github/actions/a/action.yml:4 high"]);
}

#[test]
fn tests_run_in_the_pipeline() {
    let rule = "tests-in-ci";
    for good in [
        "cargo test --workspace",
        "npm run test:unit",
        "go test ./...",
        "uv run pytest -q",
        "make test",
        "./mvnw -B verify",
    ] {
        finds(&[(CI, &workflow("push", &format!("      - run: {good}\n")))], rule, &[]);
    }
    // The pipeline runs a target, and the target runs the tests.
    let by_make = [(CI, &*workflow("push", "      - run: make all\n")), ("Makefile", "all:\n\tpytest\n")];
    finds(&by_make, rule, &[]);
    is_unknown(&[(CI, &workflow("push", "      - run: echo hello\n"))], rule);
    is_unknown(&[(CI, &workflow("push", "      - run: pip install pytest\n"))], rule);
    finds(&[("Makefile", "test:\n\tpytest\n")], rule, &["-:0 low"]);
    finds(&[("Jenkinsfile", "stage('t') {\n  sh 'go test ./...'\n}\n")], rule, &[]);
    finds(&[(".gitlab-ci.yml", "t:\n  script:\n    - bundle exec rspec\n")], rule, &[]);
}

#[test]
fn tools_of_the_pipeline_are_seen() {
    let step = |step: &str| workflow("push", &format!("      - {step}\n"));
    for (rule, good) in [
        ("static-analysis", "uses: github/codeql-action/analyze@v3"),
        ("static-analysis", "run: semgrep scan --error"),
        ("secret-scanning", "uses: gitleaks/gitleaks-action@v2"),
        ("secret-scanning", "run: smart-begin check --only secrets"),
        ("vulnerability-scanning", "run: npm audit --audit-level high"),
        ("vulnerability-scanning", "uses: actions/dependency-review-action@v4"),
        ("linting", "run: npx eslint ."),
        ("packaging", "uses: pypa/gh-action-pypi-publish@release/v1"),
        ("packaging", "run: cargo publish"),
        ("release-provenance", "uses: actions/attest-build-provenance@v2"),
    ] {
        finds(&[(CI, &step(good))], rule, &[]);
        let (status, _) = super::judged(&[(CI, &step("run: 'true'"))], rule);
        assert_ne!(status, scan::repository::GateStatus::Pass, "{rule}");
    }
    finds(&[(CI, &step("run: npm publish"))], "release-provenance", &["-:0 low"]);
    finds(&[(".gitlab-ci.yml", "include:\n  - template: Jobs/SAST.gitlab-ci.yml\n")], "static-analysis", &[]);
    finds(
        &[(".pre-commit-config.yaml", "repos:\n  - repo: x\n    hooks:\n      - id: gitleaks\n")],
        "secret-scanning",
        &[],
    );
}
