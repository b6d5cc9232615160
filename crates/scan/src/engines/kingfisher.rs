//! kingfisher: <https://github.com/mongodb/kingfisher>.

use serde::Deserialize;
use zeroize::Zeroizing;

use super::hit::{Hit, MOST_HITS, Unreadable, confidence, short};

/// It ends with this where it found something, and with 205 where it also tried that out, which it is told not to.
pub(crate) const FOUND: i32 = 200;

/// Names the folder of its compiled rules.
pub(crate) const CACHE: &str = "KF_RULE_CACHE_DIR";

/// Nothing is validated or asked over the network, and comments in files do not count.
pub(crate) fn arguments() -> Vec<String> {
    let fixed = [
        "scan",
        ".",
        "--no-validate",
        "--no-update-check",
        "--no-ignore",
        "--no-dedup",
        "--confidence=low",
        "--git-history=none",
        "--format=json",
        "--quiet",
    ];
    fixed.map(str::to_owned).to_vec()
}

#[derive(Deserialize)]
struct Report {
    findings: Vec<Leak>,
}

#[derive(Deserialize)]
struct Leak {
    rule: Rule,
    finding: Finding,
}

#[derive(Deserialize)]
struct Rule {
    #[serde(default)]
    name: String,
    id: String,
    #[serde(default)]
    description: String,
}

#[derive(Deserialize)]
struct Finding {
    snippet: Zeroizing<String>,
    #[serde(default)]
    confidence: String,
    #[serde(default)]
    line: u32,
    path: String,
}

pub(crate) fn parse(output: &[u8]) -> Result<Vec<Hit>, Unreadable> {
    // A second document with figures may follow.
    let mut documents = serde_json::Deserializer::from_slice(output).into_iter::<Report>();
    let report = documents.next().ok_or_else(|| Unreadable("it is empty".to_owned()))??;
    let hit = |leak: Leak| Hit {
        // Rules that it took over bear the name of their source before their own.
        rule: short(leak.rule.id.strip_prefix("betterleaks.").unwrap_or(&leak.rule.id)),
        description: short(if leak.rule.description.is_empty() { &leak.rule.name } else { &leak.rule.description }),
        file: leak.finding.path,
        line: leak.finding.line,
        confidence: confidence(&leak.finding.confidence),
        value: leak.finding.snippet,
    };
    Ok(report.findings.into_iter().take(MOST_HITS).map(hit).collect())
}
