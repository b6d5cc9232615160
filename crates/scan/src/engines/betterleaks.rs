//! betterleaks: <https://github.com/betterleaks/betterleaks>.

use serde::Deserialize;
use zeroize::Zeroizing;

use super::hit::{Hit, MOST_HITS, Unreadable, confidence, short};

/// It ends with this where it found something; its own faults are 1.
pub(crate) const FOUND: i32 = 77;

/// It reads no configuration of the tree; comments do not count. Nothing is validated over the network.
pub(crate) fn arguments() -> Vec<String> {
    [".", "--no-allow-signatures", "--no-banner", "--no-color", "--log-level=error", "--output=-", "--exit-code=77"]
        .map(str::to_owned)
        .to_vec()
}

#[derive(Deserialize)]
struct Report {
    #[serde(default)]
    findings: Option<Vec<Leak>>,
    scan: Scan,
}

#[derive(Deserialize)]
struct Scan {
    state: String,
}

#[derive(Deserialize)]
struct Leak {
    rule_id: String,
    #[serde(default)]
    description: String,
    #[serde(default)]
    confidence: String,
    r#match: Match,
    location: Location,
}

#[derive(Deserialize)]
struct Match {
    value: Zeroizing<String>,
}

#[derive(Deserialize)]
struct Location {
    path: String,
    #[serde(default)]
    start_line: u32,
}

pub(crate) fn parse(output: &[u8]) -> Result<Vec<Hit>, Unreadable> {
    let report: Report = serde_json::from_slice(output)?;
    if report.scan.state != "complete" {
        return Err(Unreadable(format!("the scan is {:?} and not complete", short(&report.scan.state))));
    }
    let hit = |leak: Leak| Hit {
        rule: short(&leak.rule_id),
        description: short(&leak.description),
        file: leak.location.path,
        line: leak.location.start_line,
        confidence: confidence(&leak.confidence),
        value: leak.r#match.value,
    };
    Ok(report.findings.unwrap_or_default().into_iter().take(MOST_HITS).map(hit).collect())
}
