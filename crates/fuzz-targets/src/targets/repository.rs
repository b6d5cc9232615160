//! The gates of a repository: workflows, pipelines, scripts and all else that rules read.

use scan::repository::check;
use source_tree::{SourceFile, SourceTree};

use crate::seeds;
use crate::target::Target;

const NAMES: &[&str] = &[
    ".github/workflows/ci.yml",
    "Dockerfile",
    "scripts/build.sh",
    ".gitlab-ci.yml",
    "action.yml",
    "docker-compose.yml",
    "Makefile",
    ".github/dependabot.yml",
    "package.json",
    "renovate.json",
    "LICENSE",
    "SECURITY.md",
    "Jenkinsfile",
    "pyproject.toml",
    ".pre-commit-config.yaml",
    "azure-pipelines.yml",
    ".circleci/config.yml",
    "CODEOWNERS",
    "tool.bin",
];

pub(super) const GATES: Target = Target {
    name: "repository_gates",
    run: |data| {
        let Some((choice, text)) = data.split_first() else { return };
        let name = NAMES[usize::from(*choice) % NAMES.len()];
        let seen = check(&SourceTree::of_files([SourceFile::in_memory(name, text)]));
        assert!(!seen.gates.is_empty());
        assert!(seen.findings.iter().all(|finding| finding.line != Some(0) && !finding.fingerprint.is_empty()));
    },
    seeds: || {
        let behind =
            |choice: u8, texts: Vec<Vec<u8>>| texts.into_iter().map(move |text| [&[choice][..], &text].concat());
        let mut all: Vec<Vec<u8>> = behind(0, seeds::files(&|path| path.contains(".github/workflows/"), 6)).collect();
        all.extend(behind(1, seeds::files(&|path| path.ends_with("Dockerfile"), 3)));
        all.extend(behind(2, seeds::files(&|path| path.starts_with("scripts/"), 4)));
        all.extend(behind(7, seeds::files(&|path| path.ends_with("dependabot.yml"), 1)));
        all.extend(behind(0, TEXTS.iter().map(|text| text.as_bytes().to_vec()).collect()));
        all
    },
    words: &[
        "on:",
        "pull_request_target",
        "workflow_run",
        "permissions:",
        "write-all",
        "contents: write",
        "jobs:",
        "steps:",
        "uses: ",
        "run: |",
        "${{ github.event.issue.title }}",
        "${{",
        "}}",
        "@v4",
        "@main",
        "actions/checkout",
        "ref: ",
        "secrets.",
        "curl ",
        " | sh",
        "wget -O-",
        "pip install ",
        "npm install -g ",
        "FROM ",
        "@sha256:",
        "RUN ",
        "AS ",
        "&a",
        "*a",
        "<<:",
        "$(",
        "`",
        "<<EOF",
        "\\\n",
        "&&",
        "\t",
    ],
};

const TEXTS: &[&str] = &[
    "on:\n  pull_request_target:\npermissions: write-all\njobs:\n  a:\n    runs-on: x\n    steps:\n      - uses: actions/checkout@v4\n        with: {ref: \"${{ github.event.pull_request.head.sha }}\"}\n      - run: |\n          echo ${{ github.event.issue.title }}\n          curl -s https://x.example | sh\n",
    "\"on\": [push, {a: b}]\njobs: &j\n  a: {uses: ./.github/workflows/x.yml@main, secrets: inherit}\n  b: *j\n",
];
