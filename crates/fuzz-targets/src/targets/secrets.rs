//! Secrets: the rules files that organisations write, the texts that are scanned, and baselines.

use std::sync::OnceLock;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use scan::secrets::{Options, RuleSet, Scanner, Scratch};

use crate::seeds;
use crate::target::Target;

/// A rules file: understood and made ready, or refused.
pub(super) const RULES: Target = Target {
    name: "secret_rules",
    run: |data| {
        let Ok(text) = std::str::from_utf8(data) else { return };
        let read = |_: &str| Ok("[[rules]]\nid = 'other'\nregex = 'a'\n".to_owned());
        if let Ok(rules) = RuleSet::from_toml("own.toml", text, &read) {
            let _ = Scanner::new(&rules, Options::default());
        }
    },
    seeds: || {
        let mut all = seeds::files(&|name| name.ends_with(".gitleaks.toml"), 4);
        all.extend(seeds::files_beneath("crates/scan/rules", &|name| name.ends_with(".toml"), 16));
        all.push(
            RULE.replace("PLACE", "[extend]\nuseDefault = true\ndisabledRules = ['aws-access-token']").into_bytes(),
        );
        all.push(RULE.replace("PLACE", "[extend]\npath = 'other.toml'").into_bytes());
        all
    },
    words: &[
        "[[rules]]",
        "[extend]",
        "[allowlist]",
        "[[allowlists]]",
        "[[rules.allowlists]]",
        "[[rules.required]]",
        "useDefault",
        "disabledRules",
        "path",
        "paths",
        "regex",
        "regexes",
        "regexTarget",
        "keywords",
        "entropy",
        "secretGroup",
        "stopwords",
        "condition",
        "commits",
        "description",
        "id",
        "tags",
        "'''",
        "\"\"\"",
        "(?i)",
        "(?P<a>",
        "\\b",
        "{1,64}",
        "[[:alpha:]]",
        "\\p{L}",
        "(?s:.)",
        "\\x{ff}",
        "\\Q",
        "\\E",
        "\\z",
    ],
};

const RULE: &str = r#"title = "own"
PLACE

[[rules]]
id = "own-token"
description = "A token of our own"
regex = '''(?i)\bown_[a-z0-9]{16}\b'''
secretGroup = 0
entropy = 3.5
keywords = ["own_"]
path = '''\.env$'''
tags = ["own"]
[[rules.allowlists]]
description = "made-up ones"
condition = "AND"
regexTarget = "line"
regexes = ['''own_0+''']
stopwords = ["example"]
paths = ['''test''']
commits = ["0123456789abcdef0123456789abcdef01234567"]

[allowlist]
paths = ['''vendor/''']
"#;

/// Any text with the shipped rules: keywords, expressions, checks, decoding.
pub(super) const SCAN: Target = Target {
    name: "secret_scan",
    run: |data| {
        static SCANNER: OnceLock<Option<Scanner>> = OnceLock::new();
        let ready = SCANNER.get_or_init(|| Scanner::new(RuleSet::shipped().ok()?, Options::default()).ok());
        let (Some(scanner), Some((form, text))) = (ready, data.split_first()) else { return };
        let name = ["a.conf", "b/package-lock.json", "c.min.js", "terraform.tfvars", ".env", "d.ipynb"]
            [usize::from(*form) % 6];
        let outcome = scanner.scan_bytes(name, None, text, &mut Scratch::default());
        for finding in outcome.findings.iter().chain(&outcome.suppressed) {
            assert!(finding.line >= 1 && finding.column >= 1 && finding.end_line >= finding.line, "{finding:?}");
        }
    },
    seeds: || {
        let mut all: Vec<Vec<u8>> = TEXTS.iter().map(|text| text.replace('@', "").into_bytes()).collect();
        let encoded: Vec<Vec<u8>> =
            all.iter().map(|text| format!("data: {}\n", STANDARD.encode(text)).into_bytes()).collect();
        all.extend(encoded);
        all.iter_mut().for_each(|text| text.insert(0, 0));
        all
    },
    words: &[
        "ghp_",
        "AKIA",
        "glpat-",
        "pypi-AgE",
        "xoxb-",
        "sk_live_",
        "npm_",
        "eyJ",
        "-----BEGIN ",
        " PRIVATE KEY-----",
        "-----END ",
        "://",
        "password",
        "api_key",
        "secret",
        "token",
        " = ",
        "=>",
        ": ",
        "<string>",
        "</string>",
        "%41",
        "%25",
        "\\x41",
        "\\u0041",
        "QUJD",
        "\u{feff}",
        "gitleaks:allow",
    ],
};

/// `@` keeps them from looking like what they are.
const TEXTS: &[&str] = &[
    "api_@key = \"9f8Q7w6E5r4T3y2U1i0O\"\npass@word: 'tr0ub4dor&3'\n",
    "A@KIAQWERTYUIOPASDFGH\ng@hp_0123456789abcdefghijABCDEFGHIJ012345\n",
    "postgres://app:s3@cr3t-of-the-app@db.example.org/app\n",
    "-----BE@GIN RSA PRIVATE KEY-----\nMIIEowIBAAKCAQEAu1SU1LfVLPHCozMxH2Mo4lgOEePzNm0tRgeLezV6ffAt0gunVTLw\n-----E@ND RSA PRIVATE KEY-----\n",
    "{\"a\": \"ey@JhbGciOiJIUzI1NiJ9.ey@JzdWIiOiIxIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U\"}\n",
    "to%6ben=%67hp_%41%42%43\nhex: 6768705f30313233343536373839\n",
    "<key>pass@word</key>\n<string>Zk9xQ2mT7v</string>\nENV API_TO@KEN Zk9xQ2mT7vB4\n",
];

/// The text and the rules from one input: expressions that nobody tried on texts that nobody wrote.
pub(super) const OWN_RULES: Target = Target {
    name: "secret_own_rules",
    run: |data| {
        let Some(cut) = data.iter().position(|byte| *byte == 0) else { return };
        let (Ok(rules), text) = (std::str::from_utf8(&data[..cut]), &data[cut + 1..]) else { return };
        let Ok(rules) = RuleSet::from_toml("own.toml", rules, &|_| Ok(String::new())) else { return };
        if let Ok(scanner) = Scanner::new(&rules, Options::default()) {
            let _ = scanner.scan_bytes("a.env", Some("0123456"), text, &mut Scratch::default());
        }
    },
    seeds: || {
        let rule = RULE.replace("PLACE", "");
        vec![
            format!("{rule}\0a = own_0123456789abcdef\n").into_bytes(),
            b"[[rules]]\nid='a'\nregex='a.*b'\n\0aab".to_vec(),
        ]
    },
    words: RULES.words,
};
