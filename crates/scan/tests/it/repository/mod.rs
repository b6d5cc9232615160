//! The gates of repositories.

mod ci;
mod contents;
mod hostile;
mod pinning;
mod practices;
mod scorecard;

use scan::repository::{Gate, GateStatus, RepositorySeen, check};
use source_tree::{SourceFile, SourceTree};

/// What is seen in these files.
pub(crate) fn seen(files: &[(&str, &str)]) -> RepositorySeen {
    seen_bytes(files.iter().map(|(name, text)| (*name, text.as_bytes())))
}

pub(crate) fn seen_bytes<'a>(files: impl IntoIterator<Item = (&'a str, &'a [u8])>) -> RepositorySeen {
    check(&SourceTree::of_files(files.into_iter().map(|(name, bytes)| SourceFile::in_memory(name, bytes))))
}

pub(crate) fn gate<'a>(seen: &'a RepositorySeen, rule: &str) -> &'a Gate {
    seen.gates.iter().find(|gate| gate.id == rule).unwrap_or_else(|| panic!("no gate {rule}"))
}

/// The gate's state, and its findings as `file:line severity`.
pub(crate) fn judged(files: &[(&str, &str)], rule: &str) -> (GateStatus, Vec<String>) {
    let seen = seen(files);
    let found = seen.findings.iter().filter(|finding| finding.rule == rule).map(|finding| {
        let (file, line) = (finding.file.as_deref().unwrap_or("-"), finding.line.unwrap_or(0));
        format!("{file}:{line} {}", finding.severity)
    });
    (gate(&seen, rule).status, found.collect())
}

/// Asserts that `rule` finds exactly these, as `file:line severity`; none means that it passes.
pub(crate) fn finds(files: &[(&str, &str)], rule: &str, expected: &[&str]) {
    let (status, found) = judged(files, rule);
    assert_eq!(found, expected, "{rule} in {files:?}");
    assert_eq!(status, if expected.is_empty() { GateStatus::Pass } else { GateStatus::Fail }, "{rule} in {files:?}");
}

pub(crate) fn is_unknown(files: &[(&str, &str)], rule: &str) {
    let seen = seen(files);
    let gate = gate(&seen, rule);
    assert_eq!(gate.status, GateStatus::Unknown, "{rule} in {files:?}: {gate:?}");
    assert!(!gate.hint.is_empty() && !gate.evidence[0].note.is_empty(), "it says why, and who must look: {gate:?}");
}

pub(crate) const CI: &str = ".github/workflows/ci.yml";

/// A workflow by `event` whose one job has these steps, indented by six.
pub(crate) fn workflow(event: &str, steps: &str) -> String {
    format!("on: {event}\npermissions: {{}}\njobs:\n  build:\n    runs-on: ubuntu-24.04\n    steps:\n{steps}")
}

#[test]
fn every_finding_and_gate_says_what_why_and_what_to_do() {
    let seen = seen(&[(CI, "on: push\njobs: { a: { steps: [ { uses: a/b@v1 } ] } }\n"), ("run.exe", "MZ\0")]);
    assert!(seen.gates.len() >= 29, "{}", seen.gates.len());
    for gate in &seen.gates {
        assert!(!gate.title.is_empty() && gate.why.ends_with('.') && !gate.practices.is_empty(), "{gate:?}");
        assert!(gate.status == GateStatus::Pass || !gate.hint.is_empty(), "{gate:?}");
        assert!(!gate.evidence.is_empty(), "{gate:?}");
        let findings = seen.findings.iter().filter(|finding| finding.rule == gate.id).count();
        assert_eq!(gate.status == GateStatus::Fail, findings > 0, "{gate:?}");
    }
    for finding in &seen.findings {
        assert!(!finding.message.is_empty() && !finding.hint.is_empty(), "{finding:?}");
        assert!(finding.fingerprint.len() == 32 && finding.engines == ["smart-begin"], "{finding:?}");
    }
}

#[test]
fn a_finding_keeps_its_fingerprint_when_its_line_moves() {
    let steps = "      - uses: a/b@v1\n";
    let one = seen(&[(CI, &workflow("push", steps))]);
    let two = seen(&[(CI, &format!("# moved\n\n{}", workflow("push", steps)))]);
    let of = |seen: &RepositorySeen| seen.findings.iter().find(|f| f.rule == "pinned-actions").cloned().unwrap();
    assert_eq!(of(&one).fingerprint, of(&two).fingerprint);
    assert_ne!(of(&one).line, of(&two).line);
}
