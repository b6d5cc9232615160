//! Beside the real OpenSSF Scorecard, on the same trees. Each difference is listed with its reason; another one fails.

use std::path::Path;
use std::time::Duration;

use scan::repository::GateStatus;
use serde_json::Value;
use source_tree::{Selection, SourceTree};

use super::{CI, gate, workflow};

/// A check of Scorecard, and our rules about the same.
const CHECKS: &[(&str, &[&str])] = &[
    ("Binary-Artifacts", &["binary-artifacts"]),
    ("Dangerous-Workflow", &["untrusted-checkout", "script-injection"]),
    ("Dependency-Update-Tool", &["dependency-updates"]),
    ("License", &["license"]),
    ("Packaging", &["packaging"]),
    ("Pinned-Dependencies", &["pinned-actions", "pinned-images", "pinned-downloads", "pinned-installs"]),
    ("SAST", &["static-analysis"]),
    ("Security-Policy", &["security-policy"]),
    ("Token-Permissions", &["token-permissions"]),
];

/// Where the two differ whatever the tree: the check, what Scorecard says, what we say, and why.
const ALWAYS: &[(&str, GateStatus, GateStatus, &str)] = &[(
    "License",
    GateStatus::Fail,
    GateStatus::Pass,
    "without the host's interface Scorecard never knows whether the OSI approved a licence, and takes a point off",
)];

const POLICY: &str = "# Security\n\nReport vulnerabilities to security@example.org or https://example.org/report. We answer within 3 days, and \
    disclose what was found when it is mended, at most 90 days after the report.\n";
const LICENSE: &str = "MIT License\n\nCopyright (c) 2026 X\n\nPermission is hereby granted, free of charge, to any person obtaining a copy of \
    this software. THE SOFTWARE IS PROVIDED \"AS IS\".\n";
const COMMIT: &str = "0123456789abcdef0123456789abcdef01234567";

type Files = Vec<(&'static str, Vec<u8>)>;

/// What Scorecard says of a tree that we say otherwise, and why.
type Differs = (&'static str, GateStatus, GateStatus, &'static str);

struct Tree {
    name: &'static str,
    files: Files,
    differs: Vec<Differs>,
}

fn text(name: &'static str, text: impl Into<String>) -> (&'static str, Vec<u8>) {
    (name, text.into().into_bytes())
}

fn trees() -> Vec<Tree> {
    let codeql = format!("      - uses: github/codeql-action/analyze@{COMMIT}\n      - run: npm ci\n");
    let good = vec![
        text("SECURITY.md", POLICY),
        text("LICENSE", LICENSE),
        text(CI, workflow("push", &codeql)),
        text(
            ".github/dependabot.yml",
            "version: 2\nupdates:\n  - package-ecosystem: github-actions\n    directory: /\n    schedule: { interval: weekly }\n",
        ),
    ];
    let head = "      - uses: actions/checkout@v4\n        with:\n          ref: ${{ github.event.pull_request.head.sha }}\n      - run: echo ${{ github.event.pull_request.title }}\n";
    let bad = vec![
        text(CI, workflow("pull_request_target", head).replace("permissions: {}", "permissions: write-all")),
        text("Dockerfile", "FROM python:3\nRUN pip install requests\nRUN curl https://x.example/i.sh | bash\n"),
        ("tool", [&b"\x7fELF\x02\x01\x01"[..], &[0; 200]].concat()),
    ];
    let silent = vec![
        text(CI, "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: make\n"),
        text("SECURITY.md", "Mail us."),
    ];
    let exact = vec![text(CI, workflow("push", "      - run: pip install requests==2.32.0\n"))];
    let uncovered = vec![
        text(
            ".github/dependabot.yml",
            "version: 2\nupdates:\n  - package-ecosystem: github-actions\n    directory: /\n",
        ),
        text("Cargo.toml", "[package]\nname = \"x\"\n"),
    ];
    let semgrep = vec![text(CI, workflow("push", "      - run: semgrep scan --error\n"))];
    let fail_pass = |check, why| (check, GateStatus::Fail, GateStatus::Pass, why);
    vec![
        Tree { name: "good", files: good, differs: vec![] },
        Tree { name: "bad", files: bad, differs: vec![] },
        Tree { name: "silent", files: silent, differs: vec![] },
        Tree {
            name: "exact",
            files: exact,
            differs: vec![fail_pass(
                "Pinned-Dependencies",
                "a version that was chosen counts as pinned here, without a hash as well",
            )],
        },
        Tree {
            name: "uncovered",
            files: uncovered,
            differs: vec![(
                "Dependency-Update-Tool",
                GateStatus::Pass,
                GateStatus::Fail,
                "Dependabot's file is enough for Scorecard; here it has to cover the kinds that are there",
            )],
        },
        Tree {
            name: "semgrep",
            files: semgrep,
            differs: vec![fail_pass("SAST", "Scorecard knows few tools, and no commands")],
        },
    ]
}

#[test]
fn what_scorecard_says_is_said_here_or_the_difference_has_a_reason() {
    let Some(scorecard) = testkit::tool("scorecard") else { return };
    for tree in trees() {
        let folder = tempfile::tempdir().unwrap();
        for (name, bytes) in &tree.files {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, bytes).unwrap();
        }
        compare(tree.name, &theirs(&scorecard, folder.path()), folder.path(), &tree.differs);
    }
}

/// Each check's state: 10 passes, less fails, -1 is unknown.
fn theirs(scorecard: &Path, folder: &Path) -> Vec<(String, GateStatus, String)> {
    let run = testkit::Run::new(scorecard).args(["--local"]).arg(folder).args(["--format", "json", "--show-details"]);
    let outcome = run.within(Duration::from_secs(120)).run();
    let report: Value = serde_json::from_str(&outcome.stdout).unwrap_or_else(|error| panic!("{error}: {outcome:?}"));
    let checks = report["checks"].as_array().unwrap().iter();
    checks
        .map(|check| {
            let status = match check["score"].as_i64().unwrap() {
                10 => GateStatus::Pass,
                score if score < 0 => GateStatus::Unknown,
                _ => GateStatus::Fail,
            };
            (check["name"].as_str().unwrap().to_owned(), status, check.to_string())
        })
        .collect()
}

fn compare(name: &str, theirs: &[(String, GateStatus, String)], folder: &Path, differs: &[Differs]) {
    let seen = scan::repository::check(&SourceTree::of_folder(folder, Selection::All).unwrap());
    let mut used = 0;
    for (check, rules) in CHECKS {
        let (_, theirs, whole) = theirs.iter().find(|(name, ..)| name == check).unwrap();
        let states: Vec<GateStatus> = rules.iter().map(|rule| gate(&seen, rule).status).collect();
        let ours = [GateStatus::Fail, GateStatus::Unknown].into_iter().find(|state| states.contains(state));
        let ours = ours.unwrap_or(GateStatus::Pass);
        // Where Scorecard has nothing to say, because there is nothing of the kind, we may say that nothing is wrong.
        if ours == *theirs || (*theirs == GateStatus::Unknown && ours == GateStatus::Pass) {
            continue;
        }
        let explained = |(of, they, we, _): &&Differs| of == check && they == theirs && *we == ours;
        let of_tree = differs.iter().find(explained);
        used += usize::from(of_tree.is_some());
        assert!(
            of_tree.or_else(|| ALWAYS.iter().find(explained)).is_some(),
            "{name}: {check} is {theirs:?} for Scorecard and {ours:?} for us: {whole}\n{:?}",
            rules.iter().map(|rule| gate(&seen, rule)).collect::<Vec<_>>()
        );
    }
    assert_eq!(used, differs.len(), "{name}: a difference is not there any more");
}
