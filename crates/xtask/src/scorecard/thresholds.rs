//! `scorecard.toml`: what each grade must reach, in one file.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde::Deserialize;

use crate::Failure;

/// The whole file. An unknown key is refused, so that a slip of the pen does not switch a gate off.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Thresholds {
    /// For the tests.
    pub coverage: Coverage,
    /// For clippy.
    pub lint: AtMost,
    /// For known vulnerabilities in `Cargo.lock`.
    pub advisories: AtMost,
    /// For each check of OpenSSF Scorecard, its least score of 10.
    pub openssf: BTreeMap<String, i32>,
}

/// The least coverage.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Coverage {
    /// Of lines, in percent.
    pub lines_percent: f64,
    /// Parts of paths that are not counted.
    pub leave_out: Vec<String>,
}

/// The most findings.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AtMost {
    /// How many there may be.
    pub findings: usize,
}

impl Thresholds {
    /// Reads the file.
    ///
    /// # Errors
    /// When it is absent, or says something unknown.
    pub fn read(file: &Path) -> Result<Self, Failure> {
        let text = fs::read_to_string(file).map_err(|fault| Failure::because(file.display(), fault))?;
        Self::parse(&text)
    }

    /// Reads the text of the file.
    ///
    /// # Errors
    /// When it says something unknown.
    pub fn parse(text: &str) -> Result<Self, Failure> {
        toml::from_str(text).map_err(|fault| Failure::because("scorecard.toml", fault))
    }
}
