//! An organisation's own file, in gitleaks' form, old spelling and new.

use scan::secrets::{Options, RuleSet, RulesError};

use super::template::expand;
use super::{find, rules_in, scanner};

fn no_files(path: &str) -> Result<String, RulesError> {
    panic!("nothing is read here, not {path}")
}

fn read(text: &str) -> RuleSet {
    RuleSet::from_toml("own.toml", text, &no_files).unwrap()
}

fn refused(text: &str) -> String {
    RuleSet::from_toml("own.toml", text, &no_files).unwrap_err().to_string()
}

#[test]
fn a_rule_of_ones_own_is_found_by_its_group_and_entropy() {
    let set = read(
        r#"
        title = "ours"
        [[rules]]
        id = "house-key"
        description = "A key of the house"
        regex = '''(?i)house[_-]?key\s*=\s*["']([a-z0-9]{8,20})["']'''
        secretGroup = 1
        entropy = 2.5
        keywords = ["house"]
        tags = ["ours"]
        "#,
    );
    let scanner = scanner(&set, Options::default());
    let found = find(&scanner, "a.py", "x = 1\n  HOUSE_KEY = 'q7gxn2vkp9' # é\n");
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].line, found[0].column, found[0].rule.as_str()), (2, 16, "house-key"));
    assert!(rules_in(&scanner, "a.py", "HOUSE_KEY = 'aaaaaaaaaa'").is_empty(), "entropy");
    assert!(rules_in(&scanner, "a.py", "key = 'q7gxn2vkp9'").is_empty());
}

#[test]
fn the_shipped_rules_can_be_extended_changed_and_left_out() {
    let token = expand("token: \"ghp_{base62:30}{crc62}\"", "a");
    let other = expand("token: \"glpat-{base62:20}\"", "b");
    let set = read(
        r#"
        [extend]
        useDefault = true
        disabledRules = ["gitlab-pat", "no-such-rule"]
        [[rules]]
        id = "github-pat"
        severity = "low"
        [[rules.allowlists]]
        paths = ["^docs/"]
        "#,
    );
    assert!(set.notes().iter().any(|note| note.contains("no-such-rule")), "{:?}", set.notes());
    let scanner = scanner(&set, Options::default());
    let found = find(&scanner, "a.conf", &token);
    assert_eq!((found[0].rule.as_str(), found[0].severity.name()), ("github-pat", "low"));
    assert!(rules_in(&scanner, "docs/a.conf", &token).is_empty());
    assert!(!rules_in(&scanner, "a.conf", &other).contains(&"gitlab-pat".to_owned()));
}

#[test]
fn both_spellings_of_allowlists_hold_and_are_listed() {
    for spelling in [
        "[allowlist]\nstopwords = ['known']",
        "[[allowlists]]\nregexes = ['^known']",
        "[[allowlists]]\nregexTarget = 'line'\nregexes = ['# fine']",
        "[[allowlists]]\ncondition = 'AND'\npaths = ['\\.py$']\nstopwords = ['known']",
        "[[allowlists]]\ntargetRules = ['house']\nstopwords = ['known']",
        "[[rules.allowlists]]\nregexTarget = 'match'\nregexes = ['house=known']",
        "[rules.allowlist]\ncommits = ['0123456789']\nstopwords = ['known']",
    ] {
        let rule = "[[rules]]\nid = 'house'\nregex = 'house=([a-z0-9]+)'\nkeywords = ['house']\n";
        let text =
            if spelling.contains("rules.") { format!("{rule}{spelling}") } else { format!("{spelling}\n{rule}") };
        let scanner = scanner(&read(&text), Options::default());
        let outcome = scanner.scan_bytes("a.py", None, b"house=known1 # fine\nhouse=other2\n", &mut Default::default());
        assert_eq!(outcome.findings.len(), 1, "{spelling}: {outcome:#?}");
        assert_eq!(outcome.suppressed.len(), 1, "{spelling}");
        assert_eq!(outcome.suppressed[0].line, 1, "{spelling}");
    }
}

#[test]
fn a_file_that_an_allowlist_covers_is_said_not_to_have_been_looked_at() {
    let set = read("[extend]\nuseDefault = true\n[[allowlists]]\npaths = ['^vendor/']\n");
    let scanner = scanner(&set, Options::default());
    let token = expand("ghp_{base62:30}{crc62}", "a");
    let outcome = scanner.scan_bytes("vendor/a", None, token.as_bytes(), &mut Default::default());
    assert!(outcome.allowed_whole && outcome.findings.is_empty());
}

#[test]
fn rules_may_require_others_nearby() {
    let set = read(
        r#"
        [[rules]]
        id = "pair"
        regex = 'secret=([0-9a-f]{8})'
        keywords = ["secret="]
        [[rules.required]]
        id = "user"
        withinLines = 2
        [[rules]]
        id = "user"
        regex = 'user=(\w+)'
        keywords = ["user="]
        skipReport = true
        "#,
    );
    let scanner = scanner(&set, Options::default());
    assert_eq!(rules_in(&scanner, "a", "user=me\nsecret=01234567\n"), ["pair"]);
    assert!(rules_in(&scanner, "a", "user=me\n\n\n\n\nsecret=01234567\n").is_empty());
    assert!(rules_in(&scanner, "a", "user=me\n").is_empty());
}

#[test]
fn a_rule_without_keywords_or_with_one_beside_its_match_works() {
    let set = read(
        "[[rules]]\nid = 'bare'\nregex = 'Q[0-9]{6}Q'\n[[rules]]\nid = 'beside'\nregex = 'Z[0-9]{6}Z'\nkeywords = ['banner']\n",
    );
    let scanner = scanner(&set, Options::default());
    let far = format!("banner\n{}\nQ123456Q Z123456Z", "x\n".repeat(40_000));
    assert_eq!(rules_in(&scanner, "a", &far), ["bare", "beside"]);
    assert_eq!(rules_in(&scanner, "a", "Q123456Q Z123456Z"), ["bare"]);
}

#[test]
fn what_cannot_be_used_is_refused_with_the_rule_and_the_reason() {
    for (text, says) in [
        ("[[rules]]\nregex = 'x'", "has no id"),
        ("[[rules]]\nid = 'a'", "neither `regex` nor `path`"),
        ("[[rules]]\nid = 'a'\nregex = '('", "the rule \"a\" has a regex that cannot be used"),
        ("[[rules]]\nid = 'a'\nregex = 'x'\nsecretGroup = 3", "only 0 groups"),
        ("[[rules]]\nid = 'a'\nregex = 'x'\ntoken = 'y'", "says twice"),
        ("[[rules]]\nid = 'a'\nregex = 'x'\nseverity = 'fatal'", "low, medium, high, critical"),
        ("[[rules]]\nid = 'a'\nregex = 'x'\n[[rules.required]]\nid = 'b'", "requires \"b\""),
        ("[allowlist]\nregexes = ['(']", "Correct the expression"),
        ("[allowlist]\ndescription = 'x'", "empty allowlist"),
        ("[[allowlists]]\ncondition = 'XOR'\npaths = ['x']", "AND or OR"),
        ("a = [", "cannot be read at line 1"),
    ] {
        let error = refused(text);
        assert!(error.contains(says), "{text}: {error}");
    }
}

#[test]
fn a_file_may_extend_another_that_the_caller_reads_but_not_forever() {
    let base = "[[rules]]\nid = 'base'\nregex = 'base[0-9]{4}'\nkeywords = ['base']\n";
    let own = "[extend]\npath = 'base.toml'\n[[rules]]\nid = 'own'\nregex = 'own[0-9]{4}'\nkeywords = ['own']\n";
    let set = RuleSet::from_toml("own.toml", own, &|path| {
        assert_eq!(path, "base.toml");
        Ok(base.to_owned())
    });
    assert_eq!(set.unwrap().rules().len(), 2);
    let circle = RuleSet::from_toml("own.toml", own, &|_| Ok(own.to_owned())).unwrap_err();
    assert!(circle.to_string().contains("chain"), "{circle}");
}
