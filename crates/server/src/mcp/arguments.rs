//! Reads a tool's arguments strictly and says in plain words what is wrong with them.
//!
//! The library passes on whatever a client sends; what the schema promises is enforced here.

use app::{Error, ErrorKind};
use domain::find_invisible;
use rmcp::model::JsonObject;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// What is wrong with the arguments, and with which of them.
#[derive(Debug)]
pub(crate) struct BadArgument {
    pub(crate) field: Option<String>,
    pub(crate) error: Error,
}

impl BadArgument {
    fn new(field: &str, message: impl Into<String>, hint: impl Into<String>) -> Self {
        let field = (!field.is_empty()).then(|| field.to_owned());
        Self { field, error: Error::new(ErrorKind::Invalid, message, hint) }
    }
}

/// Reads `arguments` as `schema` describes them.
pub(crate) fn decode<T: DeserializeOwned>(schema: &JsonObject, arguments: &JsonObject) -> Result<T, BadArgument> {
    let properties = schema.get("properties").unwrap_or(&Value::Null);
    for (name, value) in arguments {
        let property = properties.get(name).ok_or_else(|| unknown(name, properties))?;
        check(name, property, value)?;
    }
    let value = Value::Object(arguments.clone());
    serde_path_to_error::deserialize(value).map_err(|error| undecodable(&error, schema))
}

/// Clients that fill in every argument send `null` for those they have nothing for.
pub(crate) fn without_nulls(arguments: JsonObject) -> JsonObject {
    arguments.into_iter().filter(|(_, value)| !value.is_null()).collect()
}

fn unknown(name: &str, properties: &Value) -> BadArgument {
    let known: Vec<_> = properties.as_object().into_iter().flat_map(|map| map.keys()).map(String::as_str).collect();
    let loose = |name: &str| name.replace(['_', '-'], "").to_lowercase();
    let hint = match known.iter().find(|candidate| loose(candidate) == loose(name)) {
        Some(meant) => format!("Did you mean `{meant}`?"),
        None => format!("Leave it out. There are: {}.", known.join(", ")),
    };
    let name: String =
        name.chars().take(80).map(|c| find_invisible(c.encode_utf8(&mut [0; 4])).map_or(c, |_| '?')).collect();
    BadArgument::new(&name, "There is no such argument.", hint)
}

/// What the decoder found that the schema's plain checks did not.
fn undecodable(error: &serde_path_to_error::Error<serde_json::Error>, schema: &JsonObject) -> BadArgument {
    let text = error.inner().to_string();
    let missing = text.strip_prefix("missing field `").and_then(|rest| rest.strip_suffix('`'));
    if let Some(name) = missing {
        let about = schema.get("properties").and_then(|properties| description(properties.get(name)?));
        return BadArgument::new(name, "It is missing.", about.unwrap_or("Add it.").to_owned());
    }
    BadArgument::new(&error.path().to_string(), format!("It cannot be read: {text}."), "See the tool's input schema.")
}

fn description(property: &Value) -> Option<&str> {
    property.get("description")?.as_str()
}

/// Type and limits of one value, as far as our schemas use them. Fixed values of text are left to the use case, which
/// knows what is near.
fn check(path: &str, schema: &Value, value: &Value) -> Result<(), BadArgument> {
    let kind = schema.get("type").and_then(Value::as_str).unwrap_or_default();
    let fits = match kind {
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        _ => true,
    };
    if !fits {
        let message = format!("It must be {}, and it is {}.", kind_in_words(kind), value_in_words(value));
        return Err(BadArgument::new(path, message, description(schema).unwrap_or_default()));
    }
    match value {
        Value::String(text) => {
            check_visible(path, text)?;
            check_size(path, schema, "Length", text.chars().count(), "characters")
        }
        Value::Number(number) => check_range(path, schema, number.as_f64().unwrap_or_default()),
        Value::Array(items) => {
            check_size(path, schema, "Items", items.len(), "entries")?;
            let of_items = schema.get("items").unwrap_or(&Value::Null);
            items.iter().enumerate().try_for_each(|(index, item)| check(&format!("{path}[{index}]"), of_items, item))
        }
        _ => Ok(()),
    }
}

/// Before anything else reads the text, so that no refusal repeats what nobody sees.
fn check_visible(path: &str, text: &str) -> Result<(), BadArgument> {
    let Some(character) = find_invisible(text) else { return Ok(()) };
    let message = format!("It holds a control or invisible character (U+{:04X}).", u32::from(character));
    Err(BadArgument::new(path, message, "Type it anew, without what was pasted along."))
}

fn check_size(path: &str, schema: &Value, what: &str, size: usize, unit: &str) -> Result<(), BadArgument> {
    let limit = |key: &str| schema.get(format!("{key}{what}")).and_then(Value::as_u64);
    let size = size as u64;
    if let Some(most) = limit("max").filter(|most| size > *most) {
        let message = format!("It has {size} {unit}; at most {most} are allowed.");
        return Err(BadArgument::new(path, message, "Shorten it."));
    }
    if limit("min").is_some_and(|least| size < least) {
        return Err(BadArgument::new(path, "It is empty.", description(schema).unwrap_or("Fill it in.")));
    }
    Ok(())
}

fn check_range(path: &str, schema: &Value, number: f64) -> Result<(), BadArgument> {
    let limit = |key: &str| schema.get(key).and_then(Value::as_f64);
    let (least, most) = (limit("minimum"), limit("maximum"));
    if least.is_none_or(|least| number >= least) && most.is_none_or(|most| number <= most) {
        return Ok(());
    }
    let bound = |limit: Option<f64>| limit.map_or("any number".to_owned(), |limit| limit.to_string());
    let hint = format!("Give a number from {} to {}.", bound(least), bound(most));
    Err(BadArgument::new(path, format!("{number} is out of range."), hint))
}

fn kind_in_words(kind: &str) -> &str {
    match kind {
        "string" => "text",
        "boolean" => "true or false",
        "integer" => "a whole number",
        "number" => "a number",
        "array" => "a list",
        other => other,
    }
}

fn value_in_words(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

#[cfg(test)]
mod tests {
    use app::BeginRequest;
    use serde_json::json;

    use super::super::schema::of_input;
    use super::*;

    fn read(arguments: Value) -> Result<BeginRequest, BadArgument> {
        let Value::Object(arguments) = arguments else { panic!("an object") };
        decode(&of_input::<BeginRequest>(), &without_nulls(arguments))
    }

    fn fault(arguments: Value) -> (String, String) {
        let bad = read(arguments).unwrap_err();
        (bad.field.unwrap_or_default(), format!("{} {}", bad.error.message, bad.error.hint))
    }

    #[test]
    fn gap_2_what_the_schema_promises_is_enforced() {
        let cases = [
            (json!({}), "projectName", "It is missing."),
            (json!({ "projectName": 5 }), "projectName", "It must be text, and it is a number."),
            (json!({ "projectName": "" }), "projectName", "It is empty."),
            (json!({ "projectName": "a", "year": 1_000_000_000_000_i64 }), "year", "1000000000000 is out of range."),
            (json!({ "projectName": "a", "year": 3 }), "year", "Give a number from 1970 to 9999."),
            (json!({ "projectName": "a", "year": 1999.5 }), "year", "It must be a whole number"),
            (json!({ "projectName": "a", "apply": "no" }), "apply", "It must be true or false, and it is text."),
            (json!({ "projectName": "a", "techStack": "Node" }), "techStack", "It must be a list, and it is text."),
            (json!({ "projectName": "a", "techStack": ["Node", 5] }), "techStack[1]", "It must be text"),
            (
                json!({ "projectName": "a", "project_template": "x" }),
                "project_template",
                "Did you mean `projectTemplate`?",
            ),
            (json!({ "projectName": "a", "frobnicate": 1 }), "frobnicate", "There is no such argument. Leave it out."),
            (json!({ "projectName": "a", "git": false }), "git", "There is no such argument."),
            (json!({ "projectName": "a", "mode": "destroy" }), "mode", "unknown variant"),
            (json!({ "projectName": "a".repeat(81) }), "projectName", "It has 81 characters; at most 80 are allowed."),
            (json!({ "projectName": "a", "techStack": vec!["x"; 21] }), "techStack", "It has 21 entries"),
        ];
        for (arguments, field, message) in cases {
            let (found_field, found) = fault(arguments.clone());
            assert_eq!(found_field, field, "{arguments}: {found}");
            assert!(found.contains(message), "{arguments}: {found}");
        }
    }

    #[test]
    fn what_existing_clients_send_is_read() {
        let request = read(json!({
            "projectName": "demo", "description": null, "techStack": ["Node"], "targetUsers": ["vibe-coders"],
            "businessGoals": ["sell"], "projectTemplate": "api-service", "role": "developer", "qualityLevel": "production",
            "complianceRequirements": ["SOC 2"], "mode": "new-project", "analysisDepth": "quick", "apply": false,
        }));
        let request = request.unwrap();
        assert_eq!((request.project_name.as_str(), request.apply, request.git), ("demo", false, true));
    }
}
