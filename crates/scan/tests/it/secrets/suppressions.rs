//! What is not reported is listed, and only the caller decides that it is not.

use scan::secrets::{Options, RuleSet, Scratch, Suppression};

use super::template::expand;
use super::{find, scanner, shipped};

fn token(seed: &str) -> String {
    expand("token: \"ghp_{base62:30}{crc62}\"", seed)
}

#[test]
fn a_comment_counts_only_where_the_caller_says_so() {
    let text = format!("{} # gitleaks:allow\n{}\n", token("a"), token("b"));
    let strict = shipped().scan_bytes("a.conf", None, text.as_bytes(), &mut Scratch::default());
    assert_eq!(strict.findings.len(), 2);
    assert_eq!(strict.findings[0].suppression, Some(Suppression::Comment), "it is said that somebody asked");
    let lenient = scanner(RuleSet::shipped().unwrap(), Options { honour_comments: true, ..Options::default() });
    let outcome = lenient.scan_bytes("a.conf", None, text.as_bytes(), &mut Scratch::default());
    assert_eq!((outcome.findings.len(), outcome.suppressed.len()), (1, 1));
    assert_eq!(outcome.suppressed[0].line, 1);
}

#[test]
fn a_fingerprint_is_of_the_value_and_survives_moved_lines_and_other_files() {
    let before = find(shipped(), "a.conf", &token("a"));
    let moved = find(shipped(), "other.conf", &format!("\n\n# moved\n{}", token("a")));
    let new = find(shipped(), "a.conf", &token("new"));
    assert_eq!(before[0].fingerprint, moved[0].fingerprint);
    assert_ne!(before[0].fingerprint, new[0].fingerprint, "another value on the same line");
}

#[test]
fn findings_never_hold_the_value() {
    for rule in RuleSet::shipped().unwrap().rules() {
        let Some(example) = rule.examples.first() else { continue };
        let text = expand(example, &rule.id);
        for finding in find(shipped(), "a.conf", &text) {
            let shown = finding.redacted.split("***").next().unwrap();
            let all = format!("{finding:?}");
            assert!(shown.len() <= 40 && text.contains(shown), "{shown}");
            for word in text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| word.len() >= 18) {
                // What every credential of its kind begins with is no part of the secret.
                assert!(shown.contains(word) || !all.contains(word), "{} shows {word}", rule.id);
            }
        }
    }
}
