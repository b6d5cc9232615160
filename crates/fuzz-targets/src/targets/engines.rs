//! What other scanners print: they were run on a tree that others wrote, and may print anything.

use domain::Finding;
use scan::engines::parse::{Hit, Unreadable, betterleaks, gitleaks, kingfisher, osv_scanner, trufflehog};
use scan::engines::{Engine, compare, join};

use crate::target::Target;

/// Longer is no text of a scanner that is passed on.
const LONGEST: usize = 300;

type Parser = fn(&[u8]) -> Result<Vec<Hit>, Unreadable>;
const PARSERS: [Parser; 4] = [gitleaks, betterleaks, kingfisher, trufflehog];

/// A fault says where, and repeats nothing of what it met but a state.
fn is_plain(fault: &Unreadable) -> bool {
    let text = fault.to_string();
    text.len() < 20 * LONGEST && !text.contains(|letter: char| letter.is_control())
}

/// The first byte says whose output the rest is.
pub(super) const SECRETS: Target = Target {
    name: "engine_secrets",
    run: |data| {
        let Some((choice, output)) = data.split_first() else { return };
        let parse = PARSERS[usize::from(*choice) % PARSERS.len()];
        match (parse(output), parse(output)) {
            (Ok(hits), Ok(again)) => {
                assert_eq!(hits, again);
                // A hit needs some twenty bytes at least: there are none from nowhere.
                assert!(hits.len() <= output.len() / 20, "{} of {} bytes", hits.len(), output.len());
                let is_short = |text: &str| text.chars().count() <= LONGEST;
                assert!(hits.iter().all(|hit| is_short(&hit.rule) && is_short(&hit.description)));
            }
            (Err(fault), Err(_)) => assert!(is_plain(&fault), "{fault}"),
            _ => assert!(output.is_empty(), "the same output is understood once and once not"),
        }
    },
    seeds: || {
        let mut all = Vec::new();
        for (choice, texts) in PRINTED.iter().enumerate() {
            all.extend(texts.iter().map(|text| [&[choice as u8], text.as_bytes()].concat()));
        }
        all
    },
    words: &[
        "\"RuleID\"",
        "\"Description\"",
        "\"StartLine\"",
        "\"Secret\"",
        "\"File\"",
        "\"scan\"",
        "\"state\"",
        "\"complete\"",
        "\"findings\"",
        "\"rule_id\"",
        "\"match\"",
        "\"value\"",
        "\"location\"",
        "\"path\"",
        "\"start_line\"",
        "\"rule\"",
        "\"finding\"",
        "\"snippet\"",
        "\"confidence\"",
        "\"SourceMetadata\"",
        "\"Data\"",
        "\"Filesystem\"",
        "\"DetectorName\"",
        "\"Raw\"",
        "null",
        "4294967296",
        "-1",
        "\\u0000",
        "\\ud800",
        "[[[[",
    ],
};

const PRINTED: [&[&str]; 4] = [
    &[
        r#"[{"RuleID":"a","Description":"d","StartLine":3,"Secret":"v","File":"a/b.env"},{"RuleID":"b","Secret":"","File":"../c"}]"#,
        "[]",
        " \n",
    ],
    &[
        r#"{"scan":{"state":"complete"},"findings":[{"rule_id":"a","description":"d","confidence":"high","match":{"value":"v"},"location":{"path":"a.env","start_line":3}}]}"#,
        r#"{"scan":{"state":"partial\u001b[2J"},"findings":null}"#,
    ],
    &[
        r#"{"findings":[{"rule":{"name":"n","id":"betterleaks.a"},"finding":{"snippet":"v","confidence":"low","line":3,"path":"./a"}}]}
{"findings":0,"scan_duration":0.1}"#,
    ],
    &[
        "{\"SourceMetadata\":{\"Data\":{\"Filesystem\":{\"file\":\"a\",\"line\":3}}},\"DetectorName\":\"A\",\"Raw\":\"v\"}\n\n{\"SourceMetadata\":{\"Data\":{\"Filesystem\":{\"file\":\"b\"}}},\"DetectorName\":\"B\",\"DetectorDescription\":\"d\",\"Raw\":\"w\"}\n",
    ],
];

/// osv-scanner's, as findings, beside others.
pub(super) const VULNERABILITIES: Target = Target {
    name: "engine_osv_scanner",
    run: |data| match osv_scanner(data) {
        Ok(findings) => {
            for finding in &findings {
                let fingerprint = &finding.fingerprint;
                assert!(fingerprint.len() == 32 && fingerprint.bytes().all(|byte| byte.is_ascii_hexdigit()));
                let texts = [&finding.package, &finding.version, &finding.advisory].into_iter().flatten();
                assert!(texts.chain(&finding.aliases).all(|text| text.chars().count() <= LONGEST), "{finding:?}");
                assert!(!finding.aliases.contains(&finding.rule), "{finding:?}");
            }
            bring_together(&findings);
        }
        Err(fault) => assert!(is_plain(&fault), "{fault}"),
    },
    seeds: || REPORTS.iter().map(|text| text.as_bytes().to_vec()).collect(),
    words: &[
        "\"results\"",
        "\"source\"",
        "\"path\"",
        "\"packages\"",
        "\"package\"",
        "\"name\"",
        "\"version\"",
        "\"ecosystem\"",
        "\"groups\"",
        "\"ids\"",
        "\"aliases\"",
        "\"max_severity\"",
        "\"vulnerabilities\"",
        "\"summary\"",
        "\"9.8\"",
        "\"NaN\"",
        "\"inf\"",
        "\"-0\"",
        "null",
        "[]",
    ],
};

/// Joined to themselves, findings become no more, and no more are shared than there are.
fn bring_together(findings: &[Finding]) {
    let mut all = findings.to_vec();
    let count = all.len();
    join(&mut all, findings.to_vec());
    assert_eq!(all.len(), count);
    let told = compare(&all, &[Engine::OsvScanner]);
    assert!(told.shared as usize <= count && told.engines.iter().all(|share| share.found as usize <= count));
}

const REPORTS: &[&str] = &[
    r#"{"results":[{"source":{"path":"a/Cargo.lock"},"packages":[{"package":{"name":"a","version":"1.0.0","ecosystem":"crates.io"},"groups":[{"ids":["A-1","B-1"],"aliases":["CVE-1","A-1"],"max_severity":"9.8"}],"vulnerabilities":[{"id":"A-1","summary":"s"}]}]}]}"#,
    r#"{"results":[{"source":{"path":"../x"},"packages":[{"package":{"name":"","ecosystem":"Debian:12"},"groups":[{"ids":[]},{"ids":["A"],"aliases":null,"max_severity":"x"}]}]},{"source":{"path":""},"packages":null}]}"#,
    r#"{"results":null}"#,
];
