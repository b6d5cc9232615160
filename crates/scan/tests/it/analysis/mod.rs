//! What a project is, and what was measured of it.

use scan::analysis::{Description, describe, effort_of, read_coverage, read_lizard};
use source_tree::{SourceFile, SourceTree};

fn tree(files: &[(&str, &str)]) -> SourceTree {
    SourceTree::of_files(files.iter().map(|(name, text)| SourceFile::in_memory(*name, text.as_bytes())))
}

fn described(files: &[(&str, &str)]) -> Description {
    describe(&tree(files))
}

#[test]
fn lines_are_counted_a_language_and_what_is_others_is_left_out() {
    let seen = described(&[
        ("src/main.rs", "fn main() {\n}\n"),
        ("tests/a.rs", "one\ntwo"),
        ("web/app.TS", "x\n"),
        ("vendor/big.go", "x\nx\nx\nx\n"),
        ("README.md", "x\n"),
    ]);
    let shares: Vec<_> =
        seen.languages.iter().map(|s| (s.language.as_str(), s.files, s.lines, s.test_lines, s.percent)).collect();
    assert_eq!(shares, [("Rust", 2, 4, 2, 80), ("TypeScript", 1, 1, 0, 20)]);
    assert_eq!((seen.files, seen.test_files), (5, 1));
}

#[test]
fn technologies_are_named_with_the_line_that_shows_them() {
    let seen = described(&[
        (
            "package.json",
            "{\n  \"dependencies\": {\n    \"react\": \"19\",\n    \"react-dom\": \"19\"\n  },\n  \"devDependencies\": { \"vitest\": \"5\" }\n}",
        ),
        ("pnpm-lock.yaml", ""),
        ("api/pyproject.toml", "[project]\ndependencies = [\n  \"fastapi>=0.120\",\n  \"django-stubs\",\n]\n"),
        ("svc/Cargo.toml", "[dependencies]\naxum = \"0.8\"\ntokio-util = \"0.7\"\n"),
        ("go/go.mod", "module x\n\nrequire github.com/gin-gonic/gin v1.10.0\n"),
        ("java/pom.xml", "<project>\n<artifactId>spring-boot-starter-web</artifactId>\n</project>"),
    ]);
    let named: Vec<String> = seen
        .technologies
        .iter()
        .map(|each| {
            let at = &each.evidence[0];
            format!("{} {}:{}", each.name, at.file.as_deref().unwrap(), at.line.unwrap_or(0))
        })
        .collect();
    for expected in [
        "Node.js package.json:0",
        "React package.json:3",
        "Vitest package.json:6",
        "pnpm pnpm-lock.yaml:0",
        "FastAPI api/pyproject.toml:3",
        "axum svc/Cargo.toml:2",
        "Gin go/go.mod:3",
        "Spring Boot java/pom.xml:2",
    ] {
        assert!(named.iter().any(|name| name == expected), "{expected} in {named:?}");
    }
    for absent in ["Django", "Tokio", "Vue"] {
        assert!(!named.iter().any(|name| name.starts_with(absent)), "{absent} in {named:?}");
    }
}

#[test]
fn layout_operation_and_pipelines_are_told() {
    let seen = described(&[
        ("src/a.py", ""),
        ("docs/a.md", ""),
        ("strange/a", ""),
        ("Dockerfile", ""),
        ("deploy/Chart.yaml", ""),
        (".github/workflows/ci.yml", ""),
        (".gitlab-ci.yml", ""),
        ("a/package.json", "{}"),
        ("b/package.json", "{}"),
    ]);
    let role = |folder: &str| seen.layout.folders.iter().find(|each| each.folder == folder).unwrap().role.clone();
    assert_eq!(
        (role("src"), role("docs"), role("strange")),
        ("source code".into(), "documents".into(), "unknown".into())
    );
    assert_eq!(seen.layout.shape, "several projects");
    let names = |all: &[scan::analysis::Detected]| all.iter().map(|each| each.name.clone()).collect::<Vec<_>>();
    assert_eq!(names(&seen.operation), ["Docker", "Helm"]);
    assert_eq!(names(&seen.pipelines), ["GitHub Actions", "GitLab CI"]);
    assert_eq!(
        described(&[]),
        Description {
            layout: scan::analysis::Layout { shape: "one project".into(), ..Default::default() },
            ..Default::default()
        }
    );
}

#[test]
fn coverage_reports_are_read_in_each_form() {
    let files = [
        ("lcov.info", "SF:a\nDA:1,1\nLF:10\nLH:7\nend_of_record\nSF:b\nLF:10\nLH:2\nend_of_record\n"),
        (
            "coverage.xml",
            "<?xml version=\"1.0\"?>\n<!DOCTYPE coverage SYSTEM \"x.dtd\">\n<coverage lines-covered=\"3\" lines-valid=\"4\" line-rate=\"0.75\"><packages/></coverage>",
        ),
        ("coverage.json", "{\"totals\":{\"covered_lines\":9,\"num_statements\":12}}"),
        ("cover.out", "mode: set\na.go:1.1,2.2 3 1\na.go:3.1,4.2 1 0\na.go:3.1,4.2 1 2\nb.go:1.1,1.9 4 0\n"),
        ("coverage/coverage-summary.json", "{\"total\":{\"lines\":{\"total\":8,\"covered\":2}}}"),
        (
            "target/site/jacoco/jacoco.xml",
            "<report name=\"x\"><package name=\"p\"><counter type=\"LINE\" missed=\"90\" covered=\"9\"/></package><counter type=\"BRANCH\" missed=\"9\" covered=\"1\"/><counter type=\"LINE\" missed=\"1\" covered=\"3\"/></report>",
        ),
        ("clover.xml", "<coverage><project><metrics statements=\"5\" coveredstatements=\"1\"/></project></coverage>"),
        ("coverage.txt", "a note of somebody\n"),
    ];
    let (found, faults) = read_coverage(&tree(&files));
    let mut seen: Vec<_> =
        found.iter().map(|each| (each.form.as_str(), each.covered, each.total, each.percent_hundredths)).collect();
    seen.sort();
    assert_eq!(
        seen,
        [
            ("Clover", 1, 5, 2000),
            ("Cobertura", 3, 4, 7500),
            ("Go", 4, 8, 5000),
            ("Istanbul", 2, 8, 2500),
            ("JaCoCo", 3, 4, 7500),
            ("coverage.py", 9, 12, 7500),
            ("lcov", 9, 20, 4500)
        ]
    );
    assert!(faults.is_empty(), "{faults:?}");
}

#[test]
fn a_report_that_makes_no_sense_is_told_and_not_believed() {
    let bomb = format!("<!DOCTYPE x [<!ENTITY a \"{}\">]><coverage>&a;&a;</coverage>", "x".repeat(1000));
    for (name, text) in [
        ("lcov.info", "LF:1\nLH:9\n"),
        ("coverage.json", "{"),
        ("coverage.xml", "<coverage lines-covered=\"9\" lines-valid=\"1\"/>"),
        ("clover.xml", "<coverage><project"),
        ("coverage.xml", bomb.as_str()),
        ("cover.out", "mode: set\nx\n"),
        ("lcov.info", "LF:99999999999999999999\nLH:1\n"),
    ] {
        let (found, _) = read_coverage(&tree(&[(name, text)]));
        assert!(found.is_empty(), "{name}: {found:?}");
    }
    assert_eq!(read_coverage(&tree(&[("lcov.info", "LF:1\nLH:9\n")])).1.len(), 1);
}

#[test]
fn lizards_answer_is_read() {
    let answer = "7,1,92,2,7,\"exists@82-88@./a.rs\",\"./a.rs\",\"exists\",\"exists & self\",82,88\n\
        24,17,273,1,24,\"check@26-49@./b.rs\",\"./b.rs\",\"check\",\"check a , b\",26,49\nDuplicates\n===\nTotal duplicate rate: 3.25%\n";
    let counted = read_lizard("lizard", answer).unwrap();
    assert_eq!((counted.functions, counted.mean, counted.highest, counted.complex), (2, 9.0, 17, 1));
    assert_eq!(
        (counted.worst[0].name.as_str(), counted.worst[0].file.as_str(), counted.worst[0].line),
        ("check", "b.rs", 26)
    );
    assert_eq!(counted.duplication_percent, Some(3.25));
    for nonsense in ["", "usage: lizard", "1,2,3\n", "\"unclosed"] {
        assert_eq!(read_lizard("lizard", nonsense), None, "{nonsense}");
    }
}

#[test]
fn work_is_a_range_with_its_basis_or_unknown() {
    let pinned = effort_of("pinned-actions", 12);
    assert_eq!((pinned.hours_from, pinned.hours_to), (Some(0.5), Some(1.3)));
    assert!(pinned.basis.contains("estimate") && pinned.basis.contains("12 places"), "{pinned:?}");
    for unknown in ["tests-present", "fuzzing", "no-such-rule"] {
        let effort = effort_of(unknown, 1);
        assert!(effort.hours_from.is_none() && effort.hours_to.is_none() && !effort.basis.is_empty(), "{effort:?}");
    }
}
