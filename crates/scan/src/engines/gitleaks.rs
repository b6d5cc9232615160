//! gitleaks: <https://github.com/gitleaks/gitleaks>.

use serde::Deserialize;
use zeroize::Zeroizing;

use super::hit::{Hit, MOST_HITS, Unreadable, short};

/// It ends with this where it found something; its own faults are 1.
pub(crate) const FOUND: i32 = 77;

/// Its own rules and nothing from the tree: a configuration is named, the ignore file would lie in an empty folder, and
/// comments do not count.
pub(crate) fn arguments(config: &str, nothing: &str) -> Vec<String> {
    let fixed = [
        "dir",
        "--no-banner",
        "--no-color",
        "--log-level=error",
        "--report-format=json",
        "--report-path=-",
        "--ignore-gitleaks-allow",
        "--exit-code=77",
    ];
    let mut all: Vec<String> = fixed.map(str::to_owned).to_vec();
    all.extend([format!("--config={config}"), format!("--gitleaks-ignore-path={nothing}"), ".".to_owned()]);
    all
}

/// What the configuration says: the rules that it ships.
pub(crate) const CONFIG: &str = "[extend]\nuseDefault = true\n";

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Leak {
    #[serde(rename = "RuleID")]
    rule: String,
    #[serde(default)]
    description: String,
    #[serde(default)]
    start_line: u32,
    secret: Zeroizing<String>,
    file: String,
}

pub(crate) fn parse(output: &[u8]) -> Result<Vec<Hit>, Unreadable> {
    if output.trim_ascii().is_empty() {
        return Ok(Vec::new());
    }
    let leaks: Vec<Leak> = serde_json::from_slice(output)?;
    let hit = |leak: Leak| Hit {
        rule: short(&leak.rule),
        description: short(&leak.description),
        file: leak.file,
        line: leak.start_line,
        confidence: None,
        value: leak.secret,
    };
    Ok(leaks.into_iter().take(MOST_HITS).map(hit).collect())
}
