//! Every format of lockfile: what it tells, and on which line.

use crate::tree::{check, relations};

const CARGO: &str = r#"version = 4

[[package]]
name = "me"
version = "0.1.0"
dependencies = [
 "a",
 "b 2.0.0",
]

[[package]]
name = "a"
version = "1.0.0"
source = "registry+https://registry.example/index"
dependencies = ["b 1.0.0"]

[[package]]
name = "b"
version = "1.0.0"
source = "registry+https://registry.example/index"

[[package]]
name = "b"
version = "2.0.0"
source = "registry+https://registry.example/index"
"#;

#[test]
fn cargo_tells_members_from_packages_and_development_by_the_manifest() {
    let manifest = "[package]\nname = \"me\"\n[dependencies]\na = \"1\"\n[dev-dependencies]\nb = \"2\"\n";
    let expected =
        ["Cargo.lock:11 cargo a 1.0.0 +", "Cargo.lock:17 cargo b 1.0.0 -", "Cargo.lock:22 cargo b 2.0.0 + dev"];
    let found = check(&[("Cargo.lock", CARGO), ("Cargo.toml", manifest)], &expected);
    assert_eq!(relations(&found), ["a>b"]);
    assert_eq!(found.not_run, []);
    check(
        &[("Cargo.lock", CARGO)],
        &["Cargo.lock:11 cargo a 1.0.0 +", "Cargo.lock:17 cargo b 1.0.0 -", "Cargo.lock:22 cargo b 2.0.0 +"],
    );
}

#[test]
fn npm_resolves_folders_within_folders() {
    let text = r#"{"name":"me","lockfileVersion":3,"packages":{
"":{"dependencies":{"a":"^1"},"devDependencies":{"t":"*"}},
"node_modules/a":{"version":"1.0.0","license":"MIT","dependencies":{"b":"^1"}},
"node_modules/a/node_modules/b":{"version":"1.5.0"},
"node_modules/b":{"version":"2.0.0","dev":true},
"node_modules/t":{"version":"3.0.0","dev":true,"dependencies":{"b":"2"}},
"node_modules/w":{"resolved":"packages/w","link":true},
"node_modules/alias":{"name":"@x/real","version":"4.0.0"},
"packages/w":{"version":"0.0.1","dependencies":{"alias":"npm:@x/real@4"}}}}"#;
    let found = check(
        &[
            ("package-lock.json", text),
            ("package.json", "{\"dependencies\":{\"a\":\"^1\"}}"),
            ("packages/w/package.json", "{}"),
        ],
        &[
            "package-lock.json:3 npm a 1.0.0 +",
            "package-lock.json:4 npm b 1.5.0 -",
            "package-lock.json:5 npm b 2.0.0 - dev",
            "package-lock.json:6 npm t 3.0.0 + dev",
            "package-lock.json:8 npm @x/real 4.0.0 +",
        ],
    );
    assert_eq!(relations(&found), ["a>b", "t>b"]);
    assert_eq!(found.relations, [(0, 1), (3, 2)]);
    assert_eq!(found.dependencies[0].license.as_deref(), Some("MIT"));
}

#[test]
fn npm_of_old_nests_packages_in_packages() {
    let text = r#"{"name":"me","lockfileVersion":1,"requires":true,"dependencies":{
"a":{"version":"1.0.0","requires":{"b":"^1"},"dependencies":{
"b":{"version":"1.5.0"}}},
"b":{"version":"2.0.0","dev":true},
"f":{"version":"file:../f"},
"g":{"version":"npm:real@3.0.0"}}}"#;
    let found = check(
        &[("package-lock.json", text), ("package.json", r#"{"dependencies":{"a":"1"},"devDependencies":{"b":"2"}}"#)],
        &[
            "package-lock.json:2 npm a 1.0.0 +",
            "package-lock.json:4 npm b 2.0.0 + dev",
            "package-lock.json:6 npm real 3.0.0 -",
            "package-lock.json:3 npm b 1.5.0 -",
        ],
    );
    assert_eq!(found.relations, [(0, 3)]);
}

#[test]
fn go_replaces_and_excludes_and_says_the_oldest_go() {
    let text = "module m.example/me // a comment\n\ngo 1.21\ntoolchain go1.22.3\n\nrequire m.example/a v1.0.0\nrequire (\n\tm.example/b v1.2.3 // indirect\n\t\"m.example/c\" v0.0.0-20200101000000-abcdefabcdef\n\tm.example/d v1.0.0\n\tm.example/e v1.0.0\n)\nreplace m.example/b => m.example/fork v1.9.0\nreplace m.example/d v1.0.0 => ../d\nreplace m.example/a v9.0.0 => m.example/never v1.0.0\nexclude m.example/e v1.0.0\n";
    check(
        &[("go.mod", text), ("go.sum", "m.example/z v1.0.0 h1:x=\n")],
        &[
            "go.mod:6 Go m.example/a v1.0.0 +",
            "go.mod:13 Go m.example/fork v1.9.0 -",
            "go.mod:9 Go m.example/c v0.0.0-20200101000000-abcdefabcdef +",
            "go.mod:4 Go stdlib (>= 1.22.3) +",
        ],
    );
}

#[test]
fn go_of_old_needs_the_sums_and_sums_stand_for_themselves() {
    let sums = "m.example/a v1.0.0 h1:x=\nm.example/z v1.0.0 h1:x=\nm.example/z v1.10.0 h1:x=\nm.example/z v1.9.0 h1:x=\nm.example/z v1.11.0/go.mod h1:x=\n";
    let module = "module m.example/me\ngo 1.16\nrequire m.example/a v1.0.0\n";
    check(
        &[("go.mod", module), ("go.sum", sums)],
        &["go.mod:3 Go m.example/a v1.0.0 +", "go.mod:2 Go stdlib (>= 1.16) +", "go.mod Go m.example/z v1.10.0 -"],
    );
    check(&[("x/go.sum", sums)], &["x/go.sum:1 Go m.example/a v1.0.0 ?", "x/go.sum:3 Go m.example/z v1.10.0 ?"]);
    let alone = check(&[("go.mod", module)], &["go.mod:3 Go m.example/a v1.0.0 +", "go.mod:2 Go stdlib (>= 1.16) +"]);
    assert!(alone.not_run[0].reason.contains("no go.sum"), "{:?}", alone.not_run);
}

#[test]
fn only_pins_of_requirements_are_versions() {
    let text = "# a comment\n--index-url https://registry.example\nDjango==1.2 \\\n    --hash=sha256:00 \\\n    --hash=sha256:11\n    # via -r requirements.in\nsqlparse[x] == 0.2 ; python_version > '3' # via django\nranged>=1,<2\nstar==1.*\nconstrained\n-c constraints.txt\n-r more/base.txt\n-e ./here\nat @ https://registry.example/at.whl\n";
    let files = [
        ("requirements.txt", text),
        ("constraints.txt", "constrained==7\n"),
        ("more/base.txt", "-r ../requirements.txt\n-r ../../outside.txt\nbase===1.0+x\n"),
    ];
    let found = check(
        &files,
        &[
            "requirements.txt:3 PyPI django 1.2 +",
            "requirements.txt:7 PyPI sqlparse 0.2 -",
            "requirements.txt:8 PyPI ranged (>=1,<2) ?",
            "requirements.txt:9 PyPI star (==1.*) ?",
            "requirements.txt:10 PyPI constrained 7 ?",
            "more/base.txt:3 PyPI base 1.0+x ?",
        ],
    );
    assert!(found.not_run[0].reason.starts_with("2 of its packages have a range"), "{:?}", found.not_run);
}

#[test]
fn uv_tells_members_groups_and_extras() {
    let text = r#"version = 1

[[package]]
name = "me"
version = "0.1.0"
source = { editable = "." }
dependencies = [{ name = "a" }]

[package.optional-dependencies]
x = [{ name = "opt" }]

[package.dev-dependencies]
dev = [{ name = "Tool_s" }]

[[package]]
name = "a"
version = "1.0"
source = { registry = "https://registry.example/simple" }
dependencies = [{ name = "b", version = "2.0" }]

[[package]]
name = "b"
version = "1.0"

[[package]]
name = "b"
version = "2.0"

[[package]]
name = "opt"
version = "3"

[[package]]
name = "tool-s"
version = "4"
"#;
    let found = check(
        &[("uv.lock", text)],
        &[
            "uv.lock:15 PyPI a 1.0 +",
            "uv.lock:21 PyPI b 1.0 -",
            "uv.lock:25 PyPI b 2.0 -",
            "uv.lock:29 PyPI opt 3 +",
            "uv.lock:33 PyPI tool-s 4 + dev",
        ],
    );
    assert_eq!(found.relations, [(0, 2)]);
}
