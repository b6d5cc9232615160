//! What is taken from others is pinned.

use super::{CI, finds, is_unknown, workflow};

const COMMIT: &str = "0123456789abcdef0123456789abcdef01234567";

#[test]
fn actions_are_named_by_their_commit() {
    let digest = "a".repeat(64);
    let steps = format!(
        "      - uses: a/good@{COMMIT} # v1\n      - uses: ./own\n      - uses: docker://alpine@sha256:{digest}\n"
    );
    finds(&[(CI, &workflow("push", &steps))], "pinned-actions", &[]);
    let steps = "      - uses: a/tag@v1\n      - uses: a/none\n      - uses: docker://alpine:3\n      - uses: a/b@${{ matrix.x }}\n";
    let bad: Vec<String> = (7..11).map(|line| format!("{CI}:{line} medium")).collect();
    let bad: Vec<&str> = bad.iter().map(String::as_str).collect();
    finds(&[(CI, &workflow("push", steps))], "pinned-actions", &bad);
    // A reusable workflow is used by a job, and an own action by its steps.
    let reusable = format!(
        "on: push\njobs:\n  a:\n    uses: o/r/.github/workflows/x.yml@main\n  b:\n    uses: o/r/.github/workflows/x.yml@{COMMIT}\n"
    );
    finds(&[(CI, &reusable)], "pinned-actions", &[&format!("{CI}:4 medium")]);
    let action = "runs:\n  using: composite\n  steps:\n    - uses: a/b@main\n";
    finds(&[("action.yml", action)], "pinned-actions", &["action.yml:4 medium"]);
    // GitHub does not run what lies deeper.
    finds(&[("sub/.github/workflows/ci.yml", &workflow("push", "      - uses: a/b@v1\n"))], "pinned-actions", &[]);
}

#[test]
fn what_other_systems_include_is_named_by_its_commit() {
    let gitlab = format!(
        "include:\n  - remote: https://x.example/a.yml\n  - project: g/p\n    ref: main\n    file: a.yml\n  - project: g/p\n    ref: {COMMIT}\n    file: a.yml\n  - template: Jobs/SAST.gitlab-ci.yml\n  - local: a.yml\n  - component: x.example/c@1.0\n"
    );
    finds(
        &[(".gitlab-ci.yml", &gitlab)],
        "pinned-actions",
        &[".gitlab-ci.yml:2 medium", ".gitlab-ci.yml:3 medium", ".gitlab-ci.yml:11 medium"],
    );
    let circle = "version: 2.1\norbs:\n  node: circleci/node@5\n  go: circleci/go@1.7.3\n";
    finds(&[(".circleci/config.yml", circle)], "pinned-actions", &[".circleci/config.yml:3 medium"]);
}

#[test]
fn images_are_named_by_their_digest() {
    let digest = format!("@sha256:{}", "b".repeat(64));
    let good = format!(
        "ARG BASE=rust:1{digest}\nFROM ${{BASE}} AS build\nFROM build AS test\nFROM scratch\nCOPY --from=build /x /x\nCOPY --from=0 /x /x\n"
    );
    finds(&[("Dockerfile", &good)], "pinned-images", &[]);
    let bad = "ARG TAG=20\nFROM --platform=linux/amd64 \\\n  node:$TAG AS build\nRUN true\nCOPY --from=nginx:1.27 /x /x\nFROM alpine\n";
    finds(
        &[("docker/Dockerfile.prod", bad)],
        "pinned-images",
        &["docker/Dockerfile.prod:2 low", "docker/Dockerfile.prod:5 low", "docker/Dockerfile.prod:6 medium"],
    );
    finds(&[("testdata/Dockerfile", "FROM alpine\n")], "pinned-images", &[]);
    let jobs = "on: push\npermissions: {}\njobs:\n  a:\n    container: node:20\n    services:\n      db:\n        image: postgres\n";
    finds(&[(CI, jobs)], "pinned-images", &[&format!("{CI}:5 low"), &format!("{CI}:8 medium")]);
    let gitlab = "image: ruby:3.3\ntest:\n  services:\n    - name: redis\n    - mongo:7\n  script: make\n";
    finds(
        &[(".gitlab-ci.yml", gitlab)],
        "pinned-images",
        &[".gitlab-ci.yml:1 low", ".gitlab-ci.yml:4 medium", ".gitlab-ci.yml:5 low"],
    );
    let compose = "services:\n  own:\n    build: .\n    image: own:dev\n  db:\n    image: postgres:17\n";
    finds(&[("compose.yaml", compose)], "pinned-images", &["compose.yaml:6 low"]);
}

#[test]
fn nothing_is_downloaded_and_run_at_once() {
    for bad in [
        "curl -sSf https://x.example/i.sh | sh",
        "curl https://x.example/i.sh | sudo -E bash -s -- --yes",
        "wget -qO- https://x.example/i | FOO=1 bash",
        "bash <(curl -s https://x.example/i.sh)",
        "sh -c \"$(curl -fsSL https://x.example/i.sh)\"",
        "curl -s https://x.example/get.py | python3 -",
        "iwr https://x.example/i.ps1 | iex",
        "curl https://x.example/i.sh \\\n          | sh",
    ] {
        let steps = format!("      - run: |\n          true\n          {bad}\n");
        finds(&[(CI, &workflow("push", &steps))], "pinned-downloads", &[&format!("{CI}:9 medium")]);
    }
    finds(
        &[("Dockerfile", "FROM x\nRUN apt-get update && \\\n  curl https://x.example/i | sh\n")],
        "pinned-downloads",
        &["Dockerfile:2 medium"],
    );
    finds(
        &[("install.sh", "#!/bin/sh\ncurl https://x.example/i | sh\n")],
        "pinned-downloads",
        &["install.sh:2 medium"],
    );
    finds(&[("Makefile", "tools:\n\tcurl https://x.example/i | sh\n")], "pinned-downloads", &["Makefile:2 medium"]);
    for good in [
        "curl -o i.sh https://x.example/i.sh && sha256sum -c sums && sh i.sh",
        "curl https://x.example/a.json | jq .",
        "# curl https://x.example | sh",
        "echo sh",
    ] {
        finds(&[("a.sh", good)], "pinned-downloads", &[]);
    }
}

#[test]
fn installs_name_their_versions() {
    let low = format!("{CI}:7 low");
    for bad in [
        "npm install",
        "npm i -g pnpm",
        "npm install left-pad@^1",
        "yarn install",
        "yarn",
        "pip install requests",
        "pip install -r requirements.txt",
        "python -m pip install --upgrade pip",
        "uv pip install black",
        "pipx install ruff",
        "go install example.org/x@latest",
        "go get example.org/x@main",
        "cargo install just",
        "cargo install just@1.2.3",
        "gem install rake",
        "dotnet tool install -g x",
    ] {
        finds(&[(CI, &workflow("push", &format!("      - run: {bad}\n")))], "pinned-installs", &[&low]);
    }
    for good in [
        "npm ci",
        "npm install -g pnpm@10.1.0",
        "npm install @scope/x@1.2.3",
        "yarn install --immutable",
        "pip install requests==2.32.0",
        "pip install --require-hashes -r requirements.txt",
        "pip install -r locked.txt",
        "pip install -e . --no-deps",
        "pipx install ruff==0.17.0",
        "go install example.org/x@v1.2.3",
        "go install ./cmd/x",
        "cargo install --locked just@1.2.3",
        "cargo install --path .",
        "gem install rake -v 13.0",
        "npm test",
        "echo npm install",
    ] {
        let files =
            [(CI, &*workflow("push", &format!("      - run: {good}\n"))), ("locked.txt", "a==1 --hash=sha256:0\n")];
        finds(&files, "pinned-installs", &[]);
    }
}

#[test]
fn lockfiles_lie_beside_manifests_or_above_them() {
    let manifest = "{\"dependencies\":{\"a\":\"1\"}}";
    finds(&[("package.json", manifest)], "locked-dependencies", &["package.json:0 low"]);
    finds(&[("package.json", manifest), ("pnpm-lock.yaml", "")], "locked-dependencies", &[]);
    finds(&[("web/package.json", manifest), ("package-lock.json", "")], "locked-dependencies", &[]);
    finds(&[("package.json", "{\"name\":\"x\"}")], "locked-dependencies", &[]);
    finds(&[("Cargo.toml", "[dependencies]\n"), ("src/lib.rs", "")], "locked-dependencies", &["Cargo.toml:0 low"]);
    finds(&[("go.mod", "module x\n\nrequire example.org/y v1.0.0\n")], "locked-dependencies", &["go.mod:0 low"]);
    finds(&[("vendor/x/package.json", manifest)], "locked-dependencies", &[]);
}

#[test]
fn what_cannot_be_read_is_not_said_to_be_pinned() {
    is_unknown(&[(CI, "jobs: [")], "pinned-actions");
}
