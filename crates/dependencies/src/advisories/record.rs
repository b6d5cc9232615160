//! An OSV record as it is published (schema 1.7), as far as it is used here. Ecosystems and types of ranges are open sets, and
//! fields that do not matter are not looked at: a record is refused for what would make it wrong, not for what is new.

use serde::{Deserialize, Deserializer};

use super::words::{Text, Words};

#[derive(Debug, Deserialize)]
pub(super) struct Record {
    pub(super) id: String,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) modified: String,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) withdrawn: String,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) aliases: Vec<String>,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) upstream: Vec<String>,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) summary: String,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) details: String,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) severity: Vec<Score>,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) affected: Vec<Affected>,
    #[serde(default)]
    pub(super) database_specific: Words,
}

#[derive(Debug, Deserialize)]
pub(super) struct Score {
    #[serde(default, rename = "type")]
    pub(super) scheme: String,
    #[serde(default, deserialize_with = "text")]
    pub(super) score: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct Affected {
    #[serde(default, deserialize_with = "or_default")]
    pub(super) package: Package,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) severity: Vec<Score>,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) ranges: Vec<Range>,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) versions: Vec<String>,
    #[serde(default)]
    pub(super) database_specific: Words,
    #[serde(default)]
    pub(super) ecosystem_specific: Words,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct Package {
    #[serde(default)]
    pub(super) ecosystem: String,
    #[serde(default)]
    pub(super) name: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct Range {
    #[serde(default, rename = "type")]
    pub(super) kind: String,
    #[serde(default, deserialize_with = "or_default")]
    pub(super) events: Vec<Event>,
}

/// One of its fields is set; where more are, each counts.
#[derive(Debug, Deserialize)]
pub(super) struct Event {
    #[serde(default)]
    pub(super) introduced: Option<String>,
    #[serde(default)]
    pub(super) fixed: Option<String>,
    #[serde(default)]
    pub(super) last_affected: Option<String>,
    #[serde(default)]
    pub(super) limit: Option<String>,
}

/// `null` is what databases write where they have nothing.
fn or_default<'de, D: Deserializer<'de>, T: Deserialize<'de> + Default>(input: D) -> Result<T, D::Error> {
    Ok(Option::deserialize(input)?.unwrap_or_default())
}

fn text<'de, D: Deserializer<'de>>(input: D) -> Result<String, D::Error> {
    Ok(Text::deserialize(input)?.0.unwrap_or_default())
}
