//! `package.json`: order, indentation and line ends stay.

use jsonc_parser::ParseOptions;
use jsonc_parser::cst::{CstInputValue, CstObject, CstRootNode};

use super::raise::{Edited, Raise};
use super::requirement::raised;
use crate::document::json;

const TABLES: [&str; 3] = ["dependencies", "devDependencies", "optionalDependencies"];

/// JSON as npm takes it, which is JSON.
const STRICT: ParseOptions = ParseOptions {
    allow_comments: false,
    allow_loose_object_property_names: false,
    allow_trailing_commas: false,
    allow_missing_commas: false,
    allow_single_quoted_strings: false,
    allow_hexadecimal_numbers: false,
    allow_unary_plus_numbers: false,
    allow_bare_decimal_point_numbers: false,
    allow_non_finite_numbers: false,
    allow_extended_string_escapes: false,
};

/// Only what our reader takes: it bounds the nesting, and refuses keys that stand twice.
fn parse(text: &str) -> Option<CstRootNode> {
    json::read(text).ok()?;
    CstRootNode::parse(text, &STRICT).ok()
}

pub(super) fn edit(text: &str, raise: Raise<'_>) -> Option<Edited> {
    let root = parse(text)?;
    let object = root.object_value()?;
    let mut done = Vec::new();
    for table in TABLES {
        let Some(entry) = object.object_value(table).and_then(|table| table.get(raise.package)) else { continue };
        let Some(value) = entry.value().and_then(|value| value.as_string_lit()) else { continue };
        let Some(old) = value.decoded_value().ok() else { continue };
        if let Some(new) = raised(&old, raise) {
            value.set_raw_value(quoted(&new));
            done.push((old, new));
        }
    }
    (!done.is_empty()).then(|| Edited { text: root.to_string(), raised: done })
}

/// `package.json` that asks for this very version of a package. None where it does not ask for the package.
#[must_use]
pub fn pin_npm(text: &str, package: &str, version: &str) -> Option<String> {
    let root = parse(text)?;
    let object = root.object_value()?;
    let entries = TABLES.iter().filter_map(|table| object.object_value(table)?.get(package)?.value()?.as_string_lit());
    let pinned = entries.map(|value| value.set_raw_value(quoted(version))).count();
    (pinned > 0).then(|| root.to_string())
}

/// What npm is to use wherever somebody asks for a package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Override<'a> {
    /// The package.
    pub package: &'a str,
    /// Where several versions are in use, the one that is meant.
    pub from: Option<&'a str>,
    /// The version.
    pub to: &'a str,
}

/// `package.json` with an entry in `overrides`. None where it is not JSON, or says something else of the package already.
#[must_use]
pub fn override_npm(text: &str, wanted: &Override<'_>) -> Option<String> {
    let root = parse(text)?;
    let object = root.object_value()?;
    let overrides: CstObject = object.object_value_or_create("overrides")?;
    let key = wanted.from.map_or_else(|| wanted.package.to_owned(), |from| format!("{}@{from}", wanted.package));
    match overrides.get(&key) {
        None => {
            overrides.append(&key, CstInputValue::String(wanted.to.to_owned()));
        }
        Some(entry) => entry.value()?.as_string_lit()?.set_raw_value(quoted(wanted.to)),
    }
    Some(root.to_string())
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
