//! trufflehog: <https://github.com/trufflesecurity/trufflehog>.

use domain::Confidence;
use serde::Deserialize;
use zeroize::Zeroizing;

use super::hit::{Hit, MOST_HITS, Unreadable, short};

/// It ends with this where it found something; 0 where nothing, and its own faults are 1.
pub(crate) const FOUND: i32 = 183;

/// A comment with this switches it off for a line, and no argument switches that off: the copy has it spelled otherwise.
pub(crate) const IGNORE: &[u8] = b"trufflehog:ignore";

/// Nothing is verified or asked over the network.
pub(crate) fn arguments() -> Vec<String> {
    let fixed = [
        "filesystem",
        "--json",
        "--no-verification",
        "--no-update",
        "--no-color",
        "--fail",
        "--fail-on-scan-errors",
        "--results=verified,unknown,unverified",
        ".",
    ];
    fixed.map(str::to_owned).to_vec()
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Line {
    source_metadata: Metadata,
    detector_name: String,
    #[serde(default)]
    detector_description: String,
    raw: Zeroizing<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Metadata {
    data: Data,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Data {
    filesystem: Filesystem,
}

#[derive(Deserialize)]
struct Filesystem {
    file: String,
    #[serde(default)]
    line: u32,
}

pub(crate) fn parse(output: &[u8]) -> Result<Vec<Hit>, Unreadable> {
    let lines = output.split(|byte| *byte == b'\n').filter(|line| !line.trim_ascii().is_empty());
    let mut hits = Vec::new();
    for line in lines.take(MOST_HITS) {
        let Line { source_metadata, detector_name, detector_description, raw } = serde_json::from_slice(line)?;
        let Filesystem { file, line } = source_metadata.data.filesystem;
        let (rule, description) = (short(&detector_name), short(&detector_description));
        // It tries a secret out before it is sure, which it is told not to.
        hits.push(Hit { rule, description, file, line, confidence: Some(Confidence::Medium), value: raw });
    }
    Ok(hits)
}
