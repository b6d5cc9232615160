//! The environment variables as a layer: `SMART_BEGIN_SERVER__LISTEN` is the key `server.listen`.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::path::Path;

use super::fault::{Fault, meant};
use super::file_layer;
use super::key::{Key, Kind, NAME};
use super::keys::{ALL, DATA_FOLDER, Found, LOG_FILTER, find, following};
use super::layer::Layer;
use super::origin::Origin;
use super::value::Value;

const PREFIX: &str = "SMART_BEGIN_";

/// Variables that are no keys, which somebody may have mistyped.
const OTHERS: [&str; 6] = [
    "SMART_BEGIN_CONFIG",
    "SMART_BEGIN_ENVIRONMENT",
    "SMART_BEGIN_DATA_DIR",
    "SMART_BEGIN_LOG",
    "SMART_BEGIN_TOKEN",
    "SMART_BEGIN_TOKEN_FILE",
];

/// The older names of two keys; they win over the newer ones.
fn older(name: &str) -> Option<&'static Key> {
    match name {
        "SMART_BEGIN_DATA_DIR" => Some(&DATA_FOLDER),
        "SMART_BEGIN_LOG" => Some(&LOG_FILTER),
        _ => None,
    }
}

/// Reads those of `variables` that are ours.
pub(crate) fn read(variables: &[(String, OsString)]) -> Layer {
    let mut layer = Layer::default();
    let mut ours: Vec<_> = variables.iter().filter(|(name, _)| name.starts_with(PREFIX)).collect();
    ours.sort_by_key(|(name, _)| (older(name).is_some(), name.clone()));
    let mut seen = BTreeSet::new();
    for (name, value) in ours {
        let origin = Origin::Variable(name.clone());
        if let Some(key) = older(name) {
            // An empty one was never a value.
            if !value.is_empty() {
                variable(&mut layer, key.path, key, value, origin);
            }
        } else if name.contains("__") {
            nested(&mut layer, name, value, origin, &mut seen);
        } else if let Some(fault) = mistyped(name) {
            layer.faults.push(fault);
        }
    }
    layer
}

fn nested(layer: &mut Layer, name: &str, value: &OsString, origin: Origin, seen: &mut BTreeSet<String>) {
    let lower = name.trim_start_matches(PREFIX).to_lowercase();
    let mut parts: Vec<String> = Vec::new();
    for part in lower.split("__") {
        let above: Vec<&str> = parts.iter().map(String::as_str).collect();
        let chosen = following(&above).contains(&NAME);
        // Names have hyphens, which variables cannot have.
        parts.push(if chosen { part.replace('_', "-") } else { part.to_owned() });
        let with: Vec<&str> = parts.iter().map(String::as_str).collect();
        if chosen && !layer.accepts_name(&with, parts.last().map_or("", String::as_str), &origin) {
            return;
        }
    }
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    let Found::Key(key) = find(&parts) else { return layer.unknown(&parts, origin) };
    let path = parts.join(".");
    if !seen.insert(path.clone()) {
        return layer.wrong(
            &path,
            origin,
            "two variables set this key",
            "Unset one of them; capitals make no difference.",
        );
    }
    variable(layer, &path, key, value, origin);
}

fn variable(layer: &mut Layer, path: &str, key: &'static Key, value: &OsString, origin: Origin) {
    let here = Path::new("");
    let Some(text) = value.to_str() else {
        if key.kind == Kind::Path {
            return layer.say(path.to_owned(), key, Some(Value::Path(value.into())), origin);
        }
        return layer.wrong(path, origin, "the value is not text", "Write it in UTF-8.");
    };
    match &key.kind {
        Kind::Switch => match text {
            "true" | "false" => layer.say(path.to_owned(), key, Some(Value::Switch(text == "true")), origin),
            _ => layer.wrong(path, origin, "the value is of another kind", "Give true or false."),
        },
        Kind::Whole { .. } => layer.whole(path, key, text.trim().parse().ok(), origin),
        Kind::Grants => file_layer::read_variable(layer, path, key, text, origin),
        Kind::List(_) if text.trim_start().starts_with('[') && !is_bare_address(text) => {
            file_layer::read_variable(layer, path, key, text, origin);
        }
        Kind::List(each) => {
            let items = text.split(',').map(str::trim).filter(|item| !item.is_empty());
            layer.texts(path, key, each, items.map(|item| (item, origin.clone())), here, origin.clone());
        }
        _ => layer.text(path, key, text, here, origin),
    }
}

/// `[::1],localhost` begins as a TOML array does.
fn is_bare_address(text: &str) -> bool {
    let inside = text.trim_start().trim_start_matches('[');
    inside.split(']').next().is_some_and(|first| first.contains(':') && !first.contains(['"', '\'']))
}

/// A variable that nobody reads and that looks as if somebody thought otherwise.
fn mistyped(name: &str) -> Option<Fault> {
    if OTHERS.contains(&name) {
        return None;
    }
    let joined = ALL.iter().find(|key| !key.is_named() && name == key.variable().replace("__", "_"));
    let meant = match joined {
        Some(key) => key.variable(),
        None => meant(name.trim_start_matches(PREFIX), OTHERS.map(|other| other.trim_start_matches(PREFIX)))
            .filter(|other| name.len().abs_diff(PREFIX.len() + other.len()) <= 2)
            .map(|other| format!("{PREFIX}{other}"))?,
    };
    let origin = Origin::Variable(name.to_owned());
    Some(Fault::new("", origin, "There is no such variable.", format!("Did you mean {meant}?")))
}
