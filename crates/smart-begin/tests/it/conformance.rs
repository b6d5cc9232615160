//! The official conformance suite, against the optimised program and against its fixtures on the same router.

use std::process::Command;
use std::time::Duration;

use testkit::Run;

use crate::listener::Listener;
use crate::program::Home;

/// A failure that is expected stands in the baseline with its reason; one that passes by now fails the run too.
#[track_caller]
fn conforms(base: &str, baseline: &str) {
    let Some(suite) = testkit::tool("conformance") else { return };
    let baseline = testkit::workspace().join("crates/server/tests").join(baseline);
    for revision in ["2026-07-28", "2025-11-25", "2025-06-18"] {
        let results = testkit::folder();
        let run = Run::new(&suite).args(["server", "--url", &format!("{base}/mcp"), "--suite", "all"]);
        let run = run.args(["--spec-version", revision, "--expected-failures"]).arg(&baseline);
        let outcome = run.arg("-o").arg(results.path()).within(Duration::from_secs(600)).run();
        assert!(outcome.ok(), "{revision}\n{}\n{}", tail(&outcome.stdout), tail(&outcome.stderr));
        assert!(outcome.stdout.contains("passed"), "{revision}: scenarios ran\n{}", tail(&outcome.stdout));
    }
}

/// The end of a long report, where the summary is.
fn tail(text: &str) -> &str {
    let lines = text.char_indices().rev().filter(|(_, character)| *character == '\n');
    lines.map(|(at, _)| at).nth(80).map_or(text, |at| &text[at..])
}

#[test]
fn the_program_conforms() {
    let Some(program) = testkit::release_binary() else { return };
    let home = Home::new();
    let listener = Listener::of(Command::new(program).args(["serve", "--http", "127.0.0.1:0"]), &home);
    conforms(&listener.base, "conformance-baseline-product.yml");
}

#[test]
fn the_fixtures_conform_on_the_same_router() {
    let Some(program) = testkit::release_binary() else { return };
    let fixtures = program.with_file_name("examples").join("conformance");
    if !fixtures.is_file() {
        return testkit::skip("the server with the fixtures is missing; ./scripts/test release builds it");
    }
    let home = Home::new();
    let listener = Listener::of(&mut Command::new(fixtures), &home);
    conforms(&listener.base, "conformance-baseline.yml");
}
