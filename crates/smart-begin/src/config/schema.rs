//! The schema of the configuration files, for editors, from the table of keys.

use domain::Permission;
use serde_json::{Map, Value as Json, json};

use super::key::{Key, Kind, NAME};
use super::keys::{ALL, GRANT, TABLES};

/// What an operator may choose as a name.
const NAMES: &str = "^[a-z][a-z0-9-]{0,31}$";

/// The JSON Schema.
pub(crate) fn schema() -> Json {
    let mut whole = table("");
    whole.insert("$schema".to_owned(), json!("https://json-schema.org/draft/2020-12/schema"));
    whole.insert("title".to_owned(), json!("Configuration of smart-begin"));
    for key in ALL {
        put(&mut whole, key, &key.path.split('.').collect::<Vec<_>>(), 0);
    }
    Json::Object(whole)
}

/// Puts `key` beneath the table of the first `depth` of its `parts`.
fn put(above: &mut Map<String, Json>, key: &'static Key, parts: &[&str], depth: usize) {
    let Some(part) = parts.get(depth) else { return };
    let (group, name) = if *part == NAME { ("patternProperties", NAMES) } else { ("properties", *part) };
    let Some(known) = above.get_mut(group).and_then(Json::as_object_mut) else { return };
    if depth + 1 == parts.len() {
        known.insert(name.to_owned(), of_key(key));
        return;
    }
    let path = parts.get(..=depth).unwrap_or(parts).join(".");
    let beneath = known.entry(name).or_insert_with(|| Json::Object(table(&path)));
    if let Some(beneath) = beneath.as_object_mut() {
        put(beneath, key, parts, depth + 1);
    }
}

fn table(path: &str) -> Map<String, Json> {
    let mut table = Map::new();
    table.insert("type".to_owned(), json!("object"));
    if let Some((_, about)) = TABLES.iter().find(|(name, _)| *name == path) {
        table.insert("description".to_owned(), json!(about));
    }
    table.insert("properties".to_owned(), json!({}));
    table.insert("patternProperties".to_owned(), json!({}));
    table.insert("additionalProperties".to_owned(), json!(false));
    table
}

fn of_key(key: &'static Key) -> Json {
    let mut schema = of_kind(&key.kind);
    let default = if key.default.is_empty() { key.otherwise } else { key.default };
    let effect = key.effect.as_str();
    schema["description"] = json!(format!("{} Default: {default}. Takes effect: {effect}.", key.meaning));
    schema
}

fn of_kind(kind: &'static Kind) -> Json {
    match kind {
        Kind::Switch => json!({ "type": "boolean" }),
        Kind::Whole { least, most } => json!({ "type": "integer", "minimum": least, "maximum": most }),
        Kind::Choice(words) => json!({ "type": "string", "enum": words }),
        Kind::Permission => {
            json!({ "type": "string", "enum": Permission::ALL.iter().map(|permission| permission.as_str()).collect::<Vec<_>>() })
        }
        Kind::Secret => json!({ "type": "string", "pattern": "^(file:/|cred:|bao:|$)" }),
        Kind::VaultKey => json!({ "type": "string", "pattern": "^(file:/|cred:|transit$)" }),
        Kind::List(each) => json!({ "type": "array", "uniqueItems": true, "items": of_kind(each) }),
        Kind::Grants => grants(),
        _ => json!({ "type": "string" }),
    }
}

fn grants() -> Json {
    let list = json!({ "type": "array", "items": { "type": "string", "minLength": 1 } });
    let mut fields = Map::new();
    for (name, about) in GRANT {
        let mut field =
            if matches!(name, "roles" | "teams") { list.clone() } else { json!({ "type": "string", "minLength": 1 }) };
        field["description"] = json!(about);
        fields.insert(name.to_owned(), field);
    }
    json!({ "type": "array", "items": {
        "type": "object", "properties": fields, "required": ["claim", "value"], "additionalProperties": false,
    } })
}
