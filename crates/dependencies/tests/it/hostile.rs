//! Files that were written to do harm, or broke on the way: a plain reason, in bounded time and memory, and never a panic.

use std::fmt::Write as _;

use source_tree::{SourceFile, SourceTree};

use crate::tree::{lines, of};

/// One name of each format.
const NAMES: [&str; 34] = [
    "Cargo.lock",
    "Cargo.toml",
    "package-lock.json",
    "npm-shrinkwrap.json",
    "package.json",
    "pnpm-lock.yaml",
    "yarn.lock",
    "bun.lock",
    "uv.lock",
    "poetry.lock",
    "pdm.lock",
    "Pipfile.lock",
    "Pipfile",
    "pylock.toml",
    "pyproject.toml",
    "requirements.txt",
    "go.mod",
    "go.sum",
    "pom.xml",
    "gradle.lockfile",
    "build.gradle",
    "Gemfile.lock",
    "Gemfile",
    "composer.lock",
    "composer.json",
    "packages.lock.json",
    "a.csproj",
    "pubspec.lock",
    "pubspec.yaml",
    "mix.lock",
    "mix.exs",
    "a.json",
    "a.xml",
    "a.spdx",
];

#[test]
fn no_format_trips_over_texts_that_are_not_its_own() {
    let deep = ["[", "{\"a\":", "<a>", "- ", "a = [", "(", "{:", "%{"].map(|text| text.repeat(5_000));
    let texts = [
        "",
        "\u{0}",
        "\n\n\n",
        "null",
        "[]",
        "{}",
        "{\"packages\":[],\"dependencies\":3,\"lockfileVersion\":99999999999999999999999999999999}",
        "{\"packages\":{\"\":null,\"node_modules/\":{\"version\":1e999},\"node_modules/a\":{\"version\":\"\"}}}",
        "[[package]]\nname = \"a\"\nversion = \"1\"\nsource = \"x\"\ndependencies = [\"a\", \"a 1\", \"\", \" \"]\n",
        "lockfileVersion: 9\npackages:\n  '@': {}\n  '': {}\n  a@: {}\n",
        "__metadata:\n  version: 8\n\"\":\n  resolution: \"@\"\n  version: 1\n",
        "\"@\":\n  version \"\"\n",
        "require (\nrequire (\n)\n",
        "module a\nreplace a => \nreplace => b\nreplace\n",
        "GEM\n    a (\n    ()\n      b\nDEPENDENCIES\n  !\n",
        "%{\"a\": {:hex, :\n}",
        "a==\n==1\n-r \n-r requirements.txt\n-c -c\n\\\n",
        "SPDXVersion: SPDX-2.3\nPackageName:\nExternalRef: a purl\nRelationship: a\n",
        "{\"bomFormat\":\"CycloneDX\",\"components\":{\"a\":1},\"dependencies\":[[],{}]}",
        "<bom xmlns=\"http://cyclonedx.org/schema/bom/1.4\"><components><component/></components></bom>",
        "<project><parent/><dependencies><dependency><groupId>${a}</groupId></dependency></dependencies></project>",
    ];
    for name in NAMES {
        for text in texts.iter().map(|text| (*text).to_owned()).chain(deep.iter().cloned()) {
            let found = of(&[(name, &text)]);
            for told in &found.not_run {
                assert!(!told.reason.is_empty() && !told.hint.is_empty(), "{name}: {told:?}");
                assert!(told.reason.len() < 600, "{name}: {}", told.reason);
            }
        }
        let broken = SourceFile::in_memory(name, vec![0xff, 0x00, 0x80]);
        let found = dependencies::inventory(&SourceTree::of_files([broken]));
        assert_eq!(found.dependencies, [], "{name}");
    }
}

#[test]
fn cut_off_files_are_told_and_never_half_believed() {
    let lock = "version = 4\n\n[[package]]\nname = \"a\"\nversion = \"1.0.0\"\nsource = \"registry+https://registry.example\"\n\n[[package]]\nname = \"b";
    let found = of(&[("Cargo.lock", lock)]);
    assert_eq!((found.dependencies.len(), found.not_run.len()), (0, 1));
}

#[test]
fn a_billion_laughs_stay_a_few() {
    let mut text = String::from("lockfileVersion: 9\na0: &a0 [lol]\n");
    for level in 1..40 {
        let before = level - 1;
        writeln!(text, "a{level}: &a{level} [*a{before}, *a{before}, *a{before}, *a{before}]").unwrap();
    }
    let found = of(&[("pnpm-lock.yaml", &text)]);
    assert!(found.not_run[0].reason.contains("alias"), "{:?}", found.not_run);
}

#[test]
fn one_line_of_megabytes_is_a_line() {
    let long = "a".repeat(2_000_000);
    for name in ["requirements.txt", "go.mod", "yarn.lock", "Gemfile.lock", "mix.lock", "gradle.lockfile", "go.sum"] {
        let found = of(&[(name, &long)]);
        assert_eq!(found.dependencies, [], "{name}");
        assert!(found.not_run.iter().all(|told| told.reason.len() < 600), "{name}");
    }
    let name = format!("{{\"lockfileVersion\":3,\"packages\":{{\"node_modules/{long}\":{{\"version\":\"1\"}}}}}}");
    assert_eq!(of(&[("package-lock.json", &name)]).dependencies, []);
}

#[test]
fn circles_and_crowds_of_packages_end() {
    let mut text = String::from("version = 4\n");
    for at in 0..3_000 {
        let next = (at + 1) % 3_000;
        writeln!(text, "[[package]]\nname = \"p{at}\"\nversion = \"1.0.0\"\nsource = \"registry+https://registry.example\"\ndependencies = [\"p{next}\", \"p{at}\"]").unwrap();
    }
    text.push_str("[[package]]\nname = \"me\"\nversion = \"0.0.0\"\ndependencies = [\"p0\"]\n");
    let found = of(&[("Cargo.lock", &text)]);
    assert_eq!((found.dependencies.len(), found.relations.len()), (3_000, 6_000));
    assert_eq!(found.dependencies.iter().filter(|package| package.direct == Some(true)).count(), 1);
}

#[test]
fn names_that_deceive_are_kept_out_and_counted() {
    let text = "{\"lockfileVersion\":3,\"packages\":{\"node_modules/a\\u0000\\u001b[31m\":{\"version\":\"1\"},\"node_modules/b\":{\"version\":\"2\"}}}";
    let found = of(&[("package-lock.json", text)]);
    assert_eq!(lines(&found), ["package-lock.json:1 npm b 2 ?"]);
    assert!(found.not_run[0].reason.contains("1 of its entries"), "{:?}", found.not_run);
}

#[test]
fn a_file_beyond_the_limit_is_told() {
    let large = SourceFile::in_memory("go.sum", vec![b'\n'; (32 << 20) + 1]);
    let found = dependencies::inventory(&SourceTree::of_files([large]));
    assert!(found.not_run[0].reason.contains("larger than 32 MiB"), "{:?}", found.not_run);
}

/// The most memory that this process has had, in KiB, where the system tells.
fn peak_memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().split(' ').next()?.parse().ok())
}

/// Run alone (`SMART_BEGIN_LONG=1 … -- --exact`), so that nothing else counts.
#[test]
fn an_sbom_of_ten_megabytes_takes_less_than_two_hundred() {
    let count = if std::env::var_os("SMART_BEGIN_LONG").is_some_and(|long| long == "1") { 40_000 } else { 2_000 };
    let mut text = String::from("{\"bomFormat\":\"CycloneDX\",\"specVersion\":\"1.6\",\"components\":[");
    for at in 0..count {
        let comma = if at == 0 { "" } else { "," };
        write!(text, "{comma}\n{{\"bom-ref\":\"pkg:npm/p{at}@1.0.{at}\",\"type\":\"library\",\"name\":\"p{at}\",\"version\":\"1.0.{at}\",\"licenses\":[{{\"license\":{{\"id\":\"MIT\"}}}}],\"purl\":\"pkg:npm/p{at}@1.0.{at}\",\"properties\":[{{\"name\":\"a\",\"value\":\"b\"}}]}}").unwrap();
    }
    text.push_str("],\"dependencies\":[");
    for at in 0..count {
        let comma = if at == 0 { "" } else { "," };
        let next = (at * 7 + 1) % count;
        write!(text, "{comma}{{\"ref\":\"pkg:npm/p{at}@1.0.{at}\",\"dependsOn\":[\"pkg:npm/p{next}@1.0.{next}\"]}}")
            .unwrap();
    }
    text.push_str("]}");
    let bytes = text.len();
    let found = of(&[("sbom.json", &text)]);
    assert_eq!((found.dependencies.len(), found.relations.len()), (count, count));
    println!("an SBOM of {} MB: at most {:?} KiB of memory in this process", bytes / 1_000_000, peak_memory());
    if count == 40_000 && peak_memory().is_some() {
        assert!(bytes > 10_000_000 && peak_memory() < Some(200 * 1024), "{bytes} bytes: {:?} KiB", peak_memory());
    }
}
