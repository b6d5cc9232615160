//! Formats that bear a checksum: one that is right is proof, one that is wrong makes a token doubtful.
//!
//! GitHub, npm, GitLab (routable), Grafana, PyPI (a macaroon) and smart-begin have one that is public. Slack, Stripe and AWS
//! have none that anybody but they could compute.

use domain::Confidence;

use super::template::expand;
use super::{find, shipped};

#[test]
fn a_checksum_decides_how_sure_a_finding_is() {
    for (rule, template) in [
        ("github-pat", "ghp_{base62:30}{crc62}"),
        ("github-oauth", "gho_{base62:30}{crc62}"),
        ("github-refresh-token", "ghr_{base62:70}{crc62}"),
        ("npm-access-token", "npm_{base62:30}{crc62}"),
        ("smart-begin-api-token", "sb_{base62:30}{crc62all}"),
        ("pypi-upload-token", "pypi-{pypi}"),
    ] {
        for seed in ["1", "2", "3"] {
            let right = expand(template, seed);
            let found = find(shipped(), "a.conf", &format!("t = {right}\n"));
            assert_eq!((found[0].rule.as_str(), found[0].confidence), (rule, Confidence::High), "{rule}");
            let at = right.find(['_', '-']).unwrap() + 8;
            let other = if right.as_bytes()[at] == b'x' { "y" } else { "x" };
            let wrong = format!("{}{other}{}", &right[..at], &right[at + 1..]);
            let found = find(shipped(), "a.conf", &format!("t = {wrong}\n"));
            assert_eq!((found[0].rule.as_str(), found[0].confidence), (rule, Confidence::Low), "{rule}: {wrong}");
        }
    }
}

#[test]
fn a_token_that_says_it_is_made_up_is_doubtful() {
    for text in ["AKIA{base32:9}EXAMPLE", "glpat-YOUR_TOKEN_{base62:9}", "sk_live_xxxxxxxxxxxxxxxx{base62:8}"] {
        for finding in find(shipped(), "a.conf", &format!("t = \"{}\"\n", expand(text, "made up"))) {
            assert_eq!(finding.confidence, Confidence::Low, "{}", finding.rule);
        }
    }
}
