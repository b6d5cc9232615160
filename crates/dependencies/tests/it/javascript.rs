//! The lockfiles of pnpm, yarn and bun.

use crate::tree::{check, relations};

#[test]
fn pnpm_of_version_5_writes_slashes() {
    let text = "lockfileVersion: 5.4\n\nspecifiers:\n  a: ^1\n\ndependencies:\n  a: 1.0.0_react@16.0.0\n\ndevDependencies:\n  '@x/t': 2.0.0\n\npackages:\n\n  /a/1.0.0_react@16.0.0:\n    resolution: {integrity: x}\n    dependencies:\n      b: 3.0.0\n    dev: false\n\n  /b/3.0.0:\n    resolution: {integrity: x}\n    dev: false\n\n  /@x/t/2.0.0:\n    resolution: {integrity: x}\n    dev: true\n\n  file:../c:\n    resolution: {directory: ../c}\n\n  registry.example/o/r/abc:\n    name: git-thing\n    version: 9.9.9\n";
    let found = check(
        &[("pnpm-lock.yaml", text)],
        &[
            "pnpm-lock.yaml:14 npm a 1.0.0 +",
            "pnpm-lock.yaml:20 npm b 3.0.0 -",
            "pnpm-lock.yaml:24 npm @x/t 2.0.0 + dev",
            "pnpm-lock.yaml:31 npm git-thing 9.9.9 -",
        ],
    );
    assert_eq!(relations(&found), ["a>b"]);
}

#[test]
fn pnpm_of_version_6_has_importers() {
    let text = "lockfileVersion: '6.0'\n\nimporters:\n\n  .:\n    dependencies:\n      a:\n        specifier: ^1\n        version: 1.0.0(b@3.0.0)\n\n  packages/w:\n    devDependencies:\n      alias:\n        specifier: npm:t@2\n        version: /t@2.0.0\n\npackages:\n\n  /a@1.0.0(b@3.0.0):\n    dependencies:\n      b: 3.0.0\n    dev: false\n\n  /b@3.0.0:\n    dev: false\n\n  /t@2.0.0:\n    dev: true\n";
    let files = [("pnpm-lock.yaml", text), ("packages/w/package.json", "{\"devDependencies\":{\"t\":\"2\"}}")];
    let expected =
        ["pnpm-lock.yaml:19 npm a 1.0.0 +", "pnpm-lock.yaml:24 npm b 3.0.0 -", "pnpm-lock.yaml:27 npm t 2.0.0 + dev"];
    assert_eq!(check(&files, &expected).not_run, []);
}

#[test]
fn pnpm_of_version_9_has_snapshots_and_no_marks() {
    let text = "---\nlockfileVersion: '9.0'\nimporters:\n  .:\n    configDependencies: {}\n---\nlockfileVersion: '9.0'\n\nimporters:\n  .:\n    dependencies:\n      a:\n        specifier: ^1\n        version: 1.0.0(b@3.0.0)\n    devDependencies:\n      t:\n        specifier: '*'\n        version: 2.0.0\n\npackages:\n  a@1.0.0:\n    resolution: {integrity: x}\n  b@3.0.0:\n    resolution: {integrity: x}\n  c@4.0.0:\n    resolution: {integrity: x}\n  t@2.0.0:\n    resolution: {integrity: x}\n\nsnapshots:\n  a@1.0.0(b@3.0.0):\n    dependencies:\n      b: 3.0.0\n  b@3.0.0: {}\n  c@4.0.0: {}\n  t@2.0.0:\n    dependencies:\n      c: 4.0.0\n      b: 3.0.0\n";
    let found = check(
        &[("pnpm-lock.yaml", text)],
        &[
            "pnpm-lock.yaml:21 npm a 1.0.0 +",
            "pnpm-lock.yaml:23 npm b 3.0.0 -",
            "pnpm-lock.yaml:25 npm c 4.0.0 - dev",
            "pnpm-lock.yaml:27 npm t 2.0.0 + dev",
        ],
    );
    assert_eq!(relations(&found), ["a>b", "t>b", "t>c"]);
}

#[test]
fn yarn_of_version_1_has_its_own_form() {
    let text = "# yarn lockfile v1\n\n\n\"@x/a@^1.0.0\", \"@x/a@^1.1.0\":\n  version \"1.2.0\"\n  resolved \"https://registry.example/a.tgz#00\"\n  dependencies:\n    b \"^2.0.0\"\n\nb@^2.0.0:\n  version \"2.0.0\"\n\nalias@npm:real@^3:\n  version \"3.0.0\"\n\nlocal@file:../local:\n  version \"0.0.0\"\n\nt@*:\n  version \"4.0.0\"\n";
    let manifest = r#"{"dependencies":{"@x/a":"^1.0.0","alias":"npm:real@^3"},"devDependencies":{"t":"*"}}"#;
    let found = check(
        &[("yarn.lock", text), ("package.json", manifest), ("w/package.json", r#"{"dependencies":{"b":"^2.0.0"}}"#)],
        &[
            "yarn.lock:4 npm @x/a 1.2.0 +",
            "yarn.lock:10 npm b 2.0.0 +",
            "yarn.lock:13 npm real 3.0.0 +",
            "yarn.lock:19 npm t 4.0.0 + dev",
        ],
    );
    assert_eq!(relations(&found), ["@x/a>b"]);
    assert_eq!(found.not_run, []);
    let expected = [
        "yarn.lock:4 npm @x/a 1.2.0 ?",
        "yarn.lock:10 npm b 2.0.0 ?",
        "yarn.lock:13 npm real 3.0.0 ?",
        "yarn.lock:19 npm t 4.0.0 ?",
    ];
    check(&[("yarn.lock", text)], &expected);
}

#[test]
fn yarn_of_later_versions_has_resolutions() {
    let text = "__metadata:\n  version: 8\n\n\"a@npm:^1.0.0, a@npm:^1.1.0\":\n  version: 1.2.0\n  resolution: \"a@npm:1.2.0\"\n  dependencies:\n    b: \"npm:^2.0.0\"\n    c: ^3\n  languageName: node\n  linkType: hard\n\n\"b@npm:^2.0.0\":\n  version: 2.0.0\n  resolution: \"b@npm:2.0.0\"\n\n\"c@npm:^3\":\n  version: 3.0.0\n  resolution: \"c@npm:3.0.0\"\n\n\"c@patch:c@npm%3A^3#x\":\n  version: 3.0.0\n  resolution: \"c@patch:c@npm%3A3.0.0#x\"\n\n\"me@workspace:.\":\n  version: 0.0.0-use.local\n  resolution: \"me@workspace:.\"\n  dependencies:\n    a: \"npm:^1.0.0\"\n\n\"w@workspace:packages/w\":\n  version: 0.0.0-use.local\n  resolution: \"w@workspace:packages/w\"\n";
    let found = check(
        &[
            ("yarn.lock", text),
            ("package.json", r#"{"dependencies":{"a":"^1.0.0"}}"#),
            ("packages/w/package.json", r#"{"devDependencies":{"b":"^2.0.0","me":"workspace:*"}}"#),
        ],
        &["yarn.lock:4 npm a 1.2.0 +", "yarn.lock:13 npm b 2.0.0 +", "yarn.lock:17 npm c 3.0.0 -"],
    );
    assert_eq!(relations(&found), ["a>b", "a>c"]);
    assert_eq!(found.not_run, []);
}

#[test]
fn bun_has_comments_and_paths_of_names() {
    let text = "{\n  \"lockfileVersion\": 1, // comments and commas\n  \"workspaces\": {\n    \"\": {\"name\": \"me\", \"dependencies\": {\"a\": \"^1\"}, \"devDependencies\": {\"t\": \"*\"}},\n    \"packages/w\": {\"name\": \"w\", \"dependencies\": {\"@x/b\": \"^2\"}},\n  },\n  \"packages\": {\n    \"a\": [\"a@1.0.0\", \"\", {\"dependencies\": {\"@x/b\": \"^1\"}}, \"sha\"],\n    \"@x/b\": [\"@x/b@2.0.0\", \"\", {}, \"sha\"],\n    \"a/@x/b\": [\"@x/b@1.0.0\", \"\", {\"dependencies\": {\"c\": \"1\"}}, \"sha\"],\n    \"c\": [\"c@1.0.0\", \"\", {}, \"sha\"],\n    \"t\": [\"t@3.0.0\", \"\", {\"dependencies\": {\"c\": \"1\"}}, \"sha\"],\n    \"w\": [\"w@workspace:packages/w\"],\n    \"g\": [\"g@github:x/y#1\", {}, \"sha\"],\n  },\n}\n";
    let found = check(
        &[("bun.lock", text), ("packages/w/package.json", r#"{"dependencies":{"@x/b":"^2"}}"#)],
        &[
            "bun.lock:8 npm a 1.0.0 +",
            "bun.lock:9 npm @x/b 2.0.0 +",
            "bun.lock:10 npm @x/b 1.0.0 -",
            "bun.lock:11 npm c 1.0.0 -",
            "bun.lock:12 npm t 3.0.0 + dev",
        ],
    );
    assert_eq!(found.relations, [(0, 2), (2, 3), (4, 3)]);
    assert_eq!(found.not_run, []);
}
