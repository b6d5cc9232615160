//! What is not reported is listed, and only the caller decides that it is not.

use scan::secrets::{Baseline, FingerprintKey, Options, RuleSet, Scratch, Suppression};

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
fn a_baseline_survives_moved_lines_and_sees_a_new_secret_on_an_old_line() {
    let key = FingerprintKey::public();
    let before = find(shipped(), "a.conf", &token("a"));
    let text = Baseline::write(&before, &key);
    assert!(!text.contains("ghp_"), "{text}");
    let baseline = Baseline::parse(&text, &key).unwrap();
    assert_eq!(baseline.len(), 1);
    let with = scanner(RuleSet::shipped().unwrap(), Options { baseline: Some(baseline), ..Options::default() });
    let moved = format!("\n\n# moved\n{}", token("a"));
    let outcome = with.scan_bytes("other.conf", None, moved.as_bytes(), &mut Scratch::default());
    assert_eq!((outcome.findings.len(), outcome.suppressed.len()), (0, 1));
    assert_eq!(outcome.suppressed[0].suppression, Some(Suppression::Baseline));
    assert_eq!(find(&with, "a.conf", &token("new")).len(), 1, "another value on the same line");
}

#[test]
fn a_baseline_of_another_key_is_refused_and_not_silently_useless() {
    let text = Baseline::write(&find(shipped(), "a.conf", &token("a")), &FingerprintKey::public());
    let error = Baseline::parse(&text, &FingerprintKey::secret(b"a key of this house")).unwrap_err();
    assert!(error.to_string().contains("another fingerprint key"), "{error}");
    assert!(Baseline::parse("{}", &FingerprintKey::public()).is_err());
    assert!(Baseline::parse(&text.replace("baseline 1", "baseline 9"), &FingerprintKey::public()).is_err());
}

#[test]
fn findings_never_hold_the_value() {
    for rule in RuleSet::shipped().unwrap().rules() {
        let Some(example) = rule.examples.first() else { continue };
        let text = expand(example, &rule.id);
        for finding in find(shipped(), "a.conf", &text) {
            let shown = finding.redacted.split("***").next().unwrap();
            let all = format!("{finding:?}{}", Baseline::write([&finding], &FingerprintKey::public()));
            assert!(shown.len() <= 40 && text.contains(shown), "{shown}");
            for word in text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| word.len() >= 18) {
                // What every credential of its kind begins with is no part of the secret.
                assert!(shown.contains(word) || !all.contains(word), "{} shows {word}", rule.id);
            }
        }
    }
}
