//! What gitleaks was told to leave alone: a `.gitleaksignore`, or a report of its own.

use scan::secrets::{FingerprintKey, Known, Options, RuleSet, Scanner, Scratch};

use crate::target::Target;

const RULES: &str = "[[rules]]\nid = 'own'\nregex = 'own_[a-z]{4}'\nkeywords = ['own_']\n";
const TEXT: &str = "own_aaaa\nown_bbbb own_cccc\n";

/// Whatever it knows, nothing is lost: what was found is told as found, or as put off.
pub(super) const TARGET: Target = Target {
    name: "known_findings",
    run: |data| {
        let Ok(text) = std::str::from_utf8(data) else { return };
        let key = FingerprintKey::public();
        let Ok(known) = Known::parse(text, &key) else { return };
        assert!(Known::parse(text, &key).as_ref() == Ok(&known), "the same text says two things");
        assert!(known.len() <= text.len() / 4, "{} of {} bytes", known.len(), text.len());
        let (is_empty, options) = (known.is_empty(), Options { key, known: Some(known), ..Options::default() });
        let Ok(rules) = RuleSet::from_toml("own.toml", RULES, &|_| Ok(String::new())) else { return };
        let Ok(scanner) = Scanner::new(&rules, options) else { return };
        let seen = scanner.scan_bytes("a.env", Some(COMMIT), TEXT.as_bytes(), &mut Scratch::default());
        assert_eq!(seen.findings.len() + seen.suppressed.len(), 3, "{seen:?}");
        assert!(!is_empty || seen.suppressed.is_empty(), "{seen:?}");
    },
    seeds: || {
        vec![
            format!("# c\na.env:own:1\n{COMMIT}:a.env:own:2 # why\n./a\\b:own:3\n").into_bytes(),
            br#"[{"RuleID":"own","File":"a.env","StartLine":1,"Secret":"own_aaaa","Commit":""}]"#.to_vec(),
            br#" [{"RuleID":"own","File":"a.env","StartLine":2,"Secret":"REDACTED"},{"RuleID":"o","File":"","StartLine":0,"Secret":"o..."}]"#.to_vec(),
        ]
    },
    words: &[
        "a.env",
        ":own:",
        "own_aaaa",
        "own_bbbb",
        "\"RuleID\"",
        "\"File\"",
        "\"StartLine\"",
        "\"Secret\"",
        "\"Commit\"",
        "REDACTED",
        "...",
        " #",
        "./",
        "\\\\",
        "18446744073709551616",
    ],
};

const COMMIT: &str = "0123456789abcdef0123456789abcdef01234567";
