//! What gitleaks was told to leave alone is listed, and a new secret in its place is seen.

use scan::secrets::{FingerprintKey, Known, Options, Outcome, RuleSet, Scratch, Suppression};

use super::scanner;
use super::template::expand;

fn token(seed: &str) -> String {
    expand("ghp_{base62:30}{crc62}", seed)
}

fn look(known: &str, commit: Option<&str>, text: &str) -> Outcome {
    let known = Known::parse(known, &FingerprintKey::public()).unwrap();
    let scanner = scanner(RuleSet::shipped().unwrap(), Options { known: Some(known), ..Options::default() });
    scanner.scan_bytes("conf/a.ini", commit, text.as_bytes(), &mut Scratch::default())
}

#[test]
fn an_ignore_file_of_gitleaks_names_places() {
    let text = format!("\nk = {}\n", token("a"));
    let commit = "0123456789abcdef0123456789abcdef01234567";
    for (known, commit, suppressed) in [
        ("# ours\n\nconf/a.ini:github-pat:2\n", None, 1),
        ("conf/a.ini:github-pat:2 # why\r\n", Some(commit), 1),
        ("conf\\a.ini:github-pat:2", None, 1),
        ("conf/a.ini:github-pat:3", None, 0),
        ("conf/a.ini:gitlab-pat:2", None, 0),
        ("b.ini:github-pat:2", None, 0),
        (&format!("{commit}:conf/a.ini:github-pat:2"), Some(commit), 1),
        (&format!("{commit}:conf/a.ini:github-pat:2"), None, 0),
    ] {
        let outcome = look(known, commit, &text);
        assert_eq!((outcome.suppressed.len(), outcome.findings.len()), (suppressed, 1 - suppressed), "{known:?}");
        assert!(
            outcome.suppressed.iter().all(|finding| finding.suppression == Some(Suppression::Known { source: None }))
        );
    }
}

#[test]
fn a_report_of_gitleaks_names_values_unless_it_is_redacted() {
    let report = |secret: &str| {
        let file = "conf/a.ini";
        format!(
            r#"[{{"RuleID":"github-pat","File":"{file}","StartLine":1,"Secret":"{secret}","Commit":"","Extra":1}}]"#
        )
    };
    let moved = format!("\n\n\nk = {}\n", token("a"));
    assert_eq!(look(&report(&token("a")), None, &moved).suppressed.len(), 1, "it may have moved");
    let another = format!("k = {}\n", token("b"));
    assert_eq!(look(&report(&token("a")), None, &another).findings.len(), 1, "another value in its place");
    assert_eq!(look(&report("REDACTED"), None, &another).suppressed.len(), 1, "then the place decides");
    assert_eq!(look(&report("REDACTED"), None, &moved).findings.len(), 1);
}

#[test]
fn what_is_neither_is_refused_with_its_line() {
    for (text, says) in
        [("a:b:1\nnothing", "line 2"), ("a.ini:rule:x", "line 1"), ("[{\"a\": 1}]", "as gitleaks writes it")]
    {
        let error = Known::parse(text, &FingerprintKey::public()).unwrap_err().to_string();
        assert!(error.contains(says) && error.contains(".gitleaksignore"), "{error}");
    }
    assert!(Known::parse("# nothing\n", &FingerprintKey::public()).unwrap().is_empty());
}
