//! What a well-kept repository has.

use super::{CI, finds, is_unknown, workflow};

#[test]
fn a_tool_raises_versions_of_all_that_is_there() {
    let rule = "dependency-updates";
    finds(&[("README.md", "")], rule, &["-:0 low"]);
    finds(&[("renovate.json", "{}")], rule, &[]);
    finds(&[("package.json", "{\"renovate\":{}}")], rule, &[]);
    finds(&[(".pyup.yml", "")], rule, &[]);
    let dependabot = "version: 2\nupdates:\n  - package-ecosystem: cargo\n    directory: /\n";
    finds(&[(".github/dependabot.yml", dependabot), ("Cargo.toml", "")], rule, &[]);
    let ci = workflow("push", "      - uses: a/b@v1\n");
    let files = [(".github/dependabot.yml", dependabot), ("Cargo.toml", ""), ("package.json", "{}"), (CI, &*ci)];
    finds(&files, rule, &[".github/dependabot.yml:1 low", ".github/dependabot.yml:1 low"]);
    is_unknown(&[(".github/dependabot.yaml", "a: [")], rule);
}

#[test]
fn a_policy_has_an_address_a_text_and_an_answer() {
    let rule = "security-policy";
    let good = "# Security\nReport vulnerabilities to security@example.org, in private. We answer within 3 days and publish what was mended.\n";
    finds(&[("SECURITY.md", good)], rule, &[]);
    finds(&[(".github/security.md", good)], rule, &[]);
    finds(&[("README.md", "x")], rule, &["-:0 low"]);
    finds(&[("SECURITY.md", "Mail us.")], rule, &["SECURITY.md:0 low", "SECURITY.md:0 low", "SECURITY.md:0 low"]);
    finds(&[("SECURITY.md", &good.replace("security@example.org", "us"))], rule, &["SECURITY.md:0 low"]);
}

#[test]
fn a_licence_is_known_by_its_text() {
    let rule = "license";
    finds(&[("README.md", "")], rule, &["-:0 low"]);
    finds(&[("src/license.rs", "x")], rule, &["-:0 low"]);
    for (name, text, is) in [
        ("LICENSE", "Apache License\n   Version 2.0, January 2004", "Apache-2.0, approved"),
        ("COPYING", "GNU GENERAL PUBLIC LICENSE\n Version 3, 29 June 2007", "GPL-3.0, approved"),
        (
            "LICENSE-MIT",
            "Permission is hereby granted, free of charge, to any\nperson obtaining a copy ... THE SOFTWARE IS PROVIDED \"AS IS\"",
            "MIT, approved",
        ),
        ("LICENSE.md", "Business Source License 1.1", "BUSL-1.1, not"),
        ("LICENSE.txt", "Copyright X. All rights reserved.", "all rights reserved"),
        (
            "LICENSES/MIT.txt",
            "Permission is hereby granted, free of charge, to any person obtaining a copy. The software is provided \"as is\"",
            "MIT",
        ),
    ] {
        let seen = super::seen(&[(name, text)]);
        assert!(super::gate(&seen, rule).evidence[0].note.starts_with(is), "{name}: {:?}", super::gate(&seen, rule));
        finds(&[(name, text)], rule, &[]);
    }
    let both = [("COPYING", "Either of the two, as you like."), ("LICENSE-APACHE", "Apache License Version 2.0")];
    finds(&both, rule, &[]);
    is_unknown(&[("LICENSE", "Do what you like on Tuesdays.")], rule);
}

#[test]
fn tests_are_known_by_name_or_mark() {
    let rule = "tests-present";
    for name in [
        "test_a.py",
        "a_test.go",
        "src/a.test.ts",
        "tests/a.rs",
        "src/test/java/A.java",
        "spec/a_spec.rb",
        "__tests__/a.js",
    ] {
        finds(&[(name, "")], rule, &[]);
    }
    finds(&[("src/lib.rs", "fn a() {}\n#[test]\nfn b() {}\n")], rule, &[]);
    finds(&[("src/lib.rs", "fn a() {}\n"), ("vendor/x/test_a.py", "")], rule, &["-:0 low"]);
}

#[test]
fn fuzz_tests_are_known_by_what_they_use() {
    let rule = "fuzzing";
    let rust = format!("use {}::fuzz_target;\n", "libfuzzer_sys");
    for (name, text) in [
        ("fuzz/a.rs", rust.as_str()),
        ("a_test.go", "func FuzzA(f *testing.F) {}\n"),
        ("a.test.ts", "import fc from 'fast-check';\n"),
        ("fuzz.py", "import atheris\n"),
        (".clusterfuzzlite/Dockerfile", "FROM x\n"),
    ] {
        finds(&[(name, text)], rule, &[]);
    }
    finds(&[("README.md", "import atheris\n"), ("a.py", "import os\n")], rule, &["-:0 low"]);
}

#[test]
fn a_bound_on_coverage_is_seen() {
    let rule = "coverage-gate";
    finds(&[("pyproject.toml", "[tool.coverage.report]\nfail_under = 90\n")], rule, &[]);
    finds(&[("vitest.config.ts", "coverage: { thresholds: { lines: 90 } }\n")], rule, &[]);
    finds(&[(CI, &workflow("push", "      - run: cargo llvm-cov --fail-under-lines 80\n"))], rule, &[]);
    finds(&[("pom.xml", "<artifactId>jacoco-maven-plugin</artifactId>\n<minimum>0.8</minimum>\n")], rule, &[]);
    finds(&[("pom.xml", "<minimum>1</minimum>\n")], rule, &["-:0 low"]);
    finds(&[("pyproject.toml", "[project]\n")], rule, &["-:0 low"]);
}

#[test]
fn papers_are_seen() {
    finds(&[(".github/CODEOWNERS", "# x\n* @a\n")], "code-owners", &[]);
    finds(&[("CODEOWNERS", "# nobody\n")], "code-owners", &["CODEOWNERS:0 low"]);
    finds(&[("a", "")], "code-owners", &["-:0 low"]);
    finds(&[("README.md", &"word ".repeat(60))], "readme", &[]);
    finds(&[("README.md", "x")], "readme", &["README.md:0 low"]);
    finds(&[("contributing.md", "x")], "contributing", &[]);
    finds(&[("a", "")], "contributing", &["-:0 low"]);
    finds(&[("CHANGELOG.md", "x")], "changelog", &[]);
    finds(&[("a", "")], "changelog", &["-:0 low"]);
    is_unknown(&[(CI, &workflow("push", "      - run: npm publish\n"))], "changelog");
}

#[test]
fn what_only_the_host_knows_is_unknown() {
    for rule in ["branch-rules", "two-factor", "packaging", "release-provenance"] {
        is_unknown(&[("README.md", "")], rule);
    }
    // Even where a file says what is wished.
    is_unknown(&[(".github/settings.yml", "branches: [ { name: main, protection: {} } ]\n")], "branch-rules");
}
