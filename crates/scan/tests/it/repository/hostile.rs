//! Files of others: a finding or a word that it was not judged, and never a panic.

use proptest::prelude::*;
use scan::repository::GateStatus;
use source_tree::{Selection, SourceTree};

use super::{CI, gate, seen, seen_bytes};

#[test]
fn what_cannot_be_read_is_told_and_judged_unknown() {
    let mut laughs = String::from("a0: &a0 [x, x]\n");
    (1..64).for_each(|n| laughs.push_str(&format!("a{n}: &a{n} [*a{0}, *a{0}]\n", n - 1)));
    let deep = "[".repeat(50_000);
    let huge = "#".repeat((1 << 20) + 1);
    for (bad, says) in [
        (laughs.as_str(), "aliases"),
        (deep.as_str(), ""),
        ("jobs: [unclosed", "YAML"),
        ("a: 'x", "YAML"),
        (huge.as_str(), "more than"),
        ("\u{0}\u{1}", ""),
    ] {
        let seen = seen(&[(CI, bad)]);
        assert_eq!(seen.not_run.len(), 1, "{:.40}", bad);
        assert!(seen.not_run[0].reason.contains(says), "{:?}", seen.not_run);
        assert_eq!(gate(&seen, "pinned-actions").status, GateStatus::Unknown);
        assert_eq!(gate(&seen, "token-permissions").status, GateStatus::Unknown);
    }
}

#[test]
fn forms_that_no_workflow_has_are_no_harm() {
    for odd in [
        "[]",
        "null",
        "on: 5\njobs: 7\n",
        "jobs:\n  a: []\n  b: text\n  c: { steps: { x: 1 } }\n",
        "on: { push: [] }\njobs: { a: { steps: [ 1, [], { uses: [] , run: {} } ] } }\n",
        "? [a, b]\n: c\n",
        "--- a\n--- b\n",
        "jobs: { a: { permissions: [x], container: [], services: [] } }\n",
        "a: &x [*x]\n",
        "%YAML 9.9\n---\na\n",
    ] {
        let seen = seen(&[
            (CI, odd),
            ("action.yml", odd),
            (".gitlab-ci.yml", odd),
            (".circleci/config.yml", odd),
            (".github/dependabot.yml", odd),
            ("compose.yml", odd),
        ]);
        assert!(seen.gates.len() >= 29);
    }
}

#[test]
fn what_others_wrote_is_shown_with_nothing_hidden() {
    let seen = seen(&[
        (CI, "on: push\npermissions: {}\njobs: { a: { steps: [ { uses: \"a/b\\u202e@v1\" } ] } }\n"),
        ("Dockerfile", "FROM al\u{202e}pine\n"),
    ]);
    for gate in &seen.gates {
        for evidence in &gate.evidence {
            assert!(!evidence.note.contains('\u{202e}'), "{evidence:?}");
        }
    }
}

#[cfg(unix)]
#[test]
fn links_pipes_and_odd_names_are_no_harm() {
    use std::os::unix::ffi::OsStrExt as _;
    let root = tempfile::tempdir().unwrap();
    let at = |name: &str| root.path().join(name);
    std::fs::create_dir_all(at(".github/workflows")).unwrap();
    std::os::unix::fs::symlink("/etc/passwd", at(".github/workflows/ci.yml")).unwrap();
    std::os::unix::fs::symlink("..", at("up")).unwrap();
    rustix::fs::mknodat(rustix::fs::CWD, at("SECURITY.md"), rustix::fs::FileType::Fifo, rustix::fs::Mode::RUSR, 0)
        .unwrap();
    std::fs::write(root.path().join(std::ffi::OsStr::from_bytes(b"Dockerfile.\xff")), "FROM alpine\n").unwrap();
    let tree = SourceTree::of_folder(root.path(), Selection::All).unwrap();
    let seen = scan::repository::check(&tree);
    assert_eq!(gate(&seen, "token-permissions").status, GateStatus::Pass);
    assert!(seen.findings.iter().any(|finding| finding.file.as_deref() == Some("Dockerfile.\\xff")));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]

    #[test]
    fn no_text_brings_it_down(text in "[-\\[\\]{}:,&*a-c\"'|>#\\n @$/.\\\\]{0,200}", bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let names = [CI, "action.yml", ".gitlab-ci.yml", "Dockerfile", "a.sh", "Makefile", "SECURITY.md", "LICENSE", "package.json", "CODEOWNERS", "compose.yml", "Jenkinsfile"];
        let whole = format!("on: push\njobs:\n  a:\n    steps:\n      - run: \"${{{{ {text}\"\n");
        seen_bytes(names.iter().map(|name| (*name, text.as_bytes())));
        seen_bytes(names.iter().map(|name| (*name, bytes.as_slice())));
        seen_bytes([(CI, whole.as_bytes())]);
    }
}
